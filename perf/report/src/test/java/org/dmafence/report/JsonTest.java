package org.dmafence.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonTest {
    @Schema(value = "example", version = 3)
    record Example(String name) {}

    record Anything(String name) {}

    @Test
    void shouldBeginWithWhatItIsAndWhatWroteIt() {
        assertThat(Json.of(new Example("\u00e9")))
                .startsWith("{\n  \"schema\" : \"example\",\n  \"schemaVersion\" : 3,\n  \"tool\" : \"dmafence ")
                .endsWith("\"name\" : \"\\u00E9\"\n}\n");
    }

    @Test
    void shouldBringNoControlCharacterToATerminal() throws Exception {
        Example odd = new Example("a\u0000\u001b[2J\u007f\u009b");

        assertThat(Json.of(odd).codePoints().filter(c -> c != '\n' && Character.isISOControl(c)))
                .isEmpty();
        assertThat(Reading.record(Json.of(odd), Example.class)).isEqualTo(odd);
    }

    @Test
    void shouldRefuseWhatHasNoSchema() {
        assertThatThrownBy(() -> Json.of(new Anything("x"))).hasMessageContaining("no schema");
    }

    @Test
    void shouldReadWhatItWrote() throws Exception {
        assertThat(Reading.record(Json.of(new Example("x")), Example.class)).isEqualTo(new Example("x"));
    }
}
