package org.dmafence.jobs;

import org.dmafence.ftrace.TraceJob;

/**
 * A job from its submission to its end, on the capture's clock.
 *
 * @param job as the capture describes it
 * @param submittedNs when it was submitted; when it ran, where its submission was not recorded
 * @param ranNs when it was handed to the hardware, {@link #NEVER} if it was not
 * @param beganNs when the hardware began with it: the later of its run and the end of the job before it on its ring
 * @param endedNs when the hardware was done with it, {@link #NEVER} if it was not
 */
public record JobLife(TraceJob job, long submittedNs, long ranNs, long beganNs, long endedNs, Fate fate) {
    /** What did not happen. */
    public static final long NEVER = Long.MIN_VALUE;

    /** How a job ended, or why it did not. */
    public enum Fate {
        /** It ran and ended. */
        COMPLETE,
        /** Its fence signalled though it did not run, as those of a killed client's jobs do. */
        ENDED_OTHERWISE,
        /** What is missing may have been there before all CPUs recorded, or was lost. */
        NOT_RECORDED,
        /** It waits at the capture's end. */
        QUEUED,
        /** The hardware has it at the capture's end, and not for longer than others took, or behind one that hangs. */
        RUNNING,
        /** The hardware's fence of it signalled, and its own did not. */
        LOST,
        /** The hardware had it for far longer than any other, and does not end it; the first of its ring. */
        HUNG
    }

    /** From submission to run; only for a job that ran. */
    public long queueNs() {
        return ranNs - submittedNs;
    }

    /** From run to end; only for a job that ended. */
    public long runNs() {
        return endedNs - ranNs;
    }

    /** How long the hardware itself was at it; only for a job that ended. */
    public long hardwareNs() {
        return Math.max(0, endedNs - beganNs);
    }
}
