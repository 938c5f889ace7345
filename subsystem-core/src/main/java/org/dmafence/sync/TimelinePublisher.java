package org.dmafence.sync;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;

/**
 * The points of a timeline as a stream: each point, in order, once it was reached. Works for whatever has a future of
 * each of its points; {@link SyncTimeline#values} makes one, and {@link SyncObj#whenSignaled} is such a future as it
 * is.
 *
 * <p>A subscription holds one future, that of the point it is at, and buffers nothing: points that were reached while
 * the subscriber did not ask are found complete when it does. Cancelling the subscription cancels the future. A future
 * that fails ends the stream with its reason, asked for or not; the stream has no other end.
 */
public final class TimelinePublisher implements Flow.Publisher<Long> {
    private final FenceRuntime runtime;
    private final LongSupplier first;
    private final LongFunction<CompletableFuture<FenceStatus>> futureOfPoint;
    private final Executor executor;

    /**
     * A publisher for any number of subscribers.
     *
     * @param runtime is told of subscribers that throw
     * @param first the point that a subscription begins with, asked when it does
     * @param futureOfPoint of its own for each call, because a subscription that is cancelled cancels it; must not
     *     block, and what it throws ends the stream
     * @param executor runs the subscribers; with {@code Runnable::run} they run on the thread that signals, under
     *     whatever locks its issuer holds
     */
    public TimelinePublisher(
            FenceRuntime runtime,
            LongSupplier first,
            LongFunction<CompletableFuture<FenceStatus>> futureOfPoint,
            Executor executor) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.first = Objects.requireNonNull(first, "first");
        this.futureOfPoint = Objects.requireNonNull(futureOfPoint, "futureOfPoint");
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Long> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        new TimelineSubscription(runtime, subscriber, first.getAsLong(), futureOfPoint, executor).start();
    }
}
