package org.dmafence.conform;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.Supplier;
import org.dmafence.fence.Parking;
import org.dmafence.resv.AcquireContext;
import org.dmafence.resv.ReservationObject;
import org.jspecify.annotations.Nullable;

/**
 * A thread that holds locks for a scenario. There one thread may lock and another unlock, and a context may be used by
 * any; ours belong to the thread that took them. So each context has a thread of its own, and so has each lock without
 * one, and whatever needs the lock is done by the thread that holds it.
 */
final class LockThread {
    private final Parking parking;
    private final Deque<Runnable> work = new ArrayDeque<>();
    private @Nullable Thread thread;
    private @Nullable AcquireContext context;
    private boolean ended;

    private LockThread(World world) {
        parking = world.cpu().runtime().parking();
    }

    /** A thread without a context. */
    static LockThread start(World world) {
        LockThread created = new LockThread(world);
        var unused = world.cpu().start("holder", created::run);
        return created;
    }

    /** A thread with a context, which is begun at once: the order of these calls is that of the contexts' ages. */
    static LockThread withContext(World world) {
        LockThread created = start(world);
        created.does(() -> created.context = AcquireContext.begin(ReservationObject.LOCKS));
        return created;
    }

    @Nullable AcquireContext context() {
        return context;
    }

    /** Has something done, and waits for the end of it. */
    void does(Runnable what) {
        Call<Boolean> call = new Call<>(() -> {
            what.run();
            return true;
        });
        var unused = answer(call);
    }

    /** Has something answered, and waits for the answer. */
    <T> T answers(Supplier<T> what) {
        return answer(new Call<>(what));
    }

    private <T> T answer(Call<T> call) {
        work.add(call);
        if (thread != null) {
            parking.unpark(thread);
        }
        while (!call.done) {
            parking.park(this);
            var unused = Thread.interrupted(); // taking a lock is not interruptible
        }
        if (call.failure != null) {
            throw call.failure;
        }
        return Objects.requireNonNull(call.answer);
    }

    /** Lets the thread end, when it holds nothing any more. */
    void end() {
        ended = true;
        parking.unpark(Objects.requireNonNull(thread));
    }

    private void run() {
        thread = Thread.currentThread();
        while (!ended) {
            Runnable next = work.poll();
            if (next == null) {
                parking.park(this);
            } else {
                next.run();
            }
        }
    }

    private final class Call<T> implements Runnable {
        private final Thread caller = Thread.currentThread();
        private final Supplier<T> what;
        private @Nullable T answer;
        private @Nullable RuntimeException failure;
        private boolean done;

        Call(Supplier<T> what) {
            this.what = what;
        }

        @Override
        public void run() {
            try {
                answer = what.get();
            } catch (RuntimeException e) {
                failure = e;
            }
            done = true;
            parking.unpark(caller);
        }
    }
}
