package org.dmafence.lockdep;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Threads with names, joined. */
final class Threads {
    private Threads() {}

    static void run(String name, Runnable body) {
        run(name, 1, i -> body.run());
    }

    static void run(String name, int count, java.util.function.IntConsumer body) {
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            Thread thread = new Thread(() -> body.accept(number), count == 1 ? name : name + "-" + i);
            thread.setUncaughtExceptionHandler((t, e) -> failure.compareAndSet(null, e));
            thread.start();
            threads.add(thread);
        }
        try {
            for (Thread thread : threads) {
                thread.join(20_000);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (failure.get() != null) {
            throw new AssertionError("thread of " + name + " failed", failure.get());
        }
    }
}
