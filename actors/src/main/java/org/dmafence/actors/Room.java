package org.dmafence.actors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.ForeignFailure;

/**
 * How many jobs a scheduler may have unfinished, how many it has, and which submitters wait. Any thread; never blocks.
 */
final class Room {
    /*
     * Overview.
     *
     * I1  admitted - ended <= limit.
     * G1  A waiter that found no room and was added is called after the next job ends. The waiter is added, then looks
     *     at the room; a job ends, then the thread that ended it looks at the waiters. One of them sees the other.
     */
    private final int limit;
    private final FenceRuntime runtime;
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    /**
     * The ended jobs that submitters last saw; so that they read what the host writes only when there seems to be no
     * room.
     */
    private long endedSeen;

    /** At most one for each sleeping thread and each entity with a callback. */
    private final Queue<Runnable> waiters = new ConcurrentLinkedQueue<>();

    private final BooleanSupplier open;

    /** @param open whether submitters have to wait for room at all; a change is followed by {@link #tellWaiters} */
    Room(int limit, FenceRuntime runtime, BooleanSupplier open) {
        this.limit = limit;
        this.runtime = runtime;
        this.open = open;
    }

    int limit() {
        return limit;
    }

    /** Takes a place; false if there is none. */
    boolean enter() {
        for (; ; ) {
            long now = admitted.get();
            if (now - (long) ENDED_SEEN.getOpaque(this) >= limit) { // an old value makes us look again, no more
                long seen = ended.get();
                if (now - seen >= limit) {
                    return false;
                }
                ENDED_SEEN.setOpaque(this, seen);
            }
            if (admitted.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    /** Gives back the place of a job that never was one; see {@link SchedulerGate#withdraw}. */
    void withdraw() {
        admitted.getAndDecrement();
        tellWaiters();
    }

    /** Jobs have ended. */
    void leave(int jobs) {
        ended.getAndAdd(jobs);
        tellWaiters();
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

    /** Has somebody called, on whatever thread and not for long, once it is worth trying again; perhaps at once. */
    void whenRoom(Runnable waiter) {
        waiters.add(waiter);
        tellWaiters();
    }

    void forget(Runnable waiter) {
        waiters.remove(waiter);
    }

    /** Calls all waiters that there are now, if there is room; one that comes too late waits again. */
    void tellWaiters() {
        if (!waiters.isEmpty() && (!open.getAsBoolean() || admitted.get() - ended.get() < limit)) {
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

    private static final VarHandle ENDED_SEEN;

    static {
        try {
            ENDED_SEEN = MethodHandles.lookup().findVarHandle(Room.class, "endedSeen", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
