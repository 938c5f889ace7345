package org.dmafence.actors;

import org.dmafence.fence.FenceError;

/**
 * A job was not taken. No fence was made, nothing needs to be released. Has no stack trace: it is the ordinary answer
 * of a full queue, and it keeps no driver that happened to be on the stack.
 */
public final class SubmitRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** As many jobs as the scheduler takes are unfinished; try again when one has finished. */
        BACK_PRESSURE(FenceError.EAGAIN),
        /** The entity was killed; open another. */
        ENTITY_KILLED(FenceError.ESRCH),
        /** Its submitter was interrupted while it slept until there was room; its interrupt status is still set. */
        INTERRUPTED(FenceError.ERESTARTSYS),
        /** The scheduler, its engine or its driver has ended or is about to; open another scheduler. */
        SCHEDULER_CLOSED(FenceError.ENODEV);

        private final int errno;

        Reason(FenceError error) {
            this.errno = error.errno();
        }
    }

    private final Reason reason;

    SubmitRefusedException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The kernel's error for it. */
    public FenceError error() {
        return FenceError.of(reason.errno);
    }
}
