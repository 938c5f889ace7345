package org.dmafence.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;

/**
 * A job to submit.
 *
 * @param work what the hardware is to do
 * @param credits how much of the scheduler's limit it takes
 * @param dependencies fences it waits for; the caller keeps its references
 * @param deadlineNs by when {@code finished} would be welcome, on the runtime's clock; {@link #NO_DEADLINE} for no hint
 */
public record JobSpec(RingJob work, int credits, List<DmaFence> dependencies, long deadlineNs) {
    /** No deadline. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    public JobSpec {
        Objects.requireNonNull(work, "work");
        dependencies = List.copyOf(dependencies);
    }

    /** A job that takes one credit and waits for nothing. */
    public static JobSpec of(RingJob work) {
        return new JobSpec(work, 1, List.of(), NO_DEADLINE);
    }

    /** The same with other credits. */
    public JobSpec withCredits(int jobCredits) {
        return new JobSpec(work, jobCredits, dependencies, deadlineNs);
    }

    /** The same, waiting for one more fence. */
    public JobSpec after(DmaFence dependency) {
        List<DmaFence> more = new ArrayList<>(dependencies);
        more.add(dependency);
        return new JobSpec(work, credits, more, deadlineNs);
    }

    /** The same with something for the driver, which finds it in {@link RingJob#payload}. */
    public JobSpec withPayload(Object forDriver) {
        return new JobSpec(work.withPayload(forDriver), credits, dependencies, deadlineNs);
    }

    /**
     * The same with a deadline: a hint for the driver, after which nothing happens by itself.
     *
     * @param finishedByNs on the clock of the runtime that the subsystem's fences are of, not on the wall's: as
     *     {@code subsystem.runtime().clock().nanoTime() + 16_000_000} for 16 ms from now
     */
    public JobSpec by(long finishedByNs) {
        return new JobSpec(work, credits, dependencies, finishedByNs);
    }
}
