package org.dmafence.sync;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.dmafence.fence.DmaFence;

/**
 * The points of a timeline as a stream: each point, in order, once its fence has signalled. Works for whatever can hand out the
 * fence of a point.
 *
 * <p>A subscription holds one fence, that of the point it is at, and buffers nothing: points that were reached while the
 * subscriber did not ask are found signalled when it does. Cancelling takes the callback off the fence. A fence that ends with
 * an error ends the stream with a {@link org.dmafence.fence.FenceErrorException}, asked for or not; the stream has no other
 * end.
 */
public final class TimelinePublisher implements Flow.Publisher<Long> {
    private final LongSupplier first;
    private final LongFunction<DmaFence> fenceOfPoint;
    private final Executor executor;

    /**
     * A publisher for any number of subscribers.
     *
     * @param first the point that a subscription begins with, asked when it does
     * @param fenceOfPoint the fence of a point, with a reference for the caller; must not block, and what it throws ends the
     *     stream
     * @param executor runs the subscribers; with {@code Runnable::run} they run on the thread that signals, under whatever
     *     locks its issuer holds
     */
    public TimelinePublisher(LongSupplier first, LongFunction<DmaFence> fenceOfPoint, Executor executor) {
        this.first = Objects.requireNonNull(first, "first");
        this.fenceOfPoint = Objects.requireNonNull(fenceOfPoint, "fenceOfPoint");
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Long> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        new TimelineSubscription(subscriber, first.getAsLong(), fenceOfPoint, executor).start();
    }
}
