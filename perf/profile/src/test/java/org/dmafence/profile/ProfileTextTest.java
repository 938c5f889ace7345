package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.profile.ProfileReport.Jobs;
import org.dmafence.report.Json;
import org.dmafence.report.Reading;
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
                .startsWith(
                        "i915: NOT SUSTAINED: 10,000/s of 10,000/s, 900 jobs behind at the end, 90.0 ms of the load")
                .contains("never sent");
    }

    /** The same, but some failed, never ended, or could not be followed. */
    static Jobs jobs(Jobs jobs, long failed, long unended, long dropped) {
        return new Jobs(
                jobs.due(),
                jobs.unsent(),
                jobs.measured(),
                failed,
                unended,
                dropped,
                jobs.achievedPerSecond(),
                jobs.backlogBefore(),
                jobs.backlogAfter(),
                jobs.backlogSlope(),
                jobs.growing(),
                jobs.sustained(),
                jobs.warmupTooShort());
    }

    @Test
    void shouldSayHowFastTheBacklogGrows() {
        ProfileReport report = Example.of("i915", 10, true)
                .with(jobs -> new Jobs(20_000, 0, 20_000, 0, 0, 0, 9_980, 0, 200, 20.0, true, false, false))
                .report();

        assertThat(Sentences.verdict(report.input(), report.shims().get(0)))
                .startsWith("NOT SUSTAINED: 9,980/s of 10,000/s, 200 jobs behind")
                .contains("and 20 more each second");
    }

    @Test
    void shouldSayInTheFirstLineWhichJobsAreInNoPercentile() {
        Example run = Example.of("i915", 10, true);
        String red = "\u001b[31m";

        assertThat(ProfileText.of(run.report(), null, true)).doesNotStartWith(red);
        String failed = ProfileText.of(run.with(jobs -> jobs(jobs, 3, 0, 0)).report(), null, true);
        assertThat(failed).startsWith(red);
        assertThat(failed.lines().findFirst().orElse("")).contains("3 jobs FAILED");
        String hung = ProfileText.of(run.with(jobs -> jobs(jobs, 0, 2, 0)).report(), null, true);
        assertThat(hung).startsWith(red);
        assertThat(hung.lines().findFirst().orElse("")).contains("2 jobs NOT ENDED");
    }

    @Test
    void shouldReadItsOwnJsonWhenItIsABaseline() throws Exception {
        ProfileReport report = Example.of("i915", 10, true).report();

        assertThat(Reading.record(Json.of(report), ProfileReport.class)).isEqualTo(report);
    }

    @Test
    void shouldCallADifferenceOneOnlyWhenItIsMoreThanTwoRunsHave() {
        assertThat(Baseline.sign(Baseline.ratio(104L, 100L))).isZero();
        assertThat(Baseline.sign(Baseline.ratio(110L, 100L))).isPositive();
        assertThat(Baseline.sign(Baseline.ratio(90L, 100L))).isNegative();
        assertThat(Baseline.ratio(1L, 0L)).isNull();
        assertThat(Baseline.text(Baseline.ratio(125L, 100L))).isEqualTo("x1.25");
        assertThat(Baseline.text(Baseline.ratio(71_807L, 1L))).isEqualTo("x72k");
    }
}
