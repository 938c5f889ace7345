package org.dmafence.module;

import org.dmafence.foreign.ForeignException;
import org.jspecify.annotations.Nullable;

/** What a call into a driver threw, or that it did not come back, as text: may be kept for ever. */
public final class DriverFailure extends ForeignException {
    private static final long serialVersionUID = 1L;

    private static final String STALLED = "stalled";

    private DriverFailure(
            String thrown, @Nullable String message, StackTraceElement[] stack, @Nullable Throwable cause) {
        super(thrown, message, stack, cause);
    }

    /** A copy of a throwable and its causes. */
    public static DriverFailure of(Throwable thrown) {
        if (thrown instanceof DriverFailure copy) {
            return copy;
        }
        ForeignException copy = ForeignException.of(thrown);
        return new DriverFailure(copy.thrown(), copy.getMessage(), copy.getStackTrace(), copy.getCause());
    }

    /** A call that has not come back in time. */
    static DriverFailure stalled(String call, long timeoutNs, Thread thread) {
        return new DriverFailure(
                STALLED,
                call + " has not come back within " + Durations.text(timeoutNs) + "; it goes on in thread \""
                        + thread.getName() + "\"",
                thread.getStackTrace(),
                null);
    }

    static DriverFailure answeredNull(String call) {
        return new DriverFailure("null", call + " answered null", new StackTraceElement[0], null);
    }

    /** The class of what was thrown, or {@code "stalled"}. */
    @Override
    public String thrown() {
        return super.thrown();
    }

    /** Whether the call has not come back, rather than thrown. */
    public boolean isStalled() {
        return thrown().equals(STALLED);
    }
}
