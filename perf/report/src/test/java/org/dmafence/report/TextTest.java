package org.dmafence.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.util.List;
import org.dmafence.report.TextTable.Cell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 ns",
        "999, 999 ns",
        "1000, 1.00 us",
        "12345, 12.3 us",
        "999999, 1.00 ms",
        "123456789, 123 ms",
        "1500000000, 1.50 s",
        "'5000000000000', '5,000 s'"
    })
    void shouldPrintThreeDigitsWhenTimeIsAnyLength(long ns, String text) {
        assertThat(Units.time(ns)).isEqualTo(text);
    }

    @Test
    void shouldAgreeWithTheNumberWhenCounting() {
        assertThat(Units.count(1, "job")).isEqualTo("1 job");
        assertThat(Units.count(1_234, "job")).isEqualTo("1,234 jobs");
    }

    @Test
    void shouldWrapAtBlanksAndSplitOnlyLongWords() {
        assertThat(TextTable.wrap("one two three", 7)).containsExactly("one two", "three");
        assertThat(TextTable.wrap("abcdefghij k", 4)).containsExactly("abcd", "efgh", "ij k");
        assertThat(TextTable.wrap("", 4)).containsExactly("");
    }

    @Test
    void shouldKeepColumnsApartWhenCellsWrap() {
        TextTable table = new TextTable(false, 5, 6);
        table.row(List.of(Cell.of("a"), Cell.of("one two")));
        table.row(List.of(Cell.of("b c d e"), Cell.of("x")));

        assertThat(table.toString().lines()).containsExactly("a      one", "       two", "b c d  x", "e");
    }

    @Test
    void shouldNotPassControlCharactersOnWhenATraceHoldsThem() {
        TextTable table = new TextTable(false, 20);
        table.row(List.of(Cell.of("gfx\u001b[2J\r")));

        assertThat(table.toString()).isEqualTo("gfx?[2J?\n");
    }

    @Test
    void shouldColourOnlyWhenAskedTo() {
        TextTable colour = new TextTable(true, 5);
        colour.row(List.of(Cell.of(true, "yes")));

        assertThat(colour.toString()).isEqualTo("\u001b[32myes\u001b[0m\n");
    }

    @Test
    void shouldWrapAWordWithoutEndInTimeInProportionToIt() {
        String word = "x".repeat(8_000_000);
        assertTimeoutPreemptively(
                java.time.Duration.ofSeconds(20),
                () -> assertThat(TextTable.wrap(word, TextTable.width())).hasSize(80_000));
    }

    @Test
    void shouldKeepControlCharactersOutOfWhatItWraps() {
        assertThat(TextTable.wrap("a\u001b[2J b\u202e", 20)).containsExactly("a?[2J b?");
    }
}
