package org.dmafence.sched;

/**
 * Something for a scheduler to look at, made on any thread and handed to {@link GpuScheduler#handle}: a job that was pushed
 * or that the hardware is done with, a dependency that signalled, or a driver's answer to a timeout.
 *
 * <p>Each unfinished job accounts for at most one event that is not handled yet, and a scheduler with a timeout for one more;
 * a bounded queue of that size never overflows.
 */
public sealed interface SchedulerEvent permits SchedulerJob, DependencyWait, JobKill, JobTimeout {}
