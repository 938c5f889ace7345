package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.dmafence.report.Json;
import org.junit.jupiter.api.Test;

class ProfileTextTest {
    @Test
    void shouldPrintEveryEdgeInColumnsWithinAHundredWhenThereIsNoBaseline() {
        String text = ProfileText.of(Example.of("i915", 10, true).report(), null, false);

        assertThat(text).contains("10,000/s sustained", "send delay", "RCU grace period", "p99.99");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(text).containsPattern("whole +20,000 +500 us +900 us +990 us");
    }

    @Test
    void shouldShowRatiosWhenThereIsABaseline() {
        String text = ProfileText.of(
                Example.of("i915", 20, true).report(),
                Example.of("i915", 10, true).asBaseline(),
                false);

        assertThat(text).containsPattern("queue to run .*x2\\.00 x2\\.00").contains("as in earlier");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void shouldSaySoFirstWhenTheLoadIsNotSustained() {
        String text = ProfileText.of(Example.of("i915", 10, false).report(), null, false);

        assertThat(text)
                .startsWith("i915: NOT SUSTAINED: 10,000/s of 10,000/s, 900 jobs behind")
                .contains("never sent");
    }

    @Test
    void shouldReadItsOwnJsonWhenItIsABaseline() throws Exception {
        ProfileReport report = Example.of("i915", 10, true).report();

        assertThat(new JsonMapper().readValue(Json.of(report), ProfileReport.class))
                .isEqualTo(report);
    }

    @Test
    void shouldCallADifferenceOneOnlyWhenItIsMoreThanTwoRunsHave() {
        assertThat(Comparison.sign(Comparison.ratio(104, 100))).isZero();
        assertThat(Comparison.sign(Comparison.ratio(110, 100))).isPositive();
        assertThat(Comparison.sign(Comparison.ratio(90, 100))).isNegative();
        assertThat(Comparison.ratio(1, 0)).isNull();
        assertThat(Comparison.text(Comparison.ratio(125, 100))).isEqualTo("x1.25");
        assertThat(Comparison.text(Comparison.ratio(71_807, 1))).isEqualTo("x72k");
    }
}
