package org.dmafence.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.dmafence.departure.Certificate;
import org.dmafence.departure.Departure;
import org.dmafence.report.Percentiles;
import org.dmafence.report.page.Provenance;
import org.dmafence.rules.PageRules;
import org.junit.jupiter.api.Test;

/**
 * What no driver can plant, because the product itself would have to be wrong: the report as it would be then is red,
 * and the sentence that says why is there.
 */
class RedCompareTest {
    private static final Percentiles NONE = Percentiles.of(new Histogram(3));
    private static final JobCounts JOBS = new JobCounts(10, 10, 10, 0, 0, 0);
    private static final ShimReport.Fences FENCES = new ShimReport.Fences(10, 10, 0);
    private static final RunOrderReport ORDER = new RunOrderReport(true, 10, 0, 0, List.of());
    private static final Certificate GONE = certificate(true);

    private static Certificate certificate(boolean collected) {
        return new Certificate(
                false,
                collected ? "COLLECTED" : "PINNED",
                collected,
                1_000,
                List.of(),
                10,
                10,
                0,
                0,
                10,
                0,
                0,
                1,
                List.of());
    }

    private static Departure departure(List<Departure.LateCall> calls) {
        return new Departure(GONE, null, calls, 10);
    }

    private static CompareReport report(boolean conserved, JobCounts jobs, RunOrderReport order, Departure unload) {
        ShimReport.NamePair names = new ShimReport.NamePair("driver", "ring");
        ShimReport shim = new ShimReport(
                "shim",
                "driver",
                "job",
                "fifo",
                List.of(),
                "INLINE",
                true,
                true,
                "",
                new ShimReport.Names(names, names, names),
                jobs,
                FENCES,
                conserved,
                order,
                new LatencyNs(NONE, NONE, NONE, NONE, NONE),
                unload,
                0,
                List.of());
        return new CompareReport(new CompareReport.Input(List.of(), "max"), false, List.of(shim));
    }

    private static void check(CompareReport report, boolean sound, String... words) {
        String text = CompareText.of(report, true);
        assertThat(report.sound()).isEqualTo(sound);
        assertThat(text.replaceAll("\\s+", " ")).contains(words);
        assertThat(text.contains("\u001b[31m")).as(text).isEqualTo(!sound);
        String page = CompareHtml.of(report, Provenance.here("dmafence compare"));
        assertThat(PageRules.broken(page)).isEmpty();
        assertThat(PageRules.parse(page).text().replaceAll("\\s+", " ")).contains(words);
        assertThat(PageRules.parse(page).select("td.bad, p.bad").isEmpty()).isEqualTo(sound);
    }

    @Test
    void shouldBeGreenWhenNothingIsWrong() {
        check(report(true, JOBS, ORDER, departure(List.of())), true, "as in the trace (10)");
    }

    @Test
    void shouldTurnRedWhenAJobWasLost() {
        JobCounts lost = new JobCounts(10, 10, 9, 0, 0, 0);
        assertThat(lost.conserved()).isFalse();
        check(
                report(lost.conserved(), lost, ORDER, departure(List.of())),
                false,
                "shim: not conserved: 10 jobs submitted, 9 ended; 0 fences never signaled");
    }

    @Test
    void shouldTurnRedWhenAnEntitysJobsRanOutOfOrder() {
        check(
                report(true, JOBS, new RunOrderReport(false, 10, 2, 2, List.of()), departure(List.of())),
                false,
                "broken within an entity 2 times");
    }

    @Test
    void shouldTurnRedWhenJobsWereGivenUp() {
        check(
                report(true, new JobCounts(10, 10, 9, 1, 0, 1), ORDER, departure(List.of())),
                false,
                "1 job ended with -ECANCELED because too many were in flight at once");
    }

    @Test
    void shouldTurnRedWhenNothingWasCompared() {
        CompareReport nobody = new CompareReport(new CompareReport.Input(List.of(), "max"), false, List.of());
        assertThat(nobody.sound()).isFalse();
    }

    @Test
    void shouldTurnRedWhenALateCallWasNotRecorded() {
        List<Departure.LateCall> recorded = List.of(new Departure.LateCall("wait", "-ENODEV", true));
        List<Departure.LateCall> answered = List.of(new Departure.LateCall("wait", "signaled", false));

        check(report(true, JOBS, ORDER, departure(recorded)), true, "wait");
        check(
                report(true, JOBS, ORDER, departure(answered)),
                false,
                "no tombstone recorded a late call, so it may have run the driver's code");
    }
}
