package org.dmafence.bench;

import com.google.common.util.concurrent.SettableFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;

/** Two threads wake each other in turn; an operation is there and back. */
final class WakeUp extends Contender {
    private static final long PATIENCE_S = 60;

    /** Something that one waits for and another ends. */
    interface Promise {
        void await() throws Exception;

        void signal();
    }

    /** Makes one. */
    interface Maker {
        Promise make();
    }

    private final Maker maker;
    private final int times;

    WakeUp(String name, int times, Maker maker) {
        super(name);
        this.maker = maker;
        this.times = times;
    }

    @Override
    void window(Sink sink) throws Exception {
        Promise[] there = new Promise[times];
        Promise[] back = new Promise[times];
        for (int i = 0; i < times; i++) {
            there[i] = maker.make();
            back[i] = maker.make();
        }
        CountDownLatch running = new CountDownLatch(1);
        Thread partner = new Thread(
                () -> {
                    running.countDown();
                    answer(there, back);
                },
                "bench-partner");
        partner.setDaemon(true);
        partner.start();
        running.await(); // starting a thread is nobody's waking up
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            there[i].signal();
            back[i].await();
        }
        sink.add(Metric.HAND_OVER_NS, (double) (System.nanoTime() - start) / times);
        partner.join();
    }

    private static void answer(Promise[] there, Promise[] back) {
        for (int i = 0; i < there.length; i++) {
            try {
                there[i].await();
            } catch (Exception e) {
                throw new IllegalStateException("nobody signalled", e);
            }
            back[i].signal();
        }
    }

    /** Ours. */
    static Maker fences() {
        FenceContext context = FenceContext.create("bench");
        BenchOps ops = new BenchOps();
        return () -> {
            DmaFence fence = context.newFence(ops, 0);
            return new Promise() {
                @Override
                public void await() throws Exception {
                    fence.await(PATIENCE_S, TimeUnit.SECONDS);
                }

                @Override
                public void signal() {
                    context.signal(fence);
                }
            };
        };
    }

    /** The JDK's. */
    static Promise future() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        return new Promise() {
            @Override
            public void await() throws Exception {
                future.get(PATIENCE_S, TimeUnit.SECONDS);
            }

            @Override
            public void signal() {
                future.complete(null);
            }
        };
    }

    /** The JDK's, without a value. */
    static Promise latch() {
        CountDownLatch latch = new CountDownLatch(1);
        return new Promise() {
            @Override
            public void await() throws Exception {
                if (!latch.await(PATIENCE_S, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("nobody counted down");
                }
            }

            @Override
            public void signal() {
                latch.countDown();
            }
        };
    }

    /** Guava's. */
    static Promise guava() {
        SettableFuture<Boolean> future = SettableFuture.create();
        return new Promise() {
            @Override
            public void await() throws Exception {
                future.get(PATIENCE_S, TimeUnit.SECONDS);
            }

            @Override
            public void signal() {
                future.set(Boolean.TRUE);
            }
        };
    }
}
