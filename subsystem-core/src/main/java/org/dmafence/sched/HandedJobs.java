package org.dmafence.sched;

import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that a scheduler hands out one after the other: one item for the engine's queue instead of many, for hosts whose
 * {@link SchedulerPort#run} is called many times in a row. Filled by the scheduler's host, then used by the engine.
 */
public final class HandedJobs {
    /*
     * The attempts are linked, not the jobs: after a reset a job may be in the queue with its first attempt and once
     * more with its second.
     */
    private @Nullable HardwareRun first;
    private @Nullable HardwareRun last;
    private int count;

    /** No jobs yet. */
    public HandedJobs() {}

    /** Takes in a job, within {@link SchedulerPort#run}. */
    public void add(SchedulerJob job) {
        HardwareRun attempt = Objects.requireNonNull(job.run(), "a job that is handed out has an attempt to run");
        if (last == null) {
            first = attempt;
        } else {
            last.nextHanded = attempt;
        }
        last = attempt;
        count++;
    }

    /** How many jobs it holds. */
    public int count() {
        return count;
    }

    /** A job at which the engine itself fails ends; the others have nothing to do with it. */
    private static void accept(Consumer<SchedulerJob> engine, SchedulerJob job) {
        try {
            engine.accept(job);
        } catch (Throwable e) {
            job.fail(ForeignFailure.report(job.scheduler().runtime(), "hand-over of ", job, e));
        }
    }

    /** Goes through the jobs in the order of handing out, once; throws nothing. */
    public void drain(Consumer<SchedulerJob> engine) {
        HardwareRun attempt = first;
        first = null;
        last = null;
        while (attempt != null) {
            HardwareRun after = attempt.nextHanded;
            attempt.nextHanded = null; // or an old attempt would keep all later ones from being collected with it
            accept(engine, attempt.job());
            attempt = after;
        }
    }
}
