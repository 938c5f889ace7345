package org.dmafence.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.dmafence.bench.BenchReport;
import org.dmafence.bench.ScalingReport;
import org.dmafence.bench.Verdict;
import org.junit.jupiter.api.Test;

class ScalingTextTest {
    static final ScalingReport REPORT = new ScalingReport(
            new BenchReport.Environment("17", "VM", List.of(), "Linux", "amd64", "", 2, 1, 1),
            true,
            1_000,
            false,
            List.of(
                    curve("fine", 1.0, 0.9, 1.1, Verdict.OK),
                    curve("square", 2.0, 1.9, 2.1, Verdict.MISSED),
                    curve("noisy", 1.2, 0.8, 1.6, Verdict.UNCLEAR)));

    @Test
    void shouldTurnRedWhenACostGrowsFasterAndNotWhenThatIsUnclear() {
        String text = ScalingText.of(REPORT, true);

        assertThat(text).contains("3 curves, 1 that grow faster, 1 unclear");
        assertThat(line(text, "fine")).contains("0.90..1.10", "\u001b[32m");
        assertThat(line(text, "square")).contains("1.90..2.10", "\u001b[31m", "no");
        assertThat(line(text, "noisy")).contains("unclear").doesNotContain("\u001b[31m", "\u001b[32m");
        assertThat(Map.of(Verdict.MISSED, false, Verdict.UNCLEAR, false, Verdict.OK, true))
                .allSatisfy((verdict, sound) ->
                        assertThat(Verdict.sound(List.of(verdict), true)).isEqualTo(sound));
    }

    private static String line(String text, String name) {
        return text.lines().filter(line -> line.contains(name)).findFirst().orElseThrow();
    }

    private static ScalingReport.CurveResult curve(
            String name, double exponent, double low, double high, Verdict verdict) {
        List<ScalingReport.Point> points =
                List.of(new ScalingReport.Point(64, 10, 3), new ScalingReport.Point(128, 20, 3));
        return new ScalingReport.CurveResult(name, name, "things", points, exponent, low, high, 1.25, verdict, null);
    }
}
