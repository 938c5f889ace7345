package org.dmafence.conform;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceLock;
import org.dmafence.sched.SchedulerFence;

/**
 * The issuer's end of any fence. The kernel's functions signal whatever they are given, be it an array that others
 * made, and scenarios do so; ours ask for the context, which nobody but its issuer has. This looks it up behind the
 * core's back, for scenarios alone.
 */
final class FenceOwners {
    private static final MethodHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.privateLookupIn(DmaFence.class, MethodHandles.lookup())
                    .findVirtual(DmaFence.class, "owner", MethodType.methodType(FenceContext.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private FenceOwners() {}

    /** What signals a fence and sets its error. */
    static FenceContext of(DmaFence fence) {
        try {
            return (FenceContext) OWNER.invokeExact(fence);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a fence has its lock inside; those of jobs share one in the kernel. */
    static boolean haveInlineLock(DmaFence fence) {
        return of(fence).lock() == null && SchedulerFence.of(fence) == null;
    }

    /** Does something under a fence's lock, as far as it is one that a caller can take. */
    static void locked(DmaFence fence, Runnable body) {
        FenceLock lock = of(fence).lock();
        if (lock == null || lock.isHeld()) {
            body.run();
            return;
        }
        lock.lock();
        try {
            body.run();
        } finally {
            lock.unlock();
        }
    }
}
