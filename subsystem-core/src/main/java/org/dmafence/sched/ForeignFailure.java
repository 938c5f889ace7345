package org.dmafence.sched;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;

/**
 * What becomes of something that driver code threw: a report as text and an error for a fence. The throwable itself
 * goes no further, for its class may be the driver's and would keep the driver loaded.
 */
public final class ForeignFailure {
    private ForeignFailure() {}

    /**
     * Reports what a driver threw.
     *
     * @param call what was called, in words
     * @return the error that a fence waiting for the call ends with: the one that was thrown, or {@code EIO}
     */
    public static FenceError report(FenceRuntime runtime, String call, Throwable thrown) {
        return report(runtime, call, "", thrown);
    }

    /**
     * The same of a call that concerned something. Throws nothing: the text is made in here, because there may be no
     * memory for it, and what comes next must not depend on that.
     */
    public static FenceError report(FenceRuntime runtime, String call, Object about, Throwable thrown) {
        FenceError error = FenceError.ofThrown(thrown);
        try {
            runtime.reporter()
                    .report(
                            FenceReporter.Kind.OP_FAILED,
                            call + about + " ends with " + error + ": " + text(thrown),
                            null);
        } catch (RuntimeException | Error e) {
            logReporter(e);
        }
        return error;
    }

    /** The last resort: throws nothing. */
    static void logReporter(Throwable failure) {
        try {
            System.getLogger("org.dmafence.sched").log(System.Logger.Level.ERROR, "the fence reporter failed", failure);
        } catch (Throwable e) {
            // No memory to say even that.
        }
    }

    /** The throwable and its stack as text; survives a throwable whose own methods throw. */
    public static String text(Throwable thrown) {
        StringWriter text = new StringWriter();
        try (PrintWriter writer = new PrintWriter(text)) {
            thrown.printStackTrace(writer);
        } catch (RuntimeException | Error e) {
            return "a throwable that can't be printed, of " + thrown.getClass().getName();
        }
        return text.toString().strip();
    }
}
