package org.dmafence.actors;

/** Where a job is when somebody dies. */
enum KillStep {
    /** On its way into the scheduler's inbox, while the other is dying. */
    SUBMITTING,
    /** In the entity's queue, behind a job that has all the credits. */
    QUEUED,
    /** In the entity's queue, behind jobs that hang and have all the credits; nobody has kept a handle. */
    CROWDED,
    /** In the entity's queue, waiting for a fence that has not signalled. */
    WAITING,
    /** In the engine's inbox, which is busy with another job. */
    SCHEDULED,
    /** In the driver's submit. */
    IN_SUBMIT,
    /** In the ring's hands. */
    RUNNING,
    /** In the ring's hands for longer than it may be. */
    TIMING_OUT,
    /** About to finish, or behind one whose callbacks are running. */
    COMPLETING
}
