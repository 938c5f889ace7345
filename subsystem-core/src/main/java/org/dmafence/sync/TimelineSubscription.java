package org.dmafence.sync;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;

/** One subscriber's way along a timeline. */
final class TimelineSubscription implements Flow.Subscription, Runnable {
    /*
     * Overview. A thread that brings news (a request, a cancellation, a point that was reached) counts it in `news`;
     * the one that raises that from 0 runs advance(), through the executor, until it has caught up. So advance() is
     * never run by two threads at once, each run happens-before the next, and the fields without a mode are its own.
     */
    private final FenceRuntime runtime;
    private final Flow.Subscriber<? super Long> subscriber;
    private final LongFunction<CompletableFuture<FenceStatus>> futureOfPoint;
    private final Executor executor;
    private final AtomicInteger news = new AtomicInteger();
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean cancelled;

    /** Why the subscriber gets no more, found by the thread that asked wrongly or could not go on. */
    private volatile @Nullable Throwable failure;

    private long point;
    private @Nullable CompletableFuture<FenceStatus> future;
    private boolean ended;

    TimelineSubscription(
            FenceRuntime runtime,
            Flow.Subscriber<? super Long> subscriber,
            long first,
            LongFunction<CompletableFuture<FenceStatus>> futureOfPoint,
            Executor executor) {
        this.runtime = runtime;
        this.subscriber = subscriber;
        this.futureOfPoint = futureOfPoint;
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
        } catch (RuntimeException | Error e) { // it refused, or broke: the news is told here, and is the last
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
        } catch (Throwable e) { // of the future, or of who makes futures
            failure = e;
        }
        Throwable reason = failure;
        if (!ended && (cancelled || reason != null)) {
            ended = true;
            cancelFuture();
            if (!cancelled && reason != null) {
                tellError(reason);
            }
        }
    }

    private void tellError(Throwable reason) {
        try {
            subscriber.onError(reason);
        } catch (Throwable e) {
            report("at the end", e);
        }
    }

    private void report(String when, Throwable e) {
        String what = "subscriber " + subscriber.getClass().getName() + " threw " + when + " and was cancelled";
        runtime.report(FenceReporter.Kind.CALLBACK_FAILED, what, e);
    }

    private void deliver() {
        future = null;
        try {
            subscriber.onNext(point++);
        } catch (Throwable e) { // against the rules of Flow; the subscription counts as cancelled
            cancelled = true;
            report("at point " + (point - 1), e);
        }
    }

    /** Whether the point was reached; if not, its future brings the news. */
    private boolean isReached() throws Throwable {
        CompletableFuture<FenceStatus> here = future;
        if (here == null) {
            here = futureOfPoint.apply(point);
            future = here;
            CompletableFuture<FenceStatus> unused = here.whenComplete((status, error) -> tell());
        }
        if (!here.isDone()) {
            return false;
        }
        try {
            here.join();
            return true;
        } catch (CompletionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private boolean takeDemand() {
        return demand.getAndUpdate(had -> had == 0 || had == Long.MAX_VALUE ? had : had - 1) != 0;
    }

    private void cancelFuture() {
        if (future != null) {
            future.cancel(false);
            future = null;
        }
    }
}
