package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowTest {
    private final Samples samples = new Samples();

    private static Row row(Bar bar) {
        return new Row("a-row", "a row", "group", Metric.CPU_NS, "ours", "peer", bar, null);
    }

    private void windows(String contender, double... values) {
        for (double value : values) {
            samples.add(contender, Metric.CPU_NS, value);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.3, STRETCH", "0.5, STRETCH", "0.51, OK", "0.65, OK", "0.66, MISSED"})
    void shouldSayHowFarItIsWhenLessIsBetter(double value, Verdict verdict) {
        assertThat(Bar.atMost(0.65).stretch(0.5).verdict(Summary.of(new double[] {value})))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"3.9, MISSED", "4, OK", "9, OK"})
    void shouldSayHowFarItIsWhenMoreIsBetter(double value, Verdict verdict) {
        assertThat(Bar.atLeast(4).verdict(Summary.of(new double[] {value}))).isEqualTo(verdict);
    }

    @Test
    void shouldBeUnclearWhenTheBarLiesWithinTheSpread() {
        Summary spread = Summary.of(new double[] {0.4, 0.5, 0.6, 0.7, 0.8});

        assertThat(Bar.atMost(0.55).verdict(spread)).isEqualTo(Verdict.UNCLEAR);
        assertThat(Bar.atMost(0.65).verdict(spread)).isEqualTo(Verdict.UNCLEAR); // though the middle reaches it
        assertThat(Bar.atLeast(0.55).verdict(spread)).isEqualTo(Verdict.UNCLEAR);
        assertThat(Bar.atMost(0.4).verdict(spread)).isEqualTo(Verdict.MISSED);
        assertThat(Bar.atMost(0.8).stretch(0.6).verdict(spread)).isEqualTo(Verdict.OK);
        assertThat(Bar.atMost(0.9).stretch(0.8).verdict(spread)).isEqualTo(Verdict.STRETCH);
    }

    @Test
    void shouldBeUnclearWhenRoundsDisagreeAndClearWhenAFewAreDisturbed() {
        for (int i = 0; i < 20; i++) {
            windows("ours", i % 2 == 0 ? 1 : 3);
            windows("peer", 4);
        }
        Row median = new Row("a", "a", "group", Metric.CPU_NS, "ours", "peer", Bar.atMost(0.24), null);
        assertThat(median.result(samples, null).verdict()).isEqualTo(Verdict.MISSED); // no tenth is that good

        Samples rates = new Samples();
        for (int i = 0; i < 8; i++) {
            rates.add("ours", Metric.RATE, i % 2 == 0 ? 2 : 6);
            rates.add("peer", Metric.RATE, 1);
        }
        Row rate = new Row("a", "a", "group", Metric.RATE, "ours", "peer", Bar.atLeast(4), null);
        assertThat(rate.result(rates, null).value()).isEqualTo(4);
        assertThat(rate.result(rates, null).verdict()).isEqualTo(Verdict.UNCLEAR);

        Samples disturbed = new Samples();
        for (int i = 0; i < 20; i++) {
            disturbed.add("ours", Metric.CPU_NS, i == 7 ? 100 : 1);
            disturbed.add("peer", Metric.CPU_NS, 4);
        }
        assertThat(row(Bar.atMost(0.3)).result(disturbed, null).verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void shouldCompareBestWindowsAndDrawRoundsForTheSpreadWhenBothWereMeasured() {
        windows("ours", 1, 3, 2);
        windows("peer", 4, 4, 4);
        RowResult result = row(Bar.atMost(0.9)).result(samples, null);

        assertThat(result.oursFigure()).isEqualTo(1.2); // a tenth of the way from the best window to the worst
        assertThat(result.peerFigure()).isEqualTo(4);
        assertThat(result.value()).isEqualTo(0.3);
        Summary spread = Objects.requireNonNull(result.spread());
        assertThat(spread).isEqualTo(row(Bar.atMost(0.9)).result(samples, null).spread()); // drawn alike
        assertThat(spread.min()).isBetween(0.25, 0.3);
        assertThat(spread.max()).isBetween(0.5, 0.75);
        assertThat(result.verdict()).isEqualTo(Verdict.OK);
        assertThat(result.note()).isNull();
    }

    @Test
    void shouldSayThatABarIsOutOfReachOnlyWhenTheLimitMissesItToo() {
        windows("ours", 3, 3, 3);
        windows("peer", 4, 4, 4);
        windows("limit", 2, 2, 2);

        assertThat(row(Bar.atMost(0.4)).limitedBy("limit").result(samples, null).note())
                .isEqualTo("out of reach here: limit itself is at 0.50");
        assertThat(row(Bar.atMost(0.6)).limitedBy("limit").result(samples, null).note())
                .isNull();
        assertThat(row(Bar.atMost(0.8)).limitedBy("limit").result(samples, null).note())
                .isNull();
    }

    @Test
    void shouldBeUnclearWithFewerWindowsThanHaveASpread() {
        windows("ours", 1, 1);
        windows("peer", 4, 4);
        RowResult two = row(Bar.atMost(0.9)).result(samples, null);
        assertThat(two.verdict()).isEqualTo(Verdict.UNCLEAR);
        assertThat(two.note()).isEqualTo("too few windows for a verdict: 2");
        assertThat(two.windows()).isEqualTo(2);

        windows("ours", 1);
        windows("peer", 4);
        assertThat(row(Bar.atMost(0.9)).result(samples, null).verdict()).isEqualTo(Verdict.OK);
        Samples bytes = new Samples();
        bytes.add("ours", Metric.BYTES, 48);
        Row size = new Row("a", "a", "group", Metric.BYTES, "ours", null, Bar.atMost(48), null);
        assertThat(size.result(bytes, null).verdict()).isEqualTo(Verdict.OK); // the same each time
    }

    @Test
    void shouldHaveAFigureAndNoVerdictWithoutABar() {
        windows("ours", 3, 3, 3);
        windows("peer", 2, 2, 2);
        RowResult result = row(Bar.none(Direction.AT_MOST)).result(samples, null);

        assertThat(result.value()).isEqualTo(1.5);
        assertThat(result.bar()).isNull();
        assertThat(result.verdict()).isEqualTo(Verdict.NO_BAR);
    }

    @Test
    void shouldSubtractWhenTheBarIsADifference() {
        windows("ours", 25, 25, 25);
        windows("peer", 20, 20, 20);
        RowResult result = row(Bar.atMostBeyond(10)).result(samples, null);

        assertThat(result.value()).isEqualTo(5);
        assertThat(result.verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void shouldJudgeTheFigureItselfWhenThereIsNoPeer() {
        windows("ours", 250, 250, 250);
        Row alone = new Row("a", "a", "group", Metric.CPU_NS, "ours", null, Bar.atMost(200), null);

        assertThat(alone.result(samples, null).value()).isEqualTo(250);
        assertThat(alone.result(samples, null).verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void shouldBeLeftOutWithAWordWhenThePeerIsMissing() {
        windows("ours", 1);
        samples.miss("peer", NativePrograms.REMEDY);
        RowResult result = row(Bar.atMost(1)).result(samples, null);

        assertThat(result.verdict()).isEqualTo(Verdict.LEFT_OUT);
        assertThat(result.note()).isEqualTo("no peer: install liburcu-dev and gcc");
        assertThat(result.value()).isNull();
    }

    @Test
    void shouldFailWhenTheProcessFailedOrWindowsAreMissing() {
        windows("ours", 1, 2);
        windows("peer", 1);

        assertThat(row(Bar.atMost(1)).result(samples, null).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(row(Bar.atMost(1)).result(samples, "it ended early").note()).isEqualTo("it ended early");
    }
}
