package org.dmafence.i915;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Request objects between two lives: one in reserve, the others in a bounded pool, which a released request enters
 * <em>immediately</em>, without a grace period. Kernel counterpart: the type-stable slab of requests and
 * {@code intel_engine_cs::request_pool}.
 *
 * <p>What is recycled differs from the kernel. There the fence lies in the request, so a reader that kept a bare
 * pointer finds another fence at the same place, and has to take a reference and look again. Here the core's fence is
 * never used twice: each life makes a new one, and a late reader holds the old one, which is signalled and has no ops.
 * What can still happen is that a reader got hold of the ops just before the last release, and calls a request that is
 * somebody else's by then. It names the fence it asks about, so the request answers about that one; see
 * {@link I915Request}.
 *
 * <p>Every method may be called from any thread.
 */
final class RequestPool {
    private final AtomicReference<@Nullable I915Request> reserve = new AtomicReference<>();
    private final ManyToManyConcurrentArrayQueue<I915Request> free;
    private final Supplier<I915Request> maker;
    private final LongAdder allocated = new LongAdder();
    private final LongAdder recycled = new LongAdder();

    /**
     * @param size how many objects to keep; more are left to the collector
     * @param maker makes one more
     */
    RequestPool(int size, Supplier<I915Request> maker) {
        free = new ManyToManyConcurrentArrayQueue<>(size);
        this.maker = maker;
    }

    /** An object without a life. */
    I915Request take() {
        I915Request request = free.poll();
        if (request == null) {
            request = reserve.getAndSet(null);
        }
        if (request == null) {
            allocated.increment();
            return maker.get();
        }
        recycled.increment();
        return request;
    }

    /** Takes an object back whose fence was released. */
    void give(I915Request request) {
        if (!reserve.compareAndSet(null, request)) {
            free.offer(request);
        }
    }

    long allocated() {
        return allocated.sum();
    }

    long recycled() {
        return recycled.sum();
    }
}
