package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import org.dmafence.rcu.RcuThread;
import org.jspecify.annotations.Nullable;

/**
 * The threads that clients' credit callbacks run on, a few for a whole subsystem, made as they are needed. A callback that hangs
 * keeps its thread to itself: while others wait and none of them is begun, the threads that there are don't count towards the
 * limit. Any thread may use it.
 *
 * <p>A call that no thread can be made for waits for the next look. It never runs on the thread of whoever found that there is
 * room: that may be a scheduler, or an actor, which the callback may wait for.
 */
final class CreditThreads {
    static final int LIMIT = 16;

    /** How soon what failed, or waits behind callbacks that hang, is looked after. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final BiFunction<String, Runnable, Thread> maker;

    /** Needs no memory once it is there; ends with the clock. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final Future<?> looking;

    // All that follows changes under the lock, which nothing foreign is called under. The queue needs no memory.
    private @Nullable CreditCalls first;
    private @Nullable CreditCalls last;
    private int waiting;

    /** How many calls were ever begun, and what that was at the last look. */
    private long begun;

    private long begunSeen;

    /** The threads that count, which are those of this generation. */
    private int running;

    private int generation;

    CreditThreads(HardwareClock clock) {
        this(clock, (name, task) -> RcuThread.detached(task, name));
    }

    /** The same with threads that somebody else makes: daemons that inherit nothing. */
    CreditThreads(HardwareClock clock, BiFunction<String, Runnable, Thread> maker) {
        this.maker = maker;
        looking = clock.each(LOOK_EVERY, this::look);
    }

    /** Has a call answered, which must not be waiting; throws nothing. */
    void add(CreditCalls calls) {
        int of;
        synchronized (this) {
            calls.next = null;
            if (last == null) {
                first = calls;
            } else {
                last.next = calls;
            }
            last = calls;
            waiting++;
            if (running >= LIMIT) {
                return;
            }
            running++;
            of = generation;
        }
        boolean unused = start(of);
    }

    private boolean start(int of) {
        try {
            maker.apply("dmafence-credit", () -> serve(of)).start();
            return true;
        } catch (Throwable e) { // none to be had just now; a look tries again
            leave(of);
            return false;
        }
    }

    private synchronized void leave(int of) {
        if (of == generation) {
            running--;
        }
    }

    private void serve(int of) {
        for (CreditCalls next = take(of); next != null; next = take(of)) {
            next.answer();
        }
    }

    private synchronized @Nullable CreditCalls take(int of) {
        CreditCalls taken = first;
        if (of != generation) {
            return null; // others have taken its place
        }
        if (taken == null) {
            running--;
            return null;
        }
        first = taken.next;
        taken.next = null;
        if (first == null) {
            last = null;
        }
        waiting--;
        begun++;
        return taken;
    }

    /** On the clock's thread. */
    private void look() {
        int missing;
        int of;
        synchronized (this) {
            if (waiting != 0 && begun == begunSeen) {
                generation++;
                running = 0;
            }
            begunSeen = begun;
            missing = Math.min(LIMIT - running, waiting);
            running += missing;
            of = generation;
        }
        for (int i = 0; i < missing; i++) {
            if (!start(of)) {
                for (int rest = i + 1; rest < missing; rest++) {
                    leave(of);
                }
                return;
            }
        }
    }
}
