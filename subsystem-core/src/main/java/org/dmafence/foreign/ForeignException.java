package org.dmafence.foreign;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What foreign code threw, as text and stack trace only.
 *
 * <p>A throwable that was made beneath a driver's code keeps the driver's classes alive whatever its own class is,
 * because the virtual machine notes the classes of the frames in it. Storing one, in a future or in a log, pins the
 * module. This is a copy that may be kept for ever.
 */
public class ForeignException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final int MAX_CAUSES = 16;

    private final String thrown;

    /**
     * @param thrown the class of what was thrown
     * @param cause must be such a copy itself
     */
    protected ForeignException(
            String thrown, @Nullable String message, StackTraceElement[] stack, @Nullable Throwable cause) {
        super(message, cause);
        this.thrown = thrown;
        setStackTrace(Stacks.copy(stack));
    }

    /**
     * A copy of a throwable and its causes. Calls the throwable's own methods, which may be a driver's: survives them.
     */
    public static ForeignException of(Throwable thrown) {
        return thrown instanceof ForeignException copy ? copy : copy(thrown, new HashSet<>());
    }

    private static ForeignException copy(Throwable thrown, Set<Throwable> seen) {
        String type = thrown.getClass().getName();
        String message = type;
        StackTraceElement[] stack = {};
        ForeignException cause = null;
        try {
            String text = thrown.getMessage();
            message = text == null ? type : type + ": " + text;
            StackTraceElement[] frames = thrown.getStackTrace();
            stack = frames == null || Arrays.asList(frames).contains(null) ? stack : frames; // may be overridden
            Throwable next = thrown.getCause();
            if (next != null && seen.size() < MAX_CAUSES && seen.add(next)) {
                cause = copy(next, seen);
            }
        } catch (Throwable unspeakable) {
            message = type + " (which throws " + unspeakable.getClass().getName() + " when asked about itself)";
        }
        return new ForeignException(type, message, stack, cause);
    }

    /** The name of the class of what was thrown. */
    public String thrown() {
        return thrown;
    }

    /** Records no frames of its own: they could be a driver's. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
