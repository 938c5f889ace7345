package org.dmafence.fence;

import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.lockdep.SignalingSections;
import org.dmafence.rcu.RcuReader;
import org.dmafence.trace.FenceRecorder;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * Waiting for one fence or for the first of several. Kernel counterpart: {@code dma_fence_wait_timeout()},
 * {@code dma_fence_default_wait()} and {@code dma_fence_wait_any_timeout()}.
 *
 * <p>{@link #defaultWait} and {@link #any} answer with the kernel's numbers, because a driver's {@code wait} op and an
 * adapter must. {@link #awaitAny} and {@link #awaitAll} are for programs.
 *
 * <p>A waiter is a callback in front of all others. Once it is woken it never touches the fence again, so a waker that
 * is preempted right after the wake-up holds nobody up.
 */
public final class FenceWaits {
    private FenceWaits() {}

    /**
     * What waiting for any of several fences ended with.
     *
     * @param result nanoseconds left (at least 1) if one signalled, 0 if the time passed, a negative errno otherwise
     * @param index which one, the lowest that was found signalled; -1 if none
     */
    public record Any(long result, int index) {}

    /**
     * Waits as fences without a wait op do, and as wait ops may. Kernel counterpart: {@code dma_fence_default_wait()}.
     *
     * @return as {@link DmaFence#waitTimeout}
     */
    public static long defaultWait(DmaFence fence, boolean interruptible, long timeoutNs) {
        long result = timeoutNs == 0 ? 1 : timeoutNs;
        if (fence.isSignaled()) {
            return result;
        }
        if (interruptible && Thread.currentThread().isInterrupted()) {
            return FenceError.ERESTARTSYS.errno();
        }
        if (timeoutNs == 0) {
            return 0;
        }
        // Few objects and few words on the stack: a virtual thread that waits is all that, for each of very many.
        Waiter waiter = new Waiter(Thread.currentThread(), fence.runtime().parking());
        long deadlineNs = deadline(fence, timeoutNs);
        if (!fence.add(waiter, true)) {
            return result;
        }
        boolean over = false;
        try {
            while (!over && !waiter.woken && !fence.isSignaled()) {
                result = sleep(fence, waiter, interruptible, timeoutNs, deadlineNs);
                over = result <= 0;
            }
            over |= !waiter.woken; // the fence has signalled, and who did may not have called the waiter yet
            return result;
        } catch (Throwable e) { // a clock or a parking that throws must not leave the thread on the fence
            over = true;
            throw e;
        } finally {
            if (over) {
                fence.withdraw(waiter);
            }
            waiter.restoreInterrupt();
        }
    }

    /**
     * Waits for the first of several fences. Wait ops are ignored, as in the kernel.
     *
     * @throws IllegalArgumentException if there is no fence, or the time is negative
     */
    public static Any any(List<DmaFence> fences, boolean interruptible, long timeoutNs) {
        if (fences.isEmpty() || timeoutNs < 0) {
            throw new IllegalArgumentException("waiting for any of " + fences.size() + " fences for " + timeoutNs
                    + " ns: need a fence and a time >= 0");
        }
        if (timeoutNs == 0) {
            for (int i = 0; i < fences.size(); i++) {
                if (fences.get(i).pollSignaled()) {
                    return new Any(1, i);
                }
            }
            return new Any(0, -1);
        }
        for (DmaFence fence : fences) {
            mightSleep(fence, "FenceWaits.any");
        }
        DmaFence first = fences.get(0);
        Thread thread = Thread.currentThread();
        Parking parking = first.runtime().parking();
        long deadlineNs = deadline(first, timeoutNs);
        Waiter sleeper = new Waiter(thread, parking);
        Waiter[] waiters = new Waiter[fences.size()];
        int added = 0;
        try {
            for (; added < waiters.length; added++) {
                waiters[added] = new Waiter(thread, parking);
                if (!fences.get(added).add(waiters[added], false)) {
                    return new Any(timeoutNs, added);
                }
            }
            for (long result = timeoutNs; ; result = sleep(first, sleeper, interruptible, timeoutNs, deadlineNs)) {
                for (int i = 0; i < waiters.length; i++) {
                    if (fences.get(i).isSignaled()) {
                        return new Any(Math.max(1, result), i);
                    }
                }
                if (result <= 0) {
                    return new Any(result, -1);
                }
            }
        } finally {
            for (int i = 0; i < added; i++) {
                fences.get(i).withdraw(waiters[i]);
            }
            sleeper.restoreInterrupt();
        }
    }

    /**
     * Waits for the first of several fences to signal.
     *
     * @return the fence that did, the first in the list of those that have; {@code null} if the time passed first
     * @throws IllegalArgumentException if there is no fence, or the time is negative
     */
    public static @Nullable DmaFence awaitAny(List<DmaFence> fences, Duration timeout) throws InterruptedException {
        Any ended = any(fences, true, nanos(timeout));
        if (ended.result < 0) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while waiting for any of " + fences.size() + " fences");
        }
        return ended.index < 0 ? null : fences.get(ended.index);
    }

    /**
     * Waits until all of several fences have signalled; each one's error is in its {@link DmaFence#status}.
     *
     * @param timeout for all of them together
     * @return whether they did before the time had passed; true if there is none
     * @throws IllegalArgumentException if the time is negative
     */
    public static boolean awaitAll(List<DmaFence> fences, Duration timeout) throws InterruptedException {
        long timeoutNs = checked(nanos(timeout));
        if (fences.isEmpty()) {
            return true;
        }
        NanoClock clock = fences.get(0).runtime().clock();
        long startNs = timeoutNs == Long.MAX_VALUE ? 0 : clock.nanoTime();
        for (DmaFence fence : fences) {
            long leftNs = timeoutNs == Long.MAX_VALUE ? timeoutNs : timeoutNs - (clock.nanoTime() - startNs);
            if (!await(fence, Math.max(0, leftNs))) {
                return false;
            }
        }
        return true;
    }

    /** As much of a time as fits into a number. */
    static long nanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException e) {
            return timeout.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
        if (timeoutNs < 0) {
            fence.runtime().warn("waited for " + fence + " for " + timeoutNs + " ns");
            return FenceError.EINVAL.errno();
        }
        mightSleep(fence, "DmaFence.await");
        fence.enableSignaling();
        FenceRecorder.Wait recorded = FenceRecorder.beginWait();
        if (recorded != null || fence.runtime().trace().isListening()) {
            return watched(recorded, fence, interruptible, timeoutNs);
        }
        return unwatched(fence, interruptible, timeoutNs);
    }

    /**
     * In a method of its own, as what it remembers would lie on the stack of every virtual thread that waits unwatched.
     */
    private static long watched(
            FenceRecorder.@Nullable Wait recorded, DmaFence fence, boolean interruptible, long timeoutNs) {
        boolean told = fence.runtime().trace().isListening();
        if (told) {
            FenceNames.tell(fence, FenceTracepoint.WAIT_START);
        }
        long result = FenceError.EIO.errno();
        try {
            result = unwatched(fence, interruptible, timeoutNs);
        } finally {
            if (recorded != null) {
                FenceNames.record(recorded, fence, result);
            }
        }
        if (told) {
            FenceNames.tell(fence, FenceTracepoint.WAIT_END);
        }
        return result;
    }

    private static long unwatched(DmaFence fence, boolean interruptible, long timeoutNs) {
        FenceOps ops = waitOps(fence);
        return ops == null
                ? defaultWait(fence, interruptible, timeoutNs)
                : issuersWait(ops, fence, interruptible, timeoutNs);
    }

    static boolean await(DmaFence fence, long timeoutNs) throws InterruptedException {
        long result = waitTimeout(fence, true, checked(timeoutNs));
        if (result == FenceError.ERESTARTSYS.errno()) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while waiting for " + fence);
        }
        return signaled(fence, result);
    }

    static boolean awaitUninterruptibly(DmaFence fence, long timeoutNs) {
        return signaled(fence, waitTimeout(fence, false, checked(timeoutNs)));
    }

    private static boolean signaled(DmaFence fence, long result) {
        if (result < 0) {
            throw new FenceWaitException(fence, FenceError.of((int) result));
        }
        return result > 0;
    }

    private static long checked(long timeoutNs) {
        if (timeoutNs < 0) {
            throw new IllegalArgumentException("a time of " + timeoutNs + " ns to wait; it must not be negative");
        }
        return timeoutNs;
    }

    /**
     * Outside the read section: ops with a wait op never detach, and the ledger knows that we are on our way into one.
     */
    private static long issuersWait(FenceOps ops, DmaFence fence, boolean interruptible, long timeoutNs) {
        try {
            return FenceCalls.waitTimeout(ops, fence, interruptible, timeoutNs);
        } finally {
            FenceLedger ledger = fence.owner().ledger();
            if (ledger != null) {
                ledger.endWait();
            }
        }
    }

    /**
     * The ops if they wait in a way of their own. Waiting as most fences do needs no reader: which ops exist is no
     * secret.
     */
    private static @Nullable FenceOps waitOps(DmaFence fence) {
        FenceOps seen = fence.opsAcquire();
        if (seen == null || !seen.has(Op.WAIT)) {
            return null;
        }
        RcuReader reader = fence.runtime().reader();
        long section = reader.lock();
        try {
            FenceOps ops = fence.opsAcquire();
            if (ops == null || !ops.has(Op.WAIT)) {
                return null;
            }
            FenceLedger ledger = fence.owner().ledger();
            if (ledger != null) {
                ledger.beginWait();
            }
            return ops;
        } finally {
            reader.unlock(section);
        }
    }

    private static void mightSleep(DmaFence fence, String call) {
        if (fence.runtime().rcu().isHeld()) {
            fence.runtime()
                    .warn(call + " inside an RCU read section holds up every grace period: leave the section first");
        }
        SignalingSections.mightWait(call);
        if (Lockdep.ON) {
            fence.owner().fenceClass().await();
        }
    }

    /** When a time that begins now will have passed, on the runtime's clock; nothing if that is for ever. */
    private static long deadline(DmaFence fence, long timeoutNs) {
        return timeoutNs == Long.MAX_VALUE ? 0 : fence.runtime().clock().nanoTime() + timeoutNs;
    }

    private static long left(DmaFence fence, long timeoutNs, long deadlineNs) {
        return timeoutNs == Long.MAX_VALUE
                ? timeoutNs
                : deadlineNs - fence.runtime().clock().nanoTime();
    }

    /** The waiter's thread sleeps once; what is left of the time, or {@code -ERESTARTSYS}. */
    private static long sleep(DmaFence fence, Waiter waiter, boolean interruptible, long timeoutNs, long deadlineNs) {
        long left = left(fence, timeoutNs, deadlineNs);
        if (left <= 0) {
            return 0;
        }
        if (timeoutNs == Long.MAX_VALUE) {
            waiter.parking.park(fence);
        } else {
            waiter.parking.parkNanos(fence, left);
        }
        left = Math.max(0, left(fence, timeoutNs, deadlineNs));
        if (waiter.thread.isInterrupted()) {
            if (!interruptible) {
                // Parking does not block with the status set: keep it aside until the wait is over.
                waiter.interrupted |= Thread.interrupted();
            } else if (left > 0) { // the kernel's order: time that has passed counts first
                return FenceError.ERESTARTSYS.errno();
            }
        }
        return left;
    }
}
