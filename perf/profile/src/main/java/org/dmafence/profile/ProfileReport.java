package org.dmafence.profile;

import java.util.List;
import java.util.Optional;
import org.dmafence.departure.Certificate;
import org.dmafence.profile.Recorder.Second;
import org.dmafence.profile.ThreadUsage.PerJob;
import org.dmafence.report.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a profile found; the JSON is this record.
 *
 * @param began when, as ISO 8601
 * @param machine what it ran on
 * @param interrupted whether it was ended early
 * @param checks what --fail-if and --baseline asked for, shim by shim
 */
@Schema("profile")
public record ProfileReport(
        String began,
        Machine machine,
        Input input,
        InstrumentCost instrument,
        boolean interrupted,
        List<Check> checks,
        List<Shim> shims) {

    /** The same report with checks. */
    public ProfileReport with(List<Check> made) {
        return new ProfileReport(began, machine, input, instrument, interrupted, made, shims);
    }

    /**
     * Whether nothing was found: no job failed or stayed open, no rule was broken, every driver left, every check held.
     *
     * @param strict whether the load has to have been sustained, and every job followed, too
     */
    public boolean sound(boolean strict) {
        return shims.stream().allMatch(shim -> shim.sound(strict))
                && checks.stream().allMatch(Check::held);
    }

    /**
     * A limit, and one shim's figure.
     *
     * @param limit as it was asked for
     * @param found the figure, or why there is none
     * @param held whether the figure is within the limit; {@code false} where there is no figure
     */
    public record Check(String limit, String shim, String found, boolean held) {
        /** As a sentence. */
        String sentence() {
            return shim + ": " + (held ? "not " : "") + limit + " (" + found + ").";
        }
    }

    /** Where it ran. */
    public record Machine(String java, String os, int processors, long maxHeapBytes) {}

    /**
     * What was asked for.
     *
     * @param load the load's name
     * @param description in a sentence
     * @param closed whether clients waited for their work
     * @param intendedPerSecond what the timetable has; 0 if there is none
     * @param seed what is left to chance was drawn with it
     * @param clients those that are told apart
     */
    public record Input(
            String load,
            String description,
            boolean closed,
            double intendedPerSecond,
            long warmupNs,
            long durationNs,
            String policy,
            long seed,
            List<String> clients) {}

    /**
     * One shim.
     *
     * @param shim as it was asked for
     * @param measuredNs how long it was measured
     * @param edges of all clients
     * @param clients each client's, the sleeper's last
     * @param seconds one after the other
     * @param reported how many broken rules the subsystem reported
     */
    public record Shim(
            String shim,
            String driver,
            String issuer,
            long measuredNs,
            Jobs jobs,
            List<EdgeTimes> edges,
            List<Client> clients,
            List<Second> seconds,
            Memory memory,
            List<PerJob> perJob,
            Unload unload,
            long reported) {

        /** An edge's times; none if there is no such edge. */
        FinePercentiles edge(Edge edge) {
            return edges.stream()
                    .filter(times -> times.edge.equals(edge.tag()))
                    .findFirst()
                    .map(EdgeTimes::times)
                    .orElse(FinePercentiles.NONE);
        }

        private boolean sound(boolean strict) {
            return jobs.failed == 0
                    && jobs.unended == 0
                    && reported == 0
                    && unload.last().collected()
                    && (!strict || jobs.good());
        }

        double bytesPerJob() {
            return perJob.stream().mapToDouble(PerJob::bytes).sum();
        }

        double cpuNsPerJob() {
            return perJob.stream().mapToDouble(PerJob::cpuNs).sum();
        }
    }

    /**
     * What became of the jobs.
     *
     * @param due in the measured time
     * @param unsent of those, what the sender did not get to
     * @param measured of those, what ended and was measured
     * @param failed of those, what ended with an error; their waits are an edge of their own
     * @param unended what was sent and had not ended when nobody waited any more; in no percentile
     * @param dropped jobs that the recorder was too slow for
     * @param achievedPerSecond jobs that ended within the measured time
     * @param backlogBefore jobs due and not ended as it began
     * @param backlogAfter and as it was over
     * @param backlogSlope jobs by which it grew in a second, in the later half; {@code null} with fewer than five
     *     seconds
     * @param growing whether that is more than chance
     * @param sustained whether it neither grew nor was longer in the end than a tenth of a second's jobs, or a few
     * @param warmupTooShort whether jobs of the warm-up were still in the way as the measuring began
     */
    public record Jobs(
            long due,
            long unsent,
            long measured,
            long failed,
            long unended,
            long dropped,
            double achievedPerSecond,
            long backlogBefore,
            long backlogAfter,
            @Nullable Double backlogSlope,
            boolean growing,
            boolean sustained,
            boolean warmupTooShort) {
        /** Whether the load was sustained and nothing is missing from its percentiles. */
        boolean good() {
            return sustained && failed == 0 && unended == 0 && dropped == 0;
        }
    }

    /** An edge and its times. */
    public record EdgeTimes(String edge, FinePercentiles times) {}

    /**
     * A client and its edges.
     *
     * @param heldUpNs for how long its full queue held up the sender, which all clients share
     */
    public record Client(String client, long heldUpNs, List<EdgeTimes> edges) {}

    /**
     * What was left of the heap by collections.
     *
     * @param fullBeforeBytes by a full one before the load
     * @param fullAfterBytes by a full one behind it
     * @param slopeBytesPerMinute how fast what is left grows in the second half of the measured time; {@code null} with
     *     fewer than three collections, or within less than half a minute
     */
    public record Memory(
            long fullBeforeBytes,
            long fullAfterBytes,
            List<HeapPoint> afterCollections,
            @Nullable Double slopeBytesPerMinute) {}

    /**
     * One collection.
     *
     * @param atNs since the measuring began
     */
    public record HeapPoint(long atNs, long usedBytes) {}

    /**
     * How the driver left.
     *
     * @param forced the second attempt, if the first was refused
     */
    public record Unload(Certificate certificate, @Nullable Certificate forced) {
        Certificate last() {
            return forced == null ? certificate : forced;
        }
    }

    /** The shim of a name. */
    Optional<Shim> shim(String name) {
        return shims.stream().filter(shim -> shim.shim.equals(name)).findFirst();
    }
}
