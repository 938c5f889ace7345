package org.dmafence.fence;

import java.util.Objects;
import java.util.function.Consumer;
import org.dmafence.fence.FenceReporter.Kind;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * Every call into foreign code, in one place: an op or a callback that throws is reported and answered with the
 * documented default. Only an unloaded module's tombstone passes its exception on, because the caller is to see it,
 * unless the caller only releases.
 */
final class FenceCalls {
    private FenceCalls() {}

    static boolean enableSignaling(FenceOps ops, DmaFence fence) {
        checkSection("enableSignaling", fence);
        try {
            return ops.enableSignaling(fence);
        } catch (Throwable e) {
            return cannotEnable(fence, e);
        }
    }

    /** What the op threw, or kept it from being asked: the error goes with the signal that follows; false. */
    static boolean cannotEnable(DmaFence fence, Throwable e) {
        FenceError error = FenceError.ofThrown(e);
        fence.setFirstErrno(error.errno());
        report(Kind.OP_FAILED, "enableSignaling", fence, e, "the fence signals ", error.name());
        return false;
    }

    static boolean signaled(FenceOps ops, DmaFence fence) {
        checkSection("signaled", fence);
        try {
            return ops.signaled(fence);
        } catch (ModuleGoneException e) {
            throw e;
        } catch (Throwable e) {
            failed("signaled", "taken as not yet", fence, e);
            return false;
        }
    }

    static long waitTimeout(FenceOps ops, DmaFence fence, boolean interruptible, long timeoutNs) {
        long result;
        try {
            result = ops.waitTimeout(fence, interruptible, timeoutNs);
        } catch (ModuleGoneException e) {
            throw e;
        } catch (Throwable e) {
            FenceError error = FenceError.ofThrown(e);
            report(Kind.OP_FAILED, "waitTimeout", fence, e, "the wait answers ", error.name());
            return error.errno();
        }
        if (result < -FenceError.MAX_ERRNO) {
            fence.runtime()
                    .report(
                            Kind.OP_FAILED,
                            "waitTimeout of " + fence + " answered " + result
                                    + ", which is neither a time nor an errno; the wait answers -EIO",
                            null);
            return FenceError.EIO.errno();
        }
        return result;
    }

    static void release(FenceOps ops, DmaFence fence) {
        checkSection("release", fence);
        try {
            ops.release(fence);
        } catch (Throwable e) {
            failed("release", "the fence is freed all the same", fence, e);
        }
    }

    /** A caller that drops a reference can seldom do anything about what happens then. */
    static void releaseLast(DmaFence fence) {
        try {
            fence.releaseLast();
        } catch (Throwable e) {
            failed("the last release", "the fence is freed all the same", fence, e);
        }
    }

    static void releasedTooOften(DmaFence fence) {
        try {
            fence.runtime().warn(fence + " was released more often than retained");
        } catch (Throwable e) { // no memory for the text
            fence.runtime().warn("a fence was released more often than retained");
        }
    }

    static void setDeadline(FenceOps ops, DmaFence fence, long deadlineNs) {
        checkSection("setDeadline", fence);
        try {
            ops.setDeadline(fence, deadlineNs);
        } catch (ModuleGoneException e) {
            throw e;
        } catch (Throwable e) {
            failed("setDeadline", "the hint is lost", fence, e);
        }
    }

    static @Nullable String driverName(FenceOps ops, DmaFence fence) {
        checkSection("driverName", fence);
        try {
            return ops.driverName(fence);
        } catch (ModuleGoneException e) {
            throw e;
        } catch (Throwable e) {
            failed("driverName", "named " + FenceNames.UNNAMED, fence, e);
            return null;
        }
    }

    static @Nullable String timelineName(FenceOps ops, DmaFence fence) {
        checkSection("timelineName", fence);
        try {
            return ops.timelineName(fence);
        } catch (ModuleGoneException e) {
            throw e;
        } catch (Throwable e) {
            failed("timelineName", "named " + FenceNames.UNNAMED, fence, e);
            return null;
        }
    }

    static FenceTag tag(FenceOps ops, DmaFence fence) {
        checkSection("tag", fence);
        try {
            FenceTag tag = ops.tag(fence);
            return tag == null ? FenceTag.NONE : tag; // foreign code, whatever its signature says
        } catch (ModuleGoneException e) {
            throw e;
        } catch (Throwable e) {
            failed("tag", "recorded without", fence, e);
            return FenceTag.NONE;
        }
    }

    /** The time, for a signal that must not fail any more; a clock may be foreign code, too. */
    static long nowNs(FenceRuntime runtime) {
        try {
            return runtime.clock().nanoTime();
        } catch (Throwable e) {
            runtime.report(Kind.OP_FAILED, "the clock threw; going by the system's", e);
            return System.nanoTime();
        }
    }

    static void callback(FenceCallback callback, DmaFence fence) {
        try {
            callback.onSignaled(fence);
        } catch (Throwable e) {
            report(Kind.CALLBACK_FAILED, "a callback", fence, e, "the other callbacks run", "");
        }
    }

    /** A function that an executor calls in a callback's stead. */
    static void delivered(Consumer<? super DmaFence> function, DmaFence fence) {
        try {
            function.accept(fence);
        } catch (Throwable e) {
            report(Kind.CALLBACK_FAILED, "a callback, on an executor,", fence, e, "it is not called again", "");
        }
    }

    static void taskFailed(DmaFence fence, Throwable e) {
        report(Kind.CALLBACK_FAILED, "the task", fence, e, "the fence signals -EIO", "");
    }

    static void deferred(FenceCallback callback, @Nullable FenceRuntime runtime) {
        try {
            callback.onDeferred();
        } catch (Throwable e) {
            Objects.requireNonNull(runtime, "who defers names a runtime")
                    .report(Kind.CALLBACK_FAILED, "deferred work of a callback threw; the other work runs", e);
        } finally {
            FenceLedger.endDeferred(callback);
        }
    }

    /**
     * Takes an external lock; gives up on an owner that holds it for too long, so that no fence waits for it for ever.
     */
    static boolean lock(FenceLock lock, DmaFence fence) {
        if (lock.tryLock(fence.runtime().opStallNs())) {
            return true;
        }
        stalled("the external lock of ", fence, " is held", "going on without it");
        return false;
    }

    /** Whether another thread's enable op has kept a signaller waiting for too long. */
    static boolean enableStalled(@Nullable Backoff backoff, DmaFence fence) {
        if (backoff == null || backoff.elapsedNs() < fence.runtime().opStallNs()) {
            return false;
        }
        stalled("enableSignaling of ", fence, " runs", "others go on without waiting for it");
        return true;
    }

    private static void stalled(String what, DmaFence fence, String does, String consequence) {
        FenceRuntime runtime = fence.runtime();
        try {
            runtime.report(
                    Kind.OP_STALLED,
                    what + fence + does + " for more than " + runtime.opStallNs() + " ns; " + consequence,
                    null);
        } catch (Throwable e) { // no memory for the text
            runtime.report(Kind.OP_STALLED, consequence, e);
        }
    }

    static void pendingAtRelease(DmaFence fence) {
        try {
            fence.runtime().warn("Fence " + FenceNames.forWarning(fence) + " released with pending signals!");
        } catch (Throwable e) { // no memory for the text
            fence.runtime().warn("a fence was released with pending signals");
        }
    }

    /**
     * The issuer could not be asked for its names when the first fence was made: it is asked again when somebody wants
     * them.
     */
    static void namesUnknown(DmaFence fence, Throwable e) {
        failed("naming", "its names are not known", fence, e);
    }

    static void traceLost(String point, DmaFence fence, Throwable e) {
        report(Kind.OP_FAILED, point, fence, e, "this tracepoint's event is lost", "");
    }

    /** These ops may be gone any time, but in a section. */
    private static void checkSection(String op, DmaFence fence) {
        if (Lockdep.ON && !fence.runtime().rcu().isHeld()) {
            Lockdep.readOutsideSection("op " + op);
        }
    }

    private static void failed(String op, String consequence, DmaFence fence, Throwable e) {
        report(Kind.OP_FAILED, op, fence, e, consequence, "");
    }

    /**
     * Throws nothing: the caller has other callbacks to run, or a fence to signal. So it makes all of the text itself.
     *
     * @param error the name of the error in the consequence, or nothing
     */
    private static void report(Kind kind, String what, DmaFence fence, Throwable e, String consequence, String error) {
        try {
            String sign = error.isEmpty() ? "" : "-";
            fence.runtime()
                    .report(kind, what + " of " + fence + " threw " + text(e) + "; " + consequence + sign + error, e);
        } catch (Throwable again) { // no memory for the text: make do with what needs none
            fence.runtime().report(kind, consequence, e);
        }
    }

    private static String text(Throwable e) {
        try {
            return e.toString();
        } catch (Throwable again) { // its text is foreign code as well
            return e.getClass().getName();
        }
    }
}
