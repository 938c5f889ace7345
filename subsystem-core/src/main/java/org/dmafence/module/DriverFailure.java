package org.dmafence.module;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What driver code threw, or that it did not come back, as text and stack trace only.
 *
 * <p>A throwable that was made beneath driver code keeps the driver's classes alive whatever its own class is, because the
 * virtual machine notes the classes of the frames in it. Whoever stores one, in a future or in a log, pins the module. This
 * is a copy that may be kept for ever.
 */
public final class DriverFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int MAX_CAUSES = 16;

    private final String thrown;

    private DriverFailure(String thrown, String message, StackTraceElement[] stack, @Nullable Throwable cause) {
        super(message, cause);
        this.thrown = thrown;
        setStackTrace(Stacks.copy(stack));
    }

    /** A copy of a throwable and its causes. Calls the throwable's own methods, which may be a driver's: survives them. */
    static DriverFailure of(Throwable thrown) {
        return thrown instanceof DriverFailure copy ? copy : copy(thrown, new HashSet<>());
    }

    /** A call that has not come back in time. */
    static DriverFailure stalled(String call, long timeoutNs, Thread thread) {
        return new DriverFailure(
                "stalled",
                call + " has not come back within " + Durations.text(timeoutNs) + "; it goes on in thread \""
                        + thread.getName() + "\"",
                thread.getStackTrace(),
                null);
    }

    static DriverFailure answeredNull(String call) {
        return new DriverFailure("null", call + " answered null", new StackTraceElement[0], null);
    }

    private static DriverFailure copy(Throwable thrown, Set<Throwable> seen) {
        String type = thrown.getClass().getName();
        String message = type;
        StackTraceElement[] stack = {};
        DriverFailure cause = null;
        try {
            String text = thrown.getMessage();
            message = text == null ? type : type + ": " + text;
            stack = thrown.getStackTrace();
            Throwable next = thrown.getCause();
            if (next != null && seen.size() < MAX_CAUSES && seen.add(next)) {
                cause = copy(next, seen);
            }
        } catch (Throwable unspeakable) {
            message = type + " (which throws " + unspeakable.getClass().getName() + " when asked about itself)";
        }
        return new DriverFailure(type, message, stack, cause);
    }

    /** The class of what was thrown, or {@code "stalled"}. */
    public String thrown() {
        return thrown;
    }

    /** Whether the call has not come back, rather than thrown. */
    public boolean isStalled() {
        return thrown.equals("stalled");
    }

    /** Records no frames of its own: they could be a driver's. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
