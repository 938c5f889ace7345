package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/**
 * The two fence contexts of an entity, C for {@code scheduled} and C+1 for {@code finished}, and the sequence numbers
 * they share. They stay the same when the entity moves to another scheduler.
 *
 * <p>Each fence has its own inline lock; the kernel has one for both fences of a job, which nobody else can take.
 */
final class SchedulerTimeline {
    /** Bit 0 of the user bits: what depends on this fence waits for it even on the same scheduler. */
    static final int DONT_PIPELINE = 0;

    final FenceContext scheduled;
    final FenceContext finished;

    /** The entity's client, for the flight recorder. */
    final String client;

    /** Whose names the fences have just now. Touched by the entity's submitter only. */
    private @Nullable SchedulerIdentity scheduler;

    /** Touched by the entity's submitter only. */
    private final SubmitCounts counts = new SubmitCounts();

    SchedulerTimeline(FenceRuntime runtime, String name, String client) {
        this.client = client;
        long context = runtime.allocateContexts(2);
        scheduled = FenceContext.builder(runtime).id(context).name(name).build();
        finished = FenceContext.builder(runtime).id(context + 1).name(name).build();
    }

    /** The next fences are of this scheduler: those from before keep the name of theirs. */
    void moveTo(SchedulerIdentity next) {
        if (scheduler != next) {
            scheduler = next;
            scheduled.renamed();
            finished.renamed();
        }
    }

    /** One more job of the entity must be pushed, or abandoned. */
    void countArmed() {
        counts.armed++;
    }

    /** How many jobs of the entity were armed. */
    long armed() {
        return counts.armed;
    }

    long nextSeqno() {
        return ++counts.seqno;
    }

    boolean owns(DmaFence fence) {
        return scheduled.isTimelineOf(fence) || finished.isTimelineOf(fence); // other runtimes have the same numbers
    }
}
