package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.dmafence.bench.ScalingReport.Point;
import org.junit.jupiter.api.Test;

class GrowthTest {
    private static List<Point> points(DoubleUnaryOperator cost) {
        List<Point> points = new ArrayList<>();
        for (int power = 6; power <= 20; power++) {
            points.add(new Point(1 << power, cost.applyAsDouble(1 << power), 1));
        }
        return points;
    }

    @Test
    void shouldFindTheExponentWhenCostsAreAPower() {
        assertThat(Growth.of(points(n -> 3 * n)).exponent()).isCloseTo(1, within(1e-9));
        assertThat(Growth.of(points(n -> n * n)).exponent()).isCloseTo(2, within(1e-9));
        assertThat(Growth.of(points(n -> 7)).exponent()).isCloseTo(0, within(1e-9));
    }

    @Test
    void shouldLookAtTheUpperHalfOnlyWhenSomethingIsTheSameForAllSizes() {
        assertThat(Growth.of(points(n -> 1_000 + n)).exponent()).isCloseTo(1, within(0.1));
    }

    @Test
    void shouldAllowSortingButNoSquareRootMore() {
        Growth sorting = Growth.of(points(n -> n * Math.log(n)));
        Growth more = Growth.of(points(n -> n * Math.sqrt(n)));

        assertThat(sorting.exponent()).isLessThan(sorting.bound());
        assertThat(more.exponent()).isGreaterThan(more.bound());
    }

    @Test
    void shouldBeUnclearWhenThePointsLieFarFromAnyLine() {
        double[] noise = {1, 3, 0.4, 2, 0.5, 2.5, 0.7, 1};
        int[] at = {0};
        Growth growth = Growth.of(points(n -> Math.pow(n, 1.3) * noise[at[0]++ % noise.length]));

        assertThat(growth.low()).isLessThan(growth.exponent());
        assertThat(growth.high()).isGreaterThan(growth.exponent());
        assertThat(growth.verdict()).isEqualTo(Verdict.UNCLEAR);
        assertThat(Growth.of(points(n -> n)).verdict()).isEqualTo(Verdict.OK);
        assertThat(Growth.of(points(n -> n * n)).verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void shouldTakeTheIntervalFromTheSlopesStandardError() {
        // Of four points the last three count; x is 0, 1, 2 times log 2, the residuals are e, -2e, e.
        double e = 0.1;
        List<Point> points = List.of(
                new Point(8, 8, 1),
                new Point(16, 16 * Math.exp(e), 1),
                new Point(32, 32 * Math.exp(-2 * e), 1),
                new Point(64, 64 * Math.exp(e), 1));
        double error = Math.sqrt(6 * e * e / 1 / (2 * Math.log(2) * Math.log(2)));
        Growth growth = Growth.of(points);

        assertThat(growth.exponent()).isCloseTo(1, within(1e-9));
        assertThat(growth.high() - 1).isCloseTo(3.078 * error, within(1e-9));
        assertThat(1 - growth.low()).isCloseTo(3.078 * error, within(1e-9));
    }

    @Test
    void shouldJudgeACurveByItsBestRoundsAndFailOneWithFewSizes() {
        Curve curve = new Curve("a-curve", "something", "things", 2, 6, 3, lineup -> size -> size);
        Samples samples = new Samples();
        for (int size : curve.sizes(false)) {
            samples.add(String.valueOf(size), Metric.CPU_NS, 10.0 * size);
            samples.add(String.valueOf(size), Metric.CPU_NS, size);
        }

        assertThat(curve.sizes(true)).containsExactly(4, 8);
        assertThat(curve.result(samples, false, null).verdict()).isEqualTo(Verdict.OK);
        assertThat(curve.result(samples, false, null).points().get(0)).isEqualTo(new Point(4, 4, 2));
        assertThat(curve.result(samples, true, null).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(curve.result(samples, false, "it ended early").note()).isEqualTo("it ended early");
    }

    @Test
    void shouldTurnRedWhenAnyOfTheCurvesGrowsWithTheSquare() {
        for (Curve curve : Curves.all()) {
            assertThat(curve.result(samples(curve, n -> n), false, null).verdict())
                    .isEqualTo(Verdict.OK);
            assertThat(curve.result(samples(curve, n -> n * n), false, null).verdict())
                    .isEqualTo(Verdict.MISSED);
        }
    }

    private static Samples samples(Curve curve, DoubleUnaryOperator cost) {
        Samples samples = new Samples();
        curve.sizes(false).forEach(size -> samples.add(String.valueOf(size), Metric.CPU_NS, cost.applyAsDouble(size)));
        return samples;
    }

    @Test
    void shouldHaveAGroupForEachCurve() {
        for (Curve curve : Curves.all()) {
            assertThat(Groups.named(Curve.PREFIX + curve.name()).name()).isEqualTo("scaling-" + curve.name());
        }
    }
}
