package org.dmafence.ftrace;

/**
 * One step of a trace's replay. Steps come in the order of the file; their times are the trace clock's as printed, so
 * they go backwards where the file does (see {@link TraceWarning#CLOCK_BACKWARDS}).
 */
public sealed interface ReplayStep {
    /** The trace clock in nanoseconds. */
    long timeNs();

    /** A ring is mentioned for the first time. */
    record RingSeen(long timeNs, RingId ring) implements ReplayStep {}

    /** A job enters its entity's queue, with all the dependencies the trace tells of. */
    record JobSubmitted(long timeNs, TraceJob job) implements ReplayStep {}

    /** The trace's scheduler handed the job to the hardware; for comparison, a replay has a scheduler of its own. */
    record JobRan(long timeNs, long jobKey) implements ReplayStep {}

    /** The trace's hardware finished the job. A job without this step hung, was killed, or outlived the trace. */
    record JobDone(long timeNs, long jobKey) implements ReplayStep {}

    /**
     * The finished fence of a job signalled without a {@link JobDone}: the job was killed, or its completion was not
     * recorded. A late {@link JobDone} may follow.
     */
    record FinishedSignaled(long timeNs, long jobKey) implements ReplayStep {}

    /** A fence that is no job of this trace signalled; comes after a submission that names it. */
    record ForeignSignaled(long timeNs, long foreignKey) implements ReplayStep {}

    /** A task starts to wait for a fence. */
    record WaitStarted(long timeNs, String task, int pid, FenceRef fence) implements ReplayStep {}

    /** A task stops waiting for a fence, signalled or not. */
    record WaitEnded(long timeNs, String task, int pid, FenceRef fence) implements ReplayStep {}
}
