package org.dmafence.i915;

import static org.awaitility.Awaitility.await;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;

/** An engine without a ring: the test is the hardware, and irq work waits for it. */
final class RequestFixture {
    final DriverTestContext context = new DriverTestContext();
    final Queue<Runnable> irqWork = new ArrayDeque<>();
    final Breadcrumbs breadcrumbs = new Breadcrumbs(context.runtime().clock(), irqWork::add);
    final I915Engine engine = new I915Engine("card0", breadcrumbs, 4);
    final FenceContext timeline = context.newContext("gem").build();

    I915Request begin(long seqno) {
        I915Request request = engine.pool().take();
        DmaFence unused = request.begin(timeline, "gem", seqno, seqno);
        return request;
    }

    I915Request submit(long seqno) {
        I915Request request = begin(seqno);
        request.activate();
        return request;
    }

    /** The hardware passes a number and raises its interrupt; irq work runs when the test says so. */
    void finish(long seqno) {
        engine.write(seqno);
        breadcrumbs.interrupt();
    }

    void runIrqWork() {
        for (Runnable work = irqWork.poll(); work != null; work = irqWork.poll()) {
            work.run();
        }
    }

    /** A call on a thread of its own that is asleep by the time this returns. */
    Sleeper asleep(LongSupplier call) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        Thread thread = context.newThread("sleeper", () -> result.complete(call.getAsLong()));
        thread.start();
        await("the call sleeps")
                .until(() ->
                        thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.WAITING);
        return new Sleeper(thread, result);
    }

    /** Runs something on another thread, to its end. */
    void elsewhere(Runnable work) {
        CompletableFuture<Void> done = CompletableFuture.runAsync(work, runnable -> {
            context.newThread("elsewhere", runnable).start();
        });
        done.orTimeout(10, TimeUnit.SECONDS).join();
    }

    record Sleeper(Thread thread, CompletableFuture<Long> result) {
        long answer() {
            try {
                return Objects.requireNonNull(result.get(10, TimeUnit.SECONDS));
            } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException e) {
                throw new AssertionError("the call on " + thread + " did not end", e);
            }
        }
    }
}
