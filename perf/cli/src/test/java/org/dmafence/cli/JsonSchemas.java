package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dmafence.report.Schema;
import org.jspecify.annotations.Nullable;

/** JSON schemas, made from the records that the reports are. */
final class JsonSchemas {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> MODULES =
            List.of("report", "trace", "inspect", "conform", "race", "profile", "bench", "fuzz", "cli");
    private static final Pattern ANNOTATED = Pattern.compile("(?m)^@Schema\\(");
    private static final Map<String, Class<?>> RECORDS = found();
    private static final SchemaGenerator LENIENT = generator(false);
    private static final SchemaGenerator STRICT = generator(true);

    private JsonSchemas() {}

    /** Every record that has a schema, by the schema's name: found in the sources, so that none is forgotten. */
    static Map<String, Class<?>> records() {
        return RECORDS;
    }

    private static Map<String, Class<?>> found() {
        Map<String, Class<?>> records = new TreeMap<>();
        for (String module : MODULES) {
            Path sources = Path.of("..", module, "src", "main", "java");
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file :
                        files.filter(each -> each.toString().endsWith(".java")).toList()) {
                    if (ANNOTATED.matcher(Files.readString(file)).find()) {
                        String name = sources.relativize(file)
                                .toString()
                                .replace(".java", "")
                                .replace('/', '.');
                        Class<?> type = Class.forName(name);
                        records.put(type.getAnnotation(Schema.class).value(), type);
                    }
                }
            } catch (IOException | ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
        return records;
    }

    /** As it is published: programs must let fields pass that they do not know. */
    static String published(Class<?> type) {
        return generated(LENIENT, type).toPrettyString() + "\n";
    }

    /** Fails unless the text is a report of this program with exactly the fields of its record. */
    static void check(String json) throws Exception {
        JsonNode report = MAPPER.readTree(json);
        Class<?> type = records().get(report.path("schema").asText());
        assertThat(type).as("schema " + report.path("schema")).isNotNull();
        var schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(generated(STRICT, Objects.requireNonNull(type)));
        assertThat(schema.validate(report)).isEmpty();
    }

    private static ObjectNode generated(SchemaGenerator generator, Class<?> type) {
        Schema schema = type.getAnnotation(Schema.class);
        ObjectNode made = generator.generateSchema(type);
        ObjectNode root = MAPPER.createObjectNode();
        root.set("$schema", made.get("$schema"));
        root.put("title", "dmafence " + schema.value() + ", version " + schema.version());
        root.setAll(made);
        ObjectNode properties = MAPPER.createObjectNode();
        properties.putObject("schema").put("const", schema.value());
        properties.putObject("schemaVersion").put("const", schema.version());
        properties.putObject("tool").put("type", "string");
        properties.setAll((ObjectNode) made.get("properties"));
        root.set("properties", properties);
        ArrayNode required = root.putArray("required");
        properties.fieldNames().forEachRemaining(required::add);
        return root;
    }

    private static SchemaGenerator generator(boolean strict) {
        SchemaGeneratorConfigBuilder config =
                new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON);
        config.with(Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
        if (strict) {
            config.with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT);
        }
        config.forFields()
                .withRequiredCheck(field -> true)
                .withNullableCheck(field -> isNullable(field.getRawMember()));
        return new SchemaGenerator(config.build());
    }

    private static boolean isNullable(@Nullable Field field) {
        return field != null && field.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }
}
