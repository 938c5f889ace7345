package org.dmafence.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code docs/schemas} to the records. {@code -Ddmafence.schemas.write=true} writes the files anew. */
class JsonSchemaTest {
    private static final Path PLACE = Path.of("../../docs/schemas");

    static Stream<String> names() {
        return JsonSchemas.records().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void shouldBeTheSchemaOfTheRecord(String name) throws Exception {
        String schema =
                JsonSchemas.published(requireNonNull(JsonSchemas.records().get(name)));
        Path file = PLACE.resolve(name + ".json");
        if (Boolean.getBoolean("dmafence.schemas.write")) {
            Files.createDirectories(PLACE);
            Files.writeString(file, schema);
        }

        assertThat(file)
                .as(
                        "write it with -Ddmafence.schemas.write=true, and raise the version if a field went away or changed")
                .content()
                .isEqualTo(schema);
    }

    @Test
    void shouldBeNoOtherFiles() throws Exception {
        try (Stream<Path> files = Files.list(PLACE)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            names().map(name -> name + ".json").toList())
                    .hasSizeGreaterThan(10);
        }
    }

    @Test
    void shouldFitWhatACommandPrints(@org.junit.jupiter.api.io.TempDir Path directory) throws Exception {
        String json = CommandRun.with(directory, "race", "trace-vs-signal", "--memory", "sc", "--format", "json")
                .out();
        JsonSchemas.check(json);
        String another = json.replaceFirst("\"whole\" : (true|false)", "\"whole\" : \"yes\"");
        String more = json.replaceFirst("\"tookNs\"", "\"unknown\" : 1, \"tookNs\"");
        String less = json.replaceFirst("\"memories\" : [^\n]*\n", "");

        for (String wrong : new String[] {another, more, less}) {
            assertThat(wrong).isNotEqualTo(json);
            assertThatThrownBy(() -> JsonSchemas.check(wrong)).isInstanceOf(AssertionError.class);
        }
    }
}
