package org.dmafence.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Reports as JSON. Each begins with what it is ({@code schema}, {@code schemaVersion}) and what wrote it ({@code tool}). */
public final class Json {
    /** Escapes what is not ASCII: readable whatever the encoding of the terminal or the file is taken to be. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private Json() {}

    /**
     * A report, indented, with a line feed at the end.
     *
     * @param report a record with a {@link Schema}
     */
    public static String of(Record report) {
        Schema schema = report.getClass().getAnnotation(Schema.class);
        if (schema == null) {
            throw new IllegalArgumentException(report.getClass() + " has no schema");
        }
        ObjectNode root = MAPPER.createObjectNode();
        root.put("schema", schema.value());
        root.put("schemaVersion", schema.version());
        root.put("tool", tool());
        root.setAll((ObjectNode) MAPPER.valueToTree(report));
        try {
            return MAPPER.writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report that is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** The program and its version, such as {@code dmafence 0.1.0}. */
    public static String tool() {
        String version = version(Json.class.getPackage());
        return "dmafence " + (version == null ? "(not packaged)" : version);
    }

    private static @Nullable String version(@Nullable Package of) {
        return of == null ? null : of.getImplementationVersion();
    }
}
