package org.dmafence.sched;

import org.dmafence.fence.DmaFence;
import org.dmafence.trace.JobRecorder;
import org.dmafence.trace.JobSubject;

/** The scheduler's trace events on their way to the flight recorder. Any thread. */
final class RecordedTrace implements SchedulerTraceListener {
    static final RecordedTrace INSTANCE = new RecordedTrace();

    private RecordedTrace() {}

    private static JobSubject subject(SchedulerJob job) {
        DmaFence finished = job.finished();
        return new JobSubject(
                job.scheduler().device(),
                job.scheduler().name(),
                finished.context(),
                finished.seqno(),
                job.work().id(),
                job.entity().client(),
                job.clientId(),
                job.priority().name());
    }

    @Override
    public void jobQueued(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        JobRecorder.queued(subject(job), queuedJobs, hardwareCredits);
    }

    @Override
    public void jobDependsOn(SchedulerJob job, DmaFence dependency) {
        JobRecorder.dependsOn(subject(job), dependency.context(), dependency.seqno());
    }

    @Override
    public void jobUnschedulable(SchedulerJob job, DmaFence dependency) {
        // It was pushed with most of those, and a driver's own would be recorded each time it is looked at.
    }

    @Override
    public void jobRun(SchedulerJob job, int queuedJobs, int hardwareCredits) {
        JobRecorder.ran(subject(job), queuedJobs, hardwareCredits);
    }

    @Override
    public void jobDone(SchedulerJob job) {
        JobRecorder.done(subject(job));
    }
}
