package org.dmafence.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTest {
    private record Inner(String name, @Nullable Long maybe) {}

    @Schema("outer")
    private record Outer(
            int count, List<Inner> inners, @Nullable Inner last) {}

    @TempDir
    private Path directory;

    @Test
    void shouldReadBackWhatWasWrittenWhenFieldsWereAdded() throws Exception {
        Outer outer = new Outer(1, List.of(new Inner("a", null), new Inner("b", 2L)), null);
        String json = Json.of(outer).replaceFirst("\\{", "{\"added\": 1,");

        assertThat(Reading.record(json, Outer.class)).isEqualTo(outer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "{\"count\":null,\"inners\":[],\"last\":null}",
                "{\"count\":1,\"inners\":null,\"last\":null}",
                "{\"count\":1,\"inners\":[null],\"last\":null}",
                "{\"count\":1,\"inners\":[{\"name\":null,\"maybe\":1}],\"last\":null}",
                "{\"count\":1e999999999,\"inners\":[],\"last\":null}",
                "{\"count\":99999999999999999999,\"inners\":[],\"last\":null}",
                "{\"count\":1,\"inners\":[],\"last\":{\"maybe\":1}}",
            })
    void shouldRefuseAtOnceWhenSomethingIsMissingOrTooLarge(String json) {
        assertThatThrownBy(() -> Reading.record(json, Outer.class)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void shouldRefuseWhenNestedTooDeeply() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> Reading.record("{\"count\":" + deep, Outer.class))
                .isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void shouldNameFileAndSizeWhenItIsTooLarge() throws IOException {
        Path file = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);

        assertThatThrownBy(() -> Reading.text(file, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("large", "1 MiB", "1,048,577 bytes");
        assertThat(Reading.text(file, 2)).hasSize((1 << 20) + 1);
    }
}
