package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(Bar.atMost(0.65).stretch(0.5).verdict(value)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"3.9, MISSED", "4, OK", "9, OK"})
    void shouldSayHowFarItIsWhenMoreIsBetter(double value, Verdict verdict) {
        assertThat(Bar.atLeast(4).verdict(value)).isEqualTo(verdict);
    }

    @Test
    void shouldCompareBestWindowsAndSpreadRoundsWhenBothWereMeasured() {
        windows("ours", 1, 3, 2);
        windows("peer", 4, 4, 4);
        RowResult result = row(Bar.atMost(0.5)).result(samples, null);

        assertThat(result.oursFigure()).isEqualTo(1.2); // a tenth of the way from the best window to the worst
        assertThat(result.peerFigure()).isEqualTo(4);
        assertThat(result.value()).isEqualTo(0.3);
        assertThat(result.spread()).isEqualTo(Summary.of(new double[] {0.25, 0.75, 0.5}));
        assertThat(result.verdict()).isEqualTo(Verdict.OK);
        assertThat(result.note()).isNull();
    }

    @Test
    void shouldSayThatABarIsOutOfReachOnlyWhenTheLimitMissesItToo() {
        windows("ours", 3);
        windows("peer", 4);
        windows("limit", 2);

        assertThat(row(Bar.atMost(0.4)).limitedBy("limit").result(samples, null).note())
                .isEqualTo("out of reach here: limit itself is at 0.50");
        assertThat(row(Bar.atMost(0.6)).limitedBy("limit").result(samples, null).note())
                .isNull();
        assertThat(row(Bar.atMost(0.8)).limitedBy("limit").result(samples, null).note())
                .isNull();
    }

    @Test
    void shouldSubtractWhenTheBarIsADifference() {
        windows("ours", 25);
        windows("peer", 20);
        RowResult result = row(Bar.atMostBeyond(10)).result(samples, null);

        assertThat(result.value()).isEqualTo(5);
        assertThat(result.verdict()).isEqualTo(Verdict.OK);
    }

    @Test
    void shouldJudgeTheFigureItselfWhenThereIsNoPeer() {
        windows("ours", 250);
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
