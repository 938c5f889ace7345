package org.dmafence.unload;

import java.util.List;
import org.dmafence.compare.ShimReport.NamePair;
import org.dmafence.departure.Certificate;
import org.dmafence.departure.Departure;
import org.dmafence.report.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What {@code unload} found.
 *
 * @param driver the driver
 * @param version its version
 * @param jar where it was loaded from
 * @param issuer the ops table of its fences
 * @param ops the optional ops of that table, in the kernel's order and spelling
 * @param lock {@code INLINE}, {@code OWN} or {@code EXTERNAL}
 * @param plan what was asked for
 * @param cycles how many cycles were run; fewer than asked for if it was ended early
 * @param left cycles after which nothing of the driver was left, without force or with it as asked for
 * @param steps how long each step of the unloading took
 * @param classes loaded classes after each cycle
 * @param metaspaceBytes Metaspace in use after each cycle
 * @param fences what became of the fences that were kept
 * @param first the first cycle's certificate
 * @param last the last cycle's
 * @param pins what kept the driver, over all cycles
 * @param afterRelease the certificate of one more attempt, in the first cycle that was pinned, after its fences were
 *     let go; null if none was pinned
 * @param lateCalls calls into the driver after it had been unloaded by force
 * @param reported how many broken rules the subsystem reported
 */
@Schema("unload")
public record UnloadReport(
        String driver,
        String version,
        String jar,
        String issuer,
        List<String> ops,
        String lock,
        Plan plan,
        int cycles,
        int left,
        List<StepTimes> steps,
        Series classes,
        Series metaspaceBytes,
        KeptFences fences,
        Certificate first,
        Certificate last,
        List<Certificate.Held> pins,
        @Nullable Certificate afterRelease,
        List<Departure.LateCall> lateCalls,
        long reported) {

    /**
     * What was asked for.
     *
     * @param fences fences per cycle
     * @param unsignaled of those, how many have not signalled when the driver is unloaded
     * @param policy the error of those that not even the driver's exit ends, null for success
     * @param keepFences whether the fences of all cycles are kept, not only of the current one
     */
    public record Plan(
            int fences,
            int unsignaled,
            int cycles,
            @Nullable String policy,
            boolean force,
            boolean keepFences) {}

    /**
     * How long a step took: the middle and the longest of all cycles.
     *
     * @param count cycles that had it
     */
    public record StepTimes(String name, long count, long p50Ns, long maxNs) {}

    /**
     * A figure after each cycle.
     *
     * @param first after the first cycle, when everything that is loaded once has been
     * @param last after the last
     * @param slopePerCycle the straight line's through all of them; 0 for fewer than two cycles
     */
    public record Series(long first, long last, double slopePerCycle) {}

    /**
     * The fences that somebody kept while the driver left.
     *
     * @param perCycle how many were asked for each time
     * @param kept how many there were, over all cycles
     * @param signaled those that had signalled when the driver was gone, over all cycles
     * @param failed of those, the ones with an error
     * @param independent those that referred to nothing of the driver
     * @param names what one of them answers
     */
    public record KeptFences(long perCycle, long kept, long signaled, long failed, long independent, NamePair names) {}

    /** Whether it was ended before the last cycle. */
    public boolean interrupted() {
        return cycles < plan.cycles;
    }

    /**
     * Whether each cycle ended as it was asked to, while all the fences that were asked for lived on and had signalled,
     * and no rule was broken.
     */
    public boolean sound() {
        return left == cycles && isProof() && reported == 0 && lateCallsAreSafe();
    }

    /** Whether the fences that were asked for were there to be left alone. */
    boolean isProof() {
        return fences.kept == plan.fences * (long) cycles && fences.signaled == fences.kept;
    }

    boolean lateCallsAreSafe() {
        return lateCalls.isEmpty() || lateCalls.stream().anyMatch(Departure.LateCall::recorded);
    }
}
