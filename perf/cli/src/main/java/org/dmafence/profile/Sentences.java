package org.dmafence.profile;

import java.util.Locale;
import java.util.stream.Collectors;
import org.dmafence.profile.ProfileReport.Input;
import org.dmafence.profile.ProfileReport.Jobs;
import org.dmafence.profile.ProfileReport.Memory;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.report.Certificate;
import org.dmafence.report.Units;

/** What a profile says in words, on the terminal and in the HTML alike. */
final class Sentences {
    private static final double SENT_ALMOST_ALL = 0.995;

    private Sentences() {}

    /** The one thing to know of a shim. */
    static String verdict(Input input, Shim shim) {
        Quantiles whole = shim.edge(Edge.WHOLE);
        Jobs jobs = shim.jobs();
        String times = whole.count() == 0
                ? "no job that was due has ended well"
                : "p50 " + Units.time(whole.p50Ns()) + ", p99 " + Units.time(whole.p99Ns()) + ", p99.9 "
                        + Units.time(whole.p999Ns());
        if (input.closed()) {
            return rate(jobs.achievedPerSecond()) + " in a closed loop; " + times + ".";
        }
        String behind = jobs.warmupTooShort()
                ? " It began behind " + Units.count(jobs.backlogBefore())
                        + " jobs of the warm-up, which the percentiles show; use a longer --warmup."
                : "";
        if (!jobs.sustained()) {
            return "NOT SUSTAINED: " + rate(jobs.achievedPerSecond()) + " of " + rate(input.intendedPerSecond()) + ", "
                    + Units.count(jobs.backlogAfter(), "job") + " behind at the end; " + times + "." + behind;
        }
        return rate(input.intendedPerSecond()) + " sustained; " + times + "." + behind;
    }

    static String rate(double perSecond) {
        return new Rate(perSecond).toString();
    }

    /** What was asked for. */
    static String load(Input input) {
        return "Load " + input.load() + " (" + input.description() + ")"
                + (input.closed() ? ", closed loop" : ", " + rate(input.intendedPerSecond())) + ", policy "
                + input.policy() + "; " + Durations.text(input.durationNs()) + " for each shim, behind "
                + Durations.text(input.warmupNs()) + " of warm-up that does not count.";
    }

    /** What the measuring costs. */
    static String instrument(InstrumentCost cost) {
        return String.format(
                Locale.ROOT,
                "Measuring adds %.0f ns to a job's callback (a look at the clock is %.0f ns of that) and allocates %.0f B for"
                        + " it.",
                cost.callbackNs(),
                cost.clockNs(),
                cost.bytes());
    }

    /** What became of the jobs. */
    static String jobs(Input input, Jobs jobs) {
        String intended = input.closed() ? "" : " of " + rate(input.intendedPerSecond()) + " intended";
        String lost = (jobs.failed() > 0 ? ", " + Units.count(jobs.failed()) + " failed" : "")
                + (jobs.dropped() > 0
                        ? ", " + Units.count(jobs.dropped()) + " not followed: the recorder was too slow"
                        : "");
        String unsent = jobs.unsent() > jobs.due() * (1 - SENT_ALMOST_ALL)
                ? "; " + Units.count(jobs.unsent()) + " that were due were never sent, and their waits are in no"
                        + " percentile: the true ones are worse"
                : "";
        return rate(jobs.achievedPerSecond()) + " achieved" + intended + lost + "; backlog "
                + Units.count(jobs.backlogBefore()) + " before, " + Units.count(jobs.backlogAfter()) + " after" + unsent
                + (jobs.sustained() ? "" : "; not sustained");
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
