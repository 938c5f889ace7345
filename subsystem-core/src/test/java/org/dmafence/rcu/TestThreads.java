package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Named threads that are joined at the end of a test, and whose failures are the test's. */
final class TestThreads implements AutoCloseable {
    private static final long JOIN_MS = 20_000;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Starts a thread; {@link #close} waits for it and rethrows what it threw. */
    Task start(String name, Body body) {
        return start(task -> new Thread(task, name), body);
    }

    /** The same for any kind of thread. */
    Task start(ThreadKind.Starter kind, Body body) {
        Task task = new Task(body);
        Thread thread = kind.create(task);
        open.push(() -> {
            thread.join(JOIN_MS);
            assertThat(thread.isAlive()).as("%s still runs", thread).isFalse();
            task.join();
        });
        thread.start();
        return task;
    }

    /** A thread that is inside a section of the domain from now on until the returned handle is closed. */
    HeldSection holdSection(RcuDomain domain, String name) throws InterruptedException {
        HeldSection section = new HeldSection();
        start(name, () -> {
            RcuReader reader = domain.reader();
            long token = reader.lock();
            try {
                section.entered.countDown();
                section.await();
            } finally {
                reader.unlock(token);
            }
        });
        open.push(section);
        section.entered.await();
        return section;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new AssertionError("The test was interrupted or wedged while it joined its threads", e);
            }
        }
    }

    interface Body {
        void run() throws Exception;
    }

    /** What one thread does. */
    static final class Task implements Runnable {
        private final Body body;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile @Nullable Throwable failure;

        private Task(Body body) {
            this.body = body;
        }

        @Override
        public void run() {
            try {
                body.run();
            } catch (Throwable e) {
                failure = e;
            } finally {
                done.countDown();
            }
        }

        boolean isDone() {
            return done.getCount() == 0;
        }

        /** Waits for the end and fails as the thread did. */
        void join() throws InterruptedException {
            assertThat(done.await(JOIN_MS, TimeUnit.MILLISECONDS))
                    .as("the task ended")
                    .isTrue();
            Throwable thrown = failure;
            if (thrown != null) {
                throw new AssertionError("A thread of the test failed", thrown);
            }
        }
    }

    static final class HeldSection implements AutoCloseable {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch leave = new CountDownLatch(1);

        private void await() throws InterruptedException {
            leave.await();
        }

        @Override
        public void close() {
            leave.countDown();
        }
    }
}
