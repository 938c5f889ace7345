package org.dmafence.sched;

import org.dmafence.fence.FenceError;
import org.dmafence.foreign.Stacks;

/** A call that the scheduler refuses, with the error that the kernel answers or would have to. */
public final class SchedulerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    SchedulerException(FenceError error, String message) {
        super(message + " (" + error + ")");
        errno = error.errno();
        setStackTrace(Stacks.here());
    }

    /**
     * Why: {@code EINVAL} for a call out of order or out of range, {@code ESRCH} for a killed entity, {@code ECANCELED}
     * for a scheduler that was torn down.
     */
    public FenceError error() {
        return FenceError.of(errno);
    }

    /**
     * Records no frames but those set as text: they would refer to the classes on the stack and pin a driver: this may
     * be kept.
     */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
