package org.dmafence.fence;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dmafence.rcu.RcuReader;

/**
 * A runtime of a test's own: reports are kept, the clock stands still unless moved, and threads are named and joined.
 */
final class FenceFixture {
    /** How long anything that should happen at once may take on a loaded machine. */
    static final long PATIENCE_S = 20;

    /** How long the core waits for a hung op in these tests. */
    static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    final Reports reports = new Reports();
    final ManualClock clock = new ManualClock();
    final FenceRuntime runtime = FenceRuntime.builder()
            .clock(clock)
            .reporter(reports)
            .opStallNs(STALL_NS)
            .build();
    final FenceContext context =
            FenceContext.builder(runtime).name(TestOps.TIMELINE).build();

    /** A context by the system's clock and with all the patience of the default, for tests that really wait or race. */
    static FenceContext realTime(Reports reports) {
        return FenceContext.builder(FenceRuntime.builder().reporter(reports).build())
                .name(TestOps.TIMELINE)
                .build();
    }

    /** An unsignalled fence without optional ops. */
    DmaFence fence() {
        return context.newFence(TestOps.with(), 1);
    }

    DmaFence fence(FenceOps ops) {
        return context.newFence(ops, 1);
    }

    /** Calls something inside a read section of this runtime. */
    void inReadSection(Runnable body) {
        RcuReader reader = runtime.reader();
        long section = reader.lock();
        try {
            body.run();
        } finally {
            reader.unlock(section);
        }
    }

    /** A callback that writes its name into a log. */
    static FenceCallback logging(List<String> log, String name) {
        return FenceCallback.of(fence -> log.add(name));
    }

    /** Something that may fail in any way. */
    interface Body {
        void run() throws Exception;
    }

    /** Runs on a daemon thread of its own; {@link #join} hands its failure to the test. */
    static CompletableFuture<Void> fork(String name, Body body) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                        done.complete(null);
                    } catch (Throwable e) {
                        done.completeExceptionally(e);
                    }
                },
                "test-" + name);
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    static void join(CompletableFuture<?> forked) {
        try {
            Object unused = forked.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a thread of the test failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("a thread of the test hangs", e);
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new AssertionError("what the test waits for did not happen");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }

    /** Throws anything, as foreign code in other languages may. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <E extends Throwable> RuntimeException sneaky(Throwable e) throws E {
        throw (E) e;
    }

    /** An exception that fails once more when it is printed. */
    static final class Unprintable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new IllegalStateException("toString() of a driver's exception failed");
        }

        @Override
        public String getMessage() {
            throw new IllegalStateException("getMessage() of a driver's exception failed");
        }
    }

    static <T> List<T> list() {
        return new ArrayList<>();
    }
}
