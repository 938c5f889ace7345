package org.dmafence.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reports as JSON. Each begins with what it is ({@code schema}, {@code schemaVersion}) and what wrote it
 * ({@code tool}).
 */
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
        root.put("tool", Tool.name());
        root.setAll((ObjectNode) MAPPER.valueToTree(report));
        try {
            // Within texts only, and of the control characters the one that JSON lets pass.
            return MAPPER.writeValueAsString(root).replace("\u007f", "\\u007F") + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report that is no JSON: " + e.getOriginalMessage(), e);
        }
    }
}
