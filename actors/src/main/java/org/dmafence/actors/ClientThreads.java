package org.dmafence.actors;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.dmafence.rcu.RcuThread;
import org.jspecify.annotations.Nullable;

/**
 * The threads that clients' code runs on, a few for a whole subsystem: credit callbacks, and what hangs on the stages
 * that a scheduler or an engine completes. A call that hangs keeps its thread to itself: while others wait and none of
 * them is begun, the threads that there are don't count towards the limit. Any thread may use it.
 *
 * <p>A call that no thread can be made for waits for the next look. It never runs on the thread that led to it: that
 * may be a scheduler, or an actor, which the call may wait for.
 */
final class ClientThreads implements Executor {
    static final int LIMIT = 16;

    /**
     * How long a thread waits for another call before it ends: answers come in a row, and each thread costs more than a
     * call.
     */
    private static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(200);

    /** How soon a call gets a thread that had none, or that waits for calls that hang. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final BiFunction<String, Runnable, Thread> maker;

    /** Needs no memory once it is there; ends with the clock. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final Future<?> looking;

    // All that follows changes under the lock, which nothing foreign is called under. The queue needs no memory.
    private @Nullable ClientCall first;
    private @Nullable ClientCall last;
    private int waiting;

    /** How many calls were ever begun, and what that was at the last look. */
    private long begun;

    private long begunSeen;

    /** The threads that count, which are those of this generation. */
    private int running;

    /** Those of them that wait for a call. */
    private int idle;

    private int generation;

    ClientThreads(HardwareClock clock) {
        this(clock, (name, task) -> RcuThread.detached(task, name));
    }

    /** The same with threads that somebody else makes: daemons that inherit nothing. */
    ClientThreads(HardwareClock clock, BiFunction<String, Runnable, Thread> maker) {
        this.maker = maker;
        looking = clock.each(LOOK_EVERY, this::look);
    }

    /** Has a call answered, which must not be waiting; throws nothing. */
    void add(ClientCall calls) {
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
            if (idle >= waiting) {
                notify();
                return;
            }
            if (running >= LIMIT) {
                return;
            }
            running++;
            of = generation;
        }
        boolean unused = start(of);
    }

    /** Runs a task of a client's stage; throws nothing but for want of memory. */
    @Override
    public void execute(Runnable task) {
        add(new ClientCall() {
            @Override
            void answer() {
                task.run();
            }
        });
    }

    /** A stage for a client: what hangs on it runs on these threads and not where it is completed. */
    <T> CompletionStage<T> answer(CompletionStage<T> stage) {
        return stage.whenCompleteAsync((value, failure) -> {}, this);
    }

    private boolean start(int of) {
        try {
            maker.apply("dmafence-client", () -> serve(of)).start();
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
        for (ClientCall next = take(of); next != null; next = take(of)) {
            next.answer();
        }
    }

    private synchronized @Nullable ClientCall take(int of) {
        if (first == null && of == generation) {
            linger(of);
        }
        ClientCall taken = first;
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

    private void linger(int of) {
        long untilNs = System.nanoTime() + LINGER_NS;
        idle++;
        try {
            for (long leftNs = LINGER_NS;
                    leftNs > 0 && first == null && of == generation;
                    leftNs = untilNs - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, leftNs);
            }
        } catch (InterruptedException e) { // meant for a call that is over
        } finally {
            idle--;
        }
    }

    /** On the clock's thread. */
    private void look() {
        int missing;
        int of;
        synchronized (this) {
            if (waiting != 0 && begun == begunSeen) {
                generation++;
                running = 0;
                notifyAll(); // those of the last generation that are idle end
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
