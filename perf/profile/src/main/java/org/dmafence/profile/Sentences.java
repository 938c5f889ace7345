package org.dmafence.profile;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.dmafence.departure.Certificate;
import org.dmafence.profile.ProfileReport.Input;
import org.dmafence.profile.ProfileReport.Jobs;
import org.dmafence.profile.ProfileReport.Memory;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.report.Percentiles;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/** What a profile says in words, on the terminal and in the HTML alike. */
final class Sentences {
    private Sentences() {}

    /** Whether nothing about a shim's load is to be worried about. */
    static boolean good(Shim shim) {
        return shim.jobs().good() && shim.reported() == 0;
    }

    /** The verdict in two words or three. */
    static String chip(Input input, Shim shim) {
        Jobs jobs = shim.jobs();
        String load = input.closed() ? "closed loop" : jobs.sustained() ? "load sustained" : "load not sustained";
        long lost = jobs.failed() + jobs.unended() + jobs.dropped();
        return load
                + (jobs.failed() > 0
                        ? ", " + Units.count(jobs.failed()) + " failed"
                        : lost > 0 ? ", " + Units.count(lost) + " not measured" : "")
                + (shim.reported() > 0 ? ", rules broken" : "");
    }

    /** A time, or a dash where there is none. */
    static String time(@Nullable Long ns) {
        return Percentiles.text(ns);
    }

    /** Percentiles and the maximum, in a table's order. */
    static List<String> times(FinePercentiles times) {
        return times.count() == 0
                ? List.of("-", "-", "-", "-", "-", "-")
                : List.of(
                        time(times.p50Ns()),
                        time(times.p90Ns()),
                        time(times.p99Ns()),
                        time(times.p999Ns()),
                        time(times.p9999Ns()),
                        time(times.maxNs()));
    }

    /** The one thing to know of a shim. */
    static String verdict(Input input, Shim shim) {
        FinePercentiles whole = shim.edge(Edge.WHOLE);
        Jobs jobs = shim.jobs();
        String times = (whole.count() == 0
                        ? "no job that was due has ended well"
                        : "p50 " + time(whole.p50Ns()) + ", p99 " + time(whole.p99Ns()) + ", p99.9 "
                                + time(whole.p999Ns()) + " of " + Units.count(whole.count(), "job"))
                + failures(shim);
        if (input.closed()) {
            return rate(jobs.achievedPerSecond()) + " in a closed loop; " + times + ".";
        }
        String behind = jobs.warmupTooShort()
                ? " It began behind " + Units.count(jobs.backlogBefore())
                        + " jobs of the warm-up, which the percentiles show; use a longer --warmup."
                : "";
        if (!jobs.sustained()) {
            return "NOT SUSTAINED: " + rate(jobs.achievedPerSecond()) + " of " + rate(input.intendedPerSecond()) + ", "
                    + Units.count(jobs.backlogAfter(), "job") + " behind at the end, "
                    + Units.time(Math.round(jobs.backlogAfter() * 1e9 / input.intendedPerSecond())) + " of the load"
                    + growth(jobs) + "; " + times + "." + behind;
        }
        return rate(input.intendedPerSecond()) + " sustained; " + times + "." + behind;
    }

    /** Jobs that are in no percentile of the others'. */
    private static String failures(Shim shim) {
        Jobs jobs = shim.jobs();
        FinePercentiles failed = shim.edge(Edge.FAILED);
        return (jobs.failed() > 0
                        ? "; " + Units.count(jobs.failed(), "job") + " FAILED"
                                + (failed.count() > 0 ? ", after up to " + Units.time(failed.maxNs()) : "")
                        : "")
                + (jobs.unended() > 0
                        ? "; " + Units.count(jobs.unended(), "job") + " NOT ENDED ten seconds later"
                        : "");
    }

    private static String growth(Jobs jobs) {
        Double slope = jobs.backlogSlope();
        return jobs.growing() && slope != null
                ? String.format(
                        Locale.ROOT, slope < 10 ? ", and %.1f more each second" : ", and %,.0f more each second", slope)
                : "";
    }

    static String rate(double perSecond) {
        return new Rate(perSecond).toString();
    }

    /** What was asked for. */
    static String load(Input input) {
        return "Load " + input.load() + " (" + input.description() + ")"
                + (input.closed() ? ", closed loop" : ", " + rate(input.intendedPerSecond())) + ", policy "
                + input.policy() + "; " + WrittenTimes.text(input.durationNs()) + " for each shim, behind "
                + WrittenTimes.text(input.warmupNs()) + " of warm-up that does not count.";
    }

    /** What the measuring costs. */
    static String instrument(InstrumentCost cost) {
        return String.format(
                Locale.ROOT,
                "Measuring adds %.0f ns to a job's callback (a look at the clock is %.0f ns of that) and allocates %.0f B for"
                        + " it (medians of %d rounds).",
                cost.callbackNs(),
                cost.clockNs(),
                cost.bytes(),
                cost.rounds());
    }

    /** What became of the jobs. */
    static String jobs(Input input, Jobs jobs) {
        String intended = input.closed() ? "" : " of " + rate(input.intendedPerSecond()) + " intended";
        String lost = (jobs.failed() > 0
                        ? ", " + Units.count(jobs.failed()) + " failed, whose waits are in the row of that name"
                        : "")
                + (jobs.unended() > 0
                        ? ", " + Units.count(jobs.unended()) + " not ended ten seconds later and in no percentile"
                        : "")
                + (jobs.dropped() > 0
                        ? ", " + Units.count(jobs.dropped()) + " not followed: the recorder was too slow"
                        : "");
        String unsent = jobs.unsent() > 0
                ? "; " + Units.count(jobs.unsent(), "job")
                        + " due but never sent, with waits that are in no percentile: the" + " true ones are worse"
                : "";
        return rate(jobs.achievedPerSecond()) + " achieved" + intended + lost + "; backlog "
                + Units.count(jobs.backlogBefore()) + " before, " + Units.count(jobs.backlogAfter()) + " after"
                + growth(jobs) + unsent
                + (jobs.sustained() ? "" : "; not sustained");
    }

    /** Who held up the one sender, and so everybody behind; empty if nobody did. */
    static String heldUp(Shim shim) {
        List<ProfileReport.Client> some =
                shim.clients().stream().filter(client -> client.heldUpNs() > 0).toList();
        return some.isEmpty()
                ? ""
                : "; submissions of more than 1 ms, for want of room or of a processor, held up the one sender and all"
                        + " jobs behind it: "
                        + some.stream()
                                .map(client -> client.client() + " for " + Units.time(client.heldUpNs()))
                                .collect(Collectors.joining(", "));
    }

    /** What the jobs left on the heap. */
    static String memory(Shim shim) {
        Memory memory = shim.memory();
        String points = switch (memory.afterCollections().size()) {
            case 0 -> "no collection in the measured time";
            case 1 -> "one collection";
            default -> Units.count(memory.afterCollections().size()) + " collections";
        };
        Double slope = memory.slopeBytesPerMinute();
        return String.format(Locale.ROOT, "%,.0f B allocated per job", shim.bytesPerJob())
                + "; heap after a full collection, with the instrument's histograms, "
                + Units.bytes(memory.fullBeforeBytes()) + " before, "
                + Units.bytes(memory.fullAfterBytes()) + " after; " + points
                + (slope == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", and what they left changed by %+,.2f MB a minute in the second half",
                                slope / 1e6));
    }

    /** What the jobs cost. */
    static String processor(Shim shim) {
        return String.format(
                Locale.ROOT,
                "%s of CPU time per job, in all: %s",
                Units.time(Math.round(shim.cpuNsPerJob())),
                shim.perJob().stream()
                        .map(group ->
                                group.group().replaceFirst(":.*", "") + " " + Units.time(Math.round(group.cpuNs())))
                        .collect(Collectors.joining(", ")));
    }

    /** How the driver left. */
    static String unload(ProfileReport.Unload unload) {
        Certificate last = unload.last();
        return (unload.forced() == null ? "" : "refused with -EBUSY, then forced: ")
                + (last.collected() ? "collected in " : last.blemish() + " by " + last.pinnedBy() + " after ")
                + Units.time(last.durationNs()) + " ("
                + last.steps().stream()
                        .map(step -> step.name() + " " + Units.time(step.durationNs()))
                        .collect(Collectors.joining(", "))
                + ")";
    }
}
