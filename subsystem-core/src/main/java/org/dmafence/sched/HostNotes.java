package org.dmafence.sched;

/** What the scheduler's host, and nobody else, notes about a job. */
final class HostNotes {
    /** Whether the scheduler has the job. */
    boolean pushed;

    /** Whether it is among the pending. */
    boolean pending;

    /** Whether its end was taken note of. */
    boolean done;

    /** Whether the scheduler has let go of it. */
    boolean freed;

    /** Whether its credits are in use. */
    boolean charged;

    /** How many credits that is. */
    int charge;

    /** When the hardware began with it: its own start, or the end of the job before. */
    long hardwareSinceNs = SchedulerJob.NEVER;

    HostNotes() {}
}
