package org.dmafence.sched;

/**
 * Something for a scheduler to look at, made on any thread and handed to {@link GpuScheduler#handle}: a job that was pushed
 * or that the hardware is done with, or a dependency that signalled.
 *
 * <p>Each unfinished job accounts for at most one event that is not handled yet; a bounded queue of that size never
 * overflows.
 */
public sealed interface SchedulerEvent permits SchedulerJob, DependencyWait {}
