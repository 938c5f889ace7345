package org.dmafence.sched;

/** Whose turn it is among the entities of a run queue. Kernel counterpart: the module parameter {@code sched_policy}. */
public enum SchedulerPolicy {
    /** Round robin: who was served goes behind everybody who waits. */
    RR,
    /** First come, first served: the oldest job of all entities; the default. */
    FIFO,
    /**
     * The entity that had the least of the hardware's time, weighted by priority; all priorities share one run queue, so none
     * starves.
     */
    FAIR
}
