package org.dmafence.bench;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;

/**
 * What people use where a fence would do. Callbacks are made for each promise, as those of fences are. A
 * {@code CompletableFuture} makes a second one for each callback, for whoever wants to go on from there; it has no call
 * that doesn't.
 */
final class PromiseOperations {
    private PromiseOperations() {}

    /** What a callback does, as an object for each promise. */
    private static final class Count implements Runnable {
        private final Operation counter;

        Count(Operation counter) {
            this.counter = counter;
        }

        @Override
        public void run() {
            counter.seen++;
        }
    }

    /** A completion that says when; the time is boxed, as generics want it. */
    static final class FutureAcceptTime extends Operation {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                CompletableFuture<Long> future = new CompletableFuture<>();
                place[0] = future;
                CompletableFuture<Void> unused = future.thenAccept(ns -> seen++);
                future.complete(System.nanoTime());
            }
        }
    }

    /** A completion that says nothing. */
    static final class FutureRun extends Operation {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                CompletableFuture<Void> future = new CompletableFuture<>();
                place[0] = future;
                CompletableFuture<Void> unused = future.thenRun(() -> seen++);
                future.complete(null);
            }
        }
    }

    /** Nobody is interested. */
    static final class FutureComplete extends Operation {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                CompletableFuture<Void> future = new CompletableFuture<>();
                place[0] = future;
                future.complete(null);
            }
        }
    }

    /** Many are interested in one. */
    static final class FutureManyRuns extends Operation {
        private final int callbacks;

        FutureManyRuns(int callbacks) {
            this.callbacks = callbacks;
        }

        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                CompletableFuture<Void> future = new CompletableFuture<>();
                place[0] = future;
                for (int k = 0; k < callbacks; k++) {
                    CompletableFuture<Void> unused = future.thenRun(() -> seen++);
                }
                future.complete(null);
            }
        }
    }

    /** Many, each with one who is interested, are completed one by one; making them does not count. */
    static final class FutureBatch extends Operation {
        private final int size;
        private List<List<CompletableFuture<Void>>> batches = List.of();

        FutureBatch(int size) {
            this.size = size;
        }

        @Override
        void prepare(int times) {
            batches = new ArrayList<>(times);
            for (int i = 0; i < times; i++) {
                List<CompletableFuture<Void>> futures = new ArrayList<>(size);
                for (int k = 0; k < size; k++) {
                    CompletableFuture<Void> future = new CompletableFuture<>();
                    CompletableFuture<Void> unused = future.thenRun(() -> seen++);
                    futures.add(future);
                }
                batches.add(futures);
            }
        }

        @Override
        void run(int times) {
            for (List<CompletableFuture<Void>> futures : batches) {
                for (CompletableFuture<Void> future : futures) {
                    future.complete(null);
                }
            }
        }
    }

    /** A look at one that is complete. */
    static final class FutureIsDone extends Operation {
        private final CompletableFuture<Void> future = CompletableFuture.completedFuture(null);

        @Override
        void run(int times) {
            CompletableFuture<Void> looked = future;
            long sum = 0;
            for (int i = 0; i < times; i++) {
                sum += looked.isDone() ? 1 : 0;
            }
            seen += sum;
        }
    }

    /** The limit: a look at a flag that others may set. */
    static final class VolatileFlag extends Operation {
        private volatile boolean flag = true;

        @Override
        void run(int times) {
            long sum = 0;
            for (int i = 0; i < times; i++) {
                sum += flag ? 1 : 0;
            }
            seen += sum;
        }
    }

    /** A look at a latch that is open. */
    static final class LatchCount extends Operation {
        private final CountDownLatch latch = new CountDownLatch(0);

        @Override
        void run(int times) {
            CountDownLatch looked = latch;
            long sum = 0;
            for (int i = 0; i < times; i++) {
                sum += looked.getCount() == 0 ? 1 : 0;
            }
            seen += sum;
        }
    }

    /** Guava's, with so many listeners. */
    static final class GuavaListeners extends Operation {
        private final int listeners;

        GuavaListeners(int listeners) {
            this.listeners = listeners;
        }

        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                SettableFuture<Boolean> future = SettableFuture.create();
                place[0] = future;
                for (int k = 0; k < listeners; k++) {
                    future.addListener(new Count(this), MoreExecutors.directExecutor());
                }
                future.set(Boolean.TRUE);
            }
        }
    }

    /** Netty's, with so many listeners. */
    static final class NettyListeners extends Operation {
        private final int listeners;

        NettyListeners(int listeners) {
            this.listeners = listeners;
        }

        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                Promise<Boolean> promise = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);
                place[0] = promise;
                for (int k = 0; k < listeners; k++) {
                    promise.addListener(done -> seen++);
                }
                promise.setSuccess(Boolean.TRUE);
            }
        }
    }

    /** Has no callbacks. */
    static final class Latch extends Operation {
        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                CountDownLatch latch = new CountDownLatch(1);
                place[0] = latch;
                latch.countDown();
                seen += latch.getCount();
            }
        }
    }

    /** With its one callback, which is a subclass. */
    static final class PhaserAdvance extends Operation {
        private final class Counting extends Phaser {
            Counting() {
                super(1);
            }

            @Override
            protected boolean onAdvance(int phase, int parties) {
                seen++;
                return true;
            }
        }

        @Override
        void run(int times) {
            Object[] place = escape();
            for (int i = 0; i < times; i++) {
                Phaser phaser = new Counting();
                place[0] = phaser;
                phaser.arrive();
            }
        }
    }
}
