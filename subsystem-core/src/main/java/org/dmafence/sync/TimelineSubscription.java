package org.dmafence.sync;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceFutures;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;

/** One subscriber's way along a timeline. */
final class TimelineSubscription implements Flow.Subscription, Runnable {
    /*
     * Overview. Whoever brings news (a request, a cancellation, a fence that signalled) counts it in `news`; whoever raises
     * that from 0 runs advance(), through the executor, until it has caught up. So advance() is never run by two threads at
     * once, each run happens-before the next, and the fields without a mode are its own.
     */
    private final Flow.Subscriber<? super Long> subscriber;
    private final LongFunction<DmaFence> fenceOfPoint;
    private final Executor executor;
    private final AtomicInteger news = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean cancelled;

    /** Why the subscriber gets no more, found by whoever asked wrongly or could not go on. */
    private volatile @Nullable Throwable failure;

    private long point;
    private @Nullable DmaFence fence;
    private @Nullable CompletableFuture<FenceStatus> signaled;
    private boolean ended;

    TimelineSubscription(
            Flow.Subscriber<? super Long> subscriber,
            long first,
            LongFunction<DmaFence> fenceOfPoint,
            Executor executor) {
        this.subscriber = subscriber;
        this.fenceOfPoint = fenceOfPoint;
        this.executor = executor;
        point = first;
    }

    /** Introduces the subscription, and begins: with no news let in before the subscriber has it. */
    void start() {
        news.set(1);
        try {
            subscriber.onSubscribe(this);
        } catch (RuntimeException | Error e) {
            cancelled = true;
            throw e;
        }
        execute();
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            failure = new IllegalArgumentException("requested " + count + " points; request at least 1");
        } else {
            demand.accumulateAndGet(count, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
        }
        tell();
    }

    @Override
    public void cancel() {
        cancelled = true;
        tell();
    }

    private void tell() {
        if (news.getAndIncrement() == 0) {
            execute();
        }
    }

    private void execute() {
        try {
            executor.execute(this);
        } catch (RejectedExecutionException e) {
            failure = e;
            run();
        }
    }

    @Override
    public void run() {
        int seen = news.get();
        do {
            advance();
            seen = news.addAndGet(-seen);
        } while (seen != 0);
    }

    private void advance() {
        try {
            while (!ended && !cancelled && failure == null && isReached() && takeDemand()) {
                deliver();
            }
        } catch (Throwable e) { // of the fence, or of who hands out fences
            failure = e;
        }
        Throwable reason = failure;
        if (!ended && (cancelled || reason != null)) {
            ended = true;
            drop();
            if (!cancelled && reason != null) {
                subscriber.onError(reason);
            }
        }
    }

    private void deliver() {
        FenceRuntime runtime = Objects.requireNonNull(fence).runtime();
        drop();
        try {
            subscriber.onNext(point++);
        } catch (Throwable e) { // against the rules of Flow; the subscription counts as cancelled
            cancelled = true;
            runtime.reporter()
                    .report(
                            FenceReporter.Kind.CALLBACK_FAILED,
                            "subscriber " + subscriber + " threw at point " + (point - 1) + " and was cancelled",
                            e);
        }
    }

    /** Whether the fence of the point has signalled; if not, its future brings the news. */
    private boolean isReached() {
        if (fence == null) {
            DmaFence taken = fenceOfPoint.apply(point);
            fence = taken;
            signaled = FenceFutures.toFuture(taken);
            CompletableFuture<FenceStatus> unused = signaled.whenComplete((status, error) -> tell());
        }
        if (signaled == null || !signaled.isDone()) {
            return false;
        }
        FenceError error = fence.status().error();
        if (error != null) {
            throw new FenceErrorException("point " + Long.toUnsignedString(point) + ", " + fence + ",", error);
        }
        return true;
    }

    private boolean takeDemand() {
        return demand.getAndUpdate(had -> had == 0 || had == Long.MAX_VALUE ? had : had - 1) != 0;
    }

    /** Lets go of the fence; a callback that is still on it comes off. */
    private void drop() {
        if (signaled != null) {
            signaled.cancel(false);
            signaled = null;
        }
        if (fence != null) {
            fence.release();
            fence = null;
        }
    }
}
