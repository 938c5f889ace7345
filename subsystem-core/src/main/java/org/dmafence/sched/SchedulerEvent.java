package org.dmafence.sched;

/**
 * Something for a scheduler to look at, made on any thread and handed to {@link GpuScheduler#handle}: a job that was
 * pushed or that the hardware is done with, a dependency that signalled, or a driver's answer to a timeout.
 *
 * <p>Each job accounts for at most one event that is not handled yet, and a scheduler with a timeout for one more. The
 * event of a job's end may still be on its way when the job has been freed: a bounded queue never overflows if it has
 * places for twice as many events as there may be unfinished jobs.
 */
public sealed interface SchedulerEvent permits SchedulerJob, FinishedJobs, DependencyWait, JobKill, JobTimeout {}
