package org.dmafence.sched;

/**
 * Whose turn it is among the entities of a run queue. Kernel counterpart: the module parameter {@code sched_policy}.
 */
public enum SchedulerPolicy {
    /**
     * Round robin: an entity that was served and has more goes to the end of those that wait. One that ran empty keeps
     * its place, as in Linux 7.2: an entity that is refilled in time, one job at a time, is served again and again.
     */
    RR,
    /** First come, first served: the oldest job of all entities; the default. */
    FIFO,
    /**
     * The entity that had the least of the hardware's time, weighted by priority; all priorities share one run queue,
     * so a low one waits for a bounded time only. As in Linux 7.2 an entity is charged when it is served and has more;
     * one that is refilled in time, one short job at a time, is served like under {@link #RR}.
     */
    FAIR
}
