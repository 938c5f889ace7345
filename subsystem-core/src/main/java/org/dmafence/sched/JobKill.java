package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.jspecify.annotations.Nullable;

/**
 * The end of a job that its entity left queued: waits for the job before it and then for one dependency after the
 * other. Kernel counterpart: {@code drm_sched_entity_kill_jobs_cb()} and its work item.
 *
 * <p>The callback only posts. Everything else, adding the next callback included, happens on the host: the thread that
 * signals may hold the very lock that the next fence needs.
 */
final class JobKill extends FenceCallback implements SchedulerEvent {
    private final Core core;
    final SchedulerJob job;
    private @Nullable DmaFence awaited;

    JobKill(Core core, SchedulerJob job) {
        this.core = core;
        this.job = job;
    }

    /** Goes on when a fence has signalled; at once, but not within this call, if there is none to wait for. */
    void after(@Nullable DmaFence before) {
        if (before == null || !await(before)) {
            core.postLater(this);
        }
    }

    /** Goes on: false if it has to wait for a dependency, true if the job may end. */
    boolean advance() {
        awaited = null;
        for (DmaFence next = job.waits().take();
                next != null;
                next = job.waits().take()) {
            SchedulerFence pair = SchedulerFence.of(next);
            // What was scheduled only says that the hardware has it; what matters here is the work.
            if (await(pair == null ? next : pair.finished())) {
                return false;
            }
        }
        return true;
    }

    private boolean await(DmaFence fence) {
        awaited = fence;
        if (!fence.isSignaled() && fence.addCallback(this)) {
            return true;
        }
        awaited = null;
        return false;
    }

    /** Takes the callback off the fence it is on. One that runs already posts, and nobody listens any more. */
    void cancel() {
        if (awaited != null) {
            boolean unused = awaited.withdrawCallback(this);
        }
    }

    @Override
    protected void onSignaled(DmaFence signaled) {
        core.postLater(this);
    }
}
