package org.dmafence.cli;

import java.util.List;
import java.util.function.Consumer;
import org.dmafence.fence.DmaFence;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerTraceListener;

/** Passes a scheduler's events on to several. */
record TraceListeners(List<SchedulerTraceListener> all) implements SchedulerTraceListener {
    private void pass(Consumer<SchedulerTraceListener> event) {
        all.forEach(event);
    }

    @Override
    public void jobQueued(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        pass(next -> next.jobQueued(job, queuedJobs, hardwareCredits));
    }

    @Override
    public void jobDependsOn(SchedulerJob job, DmaFence dependency) {
        pass(next -> next.jobDependsOn(job, dependency));
    }

    @Override
    public void jobLooksAt(SchedulerJob job, DmaFence dependency) {
        pass(next -> next.jobLooksAt(job, dependency));
    }

    @Override
    public void jobUnschedulable(SchedulerJob job, DmaFence dependency) {
        pass(next -> next.jobUnschedulable(job, dependency));
    }

    @Override
    public void jobRun(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        pass(next -> next.jobRun(job, queuedJobs, hardwareCredits));
    }

    @Override
    public void jobDone(SchedulerJob job) {
        pass(next -> next.jobDone(job));
    }
}
