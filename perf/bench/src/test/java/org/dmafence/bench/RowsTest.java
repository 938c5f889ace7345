package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowsTest {
    private static List<String> matching(String... patterns) throws UnknownRowException {
        return Patterns.choose(List.of(patterns), Rows.all(), Row::name).stream()
                .map(Row::name)
                .toList();
    }

    @Test
    void shouldChooseByPartsOfNamesInTheTablesOrderWhenAsked() throws UnknownRowException {
        assertThat(matching("is-signaled")).containsExactly("fence-is-signaled");
        assertThat(matching("size", "RCU-READ-OWN"))
                .containsExactly("rcu-read-own-thread", "size-fence", "size-callback", "size-fence-compact");
        assertThat(matching()).hasSameSizeAs(Rows.all());
    }

    @Test
    void shouldMatchTheWholeNameWhenThePatternHasWildcards() throws UnknownRowException {
        assertThat(matching("unload*")).containsExactly("unload", "unload-many");
        assertThat(matching("size-?ence")).containsExactly("size-fence");
        assertThatThrownBy(() -> matching("*ignale")).isInstanceOf(UnknownRowException.class);
    }

    @Test
    void shouldTakeCharactersOfRegularExpressionsLiterallyWhenTheyAreInAPattern() {
        assertThatThrownBy(() -> matching("fence.signal")).isInstanceOf(UnknownRowException.class);
    }

    @Test
    void shouldListTheNamesWhenNothingMatches() {
        assertThatThrownBy(() -> matching("size", "nosuch"))
                .isInstanceOf(UnknownRowException.class)
                .hasMessageStartingWith("nosuch matches no row; there are rcu-read-handle, ")
                .hasMessageContaining("fence-is-signaled");
    }

    /** Both contenders' rounds, with a ratio or a difference of so many times the bar. */
    private static Verdict verdict(Row row, double timesBar) {
        Samples samples = new Samples();
        for (int i = 0; i < 20; i++) {
            double peers = row.peer() == null ? 1 : 50;
            double wanted = (row.bar().isNone() ? 1 : row.bar().limit()) * timesBar;
            samples.add(row.ours(), row.metric(), row.bar().beyond() ? peers + wanted : peers * wanted);
            if (row.peer() != null) {
                samples.add(row.peer(), row.metric(), peers);
            }
        }
        return row.result(samples, null).verdict();
    }

    /** What a mistake in what is ours, or in a contender's name, would do to every row. */
    @ParameterizedTest
    @MethodSource("rows")
    void shouldTurnRedWhenOursIsALittleWorseThanTheBar(Row row) {
        if (row.bar().isNone()) {
            assertThat(verdict(row, 1)).isEqualTo(Verdict.NO_BAR);
            assertThat(row.result(new Samples(), null).verdict()).isEqualTo(Verdict.FAILED);
            return;
        }
        boolean less = row.bar().direction() == Direction.AT_MOST;

        assertThat(verdict(row, less ? 1.05 : 0.95)).isEqualTo(Verdict.MISSED);
        assertThat(verdict(row, less ? 0.999 : 1.001)).isEqualTo(Verdict.OK);
        assertThat(row.result(new Samples(), null).verdict()).isEqualTo(Verdict.FAILED);
    }

    /** So that no bar goes in silence. */
    @Test
    void shouldHaveABarWhereverARuleSaysWhichOne() {
        assertThat(Rows.all().stream().filter(row -> row.bar().isNone()).map(Row::name))
                .containsExactly(
                        "fence-signal-limit",
                        "fence-signal-at-limit",
                        "fence-1000-callbacks-limit",
                        "fence-batch-limit",
                        "unload",
                        "pipeline-rate",
                        "pipeline-rate-default",
                        "pipeline-cpu-futures",
                        "pipeline-cpu");
    }

    static List<Row> rows() {
        return Rows.all();
    }

    /** Bytes are the same everywhere; whatever is measured in time needs something beside it. */
    @ParameterizedTest
    @MethodSource("rows")
    void shouldHaveAPeerUnlessItIsMeasuredInBytes(Row row) {
        assertThat(row.peer() != null || row.metric() == Metric.BYTES).isTrue();
    }

    @Test
    void shouldHaveAGroupForEachRowAndARowForEachGroup() {
        Stream<String> used = Rows.all().stream().map(Row::group).distinct();

        assertThat(used)
                .containsExactlyInAnyOrderElementsOf(
                        Groups.all().stream().map(Group::name).toList());
        assertThat(Rows.all().stream().map(Row::name)).doesNotHaveDuplicates();
    }
}
