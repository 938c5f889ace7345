package org.dmafence.fence;

import org.dmafence.rcu.RcuReader;
import org.dmafence.trace.FenceRecorder;
import org.dmafence.trace.FenceSubject;
import org.dmafence.trace.FenceTag;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * The names of fences: asked of the issuer only in a read section and only while unsignalled, literals from then on.
 */
final class FenceNames {
    static final String DETACHED_DRIVER = "detached-driver";
    static final String SIGNALED_TIMELINE = "signaled-timeline";

    /** What the kernel prints for a null string: some drivers answer none. */
    static final String UNNAMED = "(null)";

    private FenceNames() {}

    static String driver(DmaFence fence) {
        RcuReader reader = fence.runtime().reader();
        long section = reader.lock();
        try {
            // Both are tested, ops first by acquire: either load may be the older one, and no pair of answers calls
            // null.
            FenceOps ops = fence.opsAcquire();
            return ops == null || fence.isSignaled() ? DETACHED_DRIVER : askDriver(ops, fence);
        } finally {
            reader.unlock(section);
        }
    }

    static String timeline(DmaFence fence) {
        RcuReader reader = fence.runtime().reader();
        long section = reader.lock();
        try {
            FenceOps ops = fence.opsAcquire();
            return ops == null || fence.isSignaled() ? SIGNALED_TIMELINE : askTimeline(ops, fence);
        } finally {
            reader.unlock(section);
        }
    }

    /**
     * Polls outside any section, because callbacks run in it if that signals the fence; each name has a section of its
     * own.
     */
    static String pollDescription(DmaFence fence) {
        boolean signaled = fence.pollSignaled();
        String names = signaled ? " " : timeline(fence) + " " + driver(fence);
        return Long.toUnsignedString(fence.context()) + ":" + Long.toUnsignedString(fence.seqno()) + " " + names
                + (signaled ? " signalled\n" : " unsignalled\n");
    }

    /**
     * Driver, timeline, context and sequence number in the order of the kernel's warning; throws nothing of a module's.
     */
    static String forWarning(DmaFence fence) {
        String names;
        try {
            names = driver(fence) + ":" + timeline(fence);
        } catch (ModuleGoneException e) {
            names = fence.lastKnownDriverName() + ":" + fence.lastKnownTimelineName();
        }
        return names + ":" + Long.toUnsignedString(fence.context()) + ":" + Long.toUnsignedString(fence.seqno());
    }

    /** The kernel's safe class of tracepoints: listeners get names by the rules above. Throws nothing. */
    static void trace(DmaFence fence, FenceTracepoint point) {
        if (fence.runtime().trace().isListening()) {
            tell(fence, point);
        }
        if (FenceRecorder.isOn(point)) {
            try {
                FenceRecorder.record(point, subject(fence), status(fence));
            } catch (Throwable e) {
                lost(fence, point, e);
            }
        }
    }

    /** As {@link #trace}, for listeners alone: a wait is two events to them and one to a flight recording. */
    static void tell(DmaFence fence, FenceTracepoint point) {
        try {
            fence.runtime().trace().fire(point, driver(fence), timeline(fence), fence.context(), fence.seqno());
        } catch (Throwable e) {
            lost(fence, point, e);
        }
    }

    /**
     * The direct class: asks the ops whatever the state; only where nobody can detach them meanwhile. Throws nothing:
     * the thread that traces is half way through a change of state.
     */
    static void traceDirect(DmaFence fence, FenceTracepoint point) {
        try {
            RcuReader reader = fence.runtime().reader();
            long section = reader.lock();
            try {
                FenceOps ops = fence.opsAcquire();
                String driver = ops == null ? DETACHED_DRIVER : askDriver(ops, fence);
                String timeline = ops == null ? SIGNALED_TIMELINE : askTimeline(ops, fence);
                if (fence.runtime().trace().isListening()) {
                    fence.runtime().trace().fire(point, driver, timeline, fence.context(), fence.seqno());
                }
                if (FenceRecorder.isOn(point)) {
                    FenceRecorder.record(point, lastKnown(fence, ops), status(fence));
                }
            } finally {
                reader.unlock(section);
            }
        } catch (Throwable e) {
            lost(fence, point, e);
        }
    }

    /** Records a wait that is over, if it is long enough. Asks the issuer no names. Throws nothing. */
    static void record(FenceRecorder.Wait wait, DmaFence fence, long result) {
        try {
            if (wait.end()) {
                String outcome = result > 0
                        ? "signaled"
                        : result == 0 ? "timeout" : result == FenceError.ERESTARTSYS.errno() ? "interrupted" : "failed";
                RcuReader reader = fence.runtime().reader();
                long section = reader.lock();
                try {
                    wait.record(lastKnown(fence, fence.opsAcquire()), outcome, status(fence));
                } finally {
                    reader.unlock(section);
                }
            }
        } catch (Throwable e) {
            lost(fence, FenceTracepoint.WAIT_END, e);
        }
    }

    /** What a recording is told: names as they are, or as they were while the fence was alive. */
    private static FenceSubject subject(DmaFence fence) {
        RcuReader reader = fence.runtime().reader();
        long section = reader.lock();
        try {
            FenceOps ops = fence.opsAcquire();
            if (ops != null && !fence.isSignaled()) {
                askDriver(ops, fence);
                askTimeline(ops, fence);
            }
            return lastKnown(fence, ops);
        } finally {
            reader.unlock(section);
        }
    }

    private static FenceSubject lastKnown(DmaFence fence, @Nullable FenceOps ops) {
        return new FenceSubject(
                fence.lastKnownDriverName(),
                fence.lastKnownTimelineName(),
                fence.context(),
                fence.seqno(),
                ops == null ? FenceTag.NONE : FenceCalls.tag(ops, fence));
    }

    /** As {@code dma_fence_get_status()} answers, without asking the issuer. */
    private static int status(DmaFence fence) {
        return !fence.isSignaled() ? 0 : fence.errno() == 0 ? 1 : fence.errno();
    }

    private static void lost(DmaFence fence, FenceTracepoint point, Throwable e) {
        FenceCalls.traceLost(point.name(), fence, e);
    }

    /** Asks for both names once, so that something is known when the issuer is gone. */
    static void remember(FenceOps ops, DmaFence fence) {
        try {
            RcuReader reader = fence.runtime().reader();
            long section = reader.lock();
            try {
                String driver = named(FenceCalls.driverName(ops, fence));
                fence.context.rememberNames(fence, driver, named(FenceCalls.timelineName(ops, fence)));
            } finally {
                reader.unlock(section);
            }
        } catch (Throwable e) { // the fence is in the ledger already, and its maker is to get it
            FenceCalls.namesUnknown(fence, e);
        }
    }

    private static String askDriver(FenceOps ops, DmaFence fence) {
        String name = named(FenceCalls.driverName(ops, fence));
        fence.context.rememberNames(fence, name, fence.lastKnownTimelineName());
        return name;
    }

    private static String askTimeline(FenceOps ops, DmaFence fence) {
        String name = named(FenceCalls.timelineName(ops, fence));
        fence.context.rememberNames(fence, fence.lastKnownDriverName(), name);
        return name;
    }

    private static String named(@Nullable String name) {
        return name == null ? UNNAMED : name;
    }
}
