package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** Runs bodies on threads of their own at once and fails as any of them does. */
final class Together {
    private static final long PATIENCE_MS = 60_000;

    private Together() {}

    static void run(List<Runnable> bodies) {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (Runnable body : bodies) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            start.await();
                            body.run();
                        } catch (Throwable e) {
                            failures.add(e);
                        }
                    },
                    "together-" + threads.size());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE_MS);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(failures).isEmpty();
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
        assertThat(failures).isEmpty();
    }
}
