package org.dmafence.actors;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.ForeignFailure;

/**
 * How many jobs a scheduler may have unfinished, how many it has, and who waits for one to finish. Any thread; never blocks.
 */
final class Room {
    /*
     * Overview.
     *
     * I1  admitted - ended <= limit, but for jobs that a full scheduler is forced to take (`force`).
     * G1  A waiter that found no room and was added is called after the next job ends. The waiter is added, then looks at the
     *     room; a job ends, then whoever ended it looks at the waiters. One of them sees the other.
     */
    private final int limit;
    private final FenceRuntime runtime;
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    /** At most one for each sleeping thread and each entity with a callback. */
    private final Queue<Runnable> waiters = new ConcurrentLinkedQueue<>();

    private volatile boolean open = true;

    Room(int limit, FenceRuntime runtime) {
        this.limit = limit;
        this.runtime = runtime;
    }

    int limit() {
        return limit;
    }

    /** Takes a place; false if there is none. */
    boolean enter() {
        for (long now = admitted.get(); now - ended.get() < limit; now = admitted.get()) {
            if (admitted.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Takes a place whether there is one or not. */
    void force() {
        admitted.getAndIncrement();
    }

    /** Gives back the place of a job that never was one. */
    void withdraw() {
        admitted.getAndDecrement();
        tellWaiters();
    }

    /** A job has ended. {@link #tellWaiters} must follow, once for many. */
    void leave() {
        ended.getAndIncrement();
    }

    long admitted() {
        return admitted.get();
    }

    long ended() {
        return ended.get();
    }

    boolean isEmpty() {
        return admitted.get() == ended.get();
    }

    /** Nobody needs to wait any more, whether there is room or not; or is to again. */
    void open(boolean isOpen) {
        open = isOpen;
        tellWaiters();
    }

    /** Has somebody called, on whatever thread, once it is worth trying again; perhaps at once. */
    void whenRoom(Runnable waiter) {
        waiters.add(waiter);
        if (!open || admitted.get() - ended.get() < limit) {
            tellWaiters();
        }
    }

    void forget(Runnable waiter) {
        waiters.remove(waiter);
    }

    /** Calls all waiters that there are now, if there is room; one that comes too late waits again. */
    void tellWaiters() {
        if (!waiters.isEmpty() && (!open || admitted.get() - ended.get() < limit)) {
            tellAll();
        }
    }

    /** Calls all waiters, room or not: the answer to their question may be another one now. */
    void tellAll() {
        for (int i = waiters.size(); i > 0; i--) {
            Runnable waiter = waiters.poll();
            if (waiter != null) {
                tell(waiter);
            }
        }
    }

    private void tell(Runnable waiter) {
        try {
            waiter.run();
        } catch (Throwable e) {
            ForeignFailure.report(runtime, "a credit callback", e);
        }
    }
}
