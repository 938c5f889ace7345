package org.dmafence.bench;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A fence's life (create, add a callback, signal) beside the futures that people use for it. Each escapes to a field of a live
 * object, as fences do.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class FenceBenchmark {
    private final FenceContext context = FenceContext.create("bench");
    private final BenchOps ops = new BenchOps();
    private final DmaFence signaled = signaledFence();
    private final DmaFence unsignaled = context.newFence(ops, 0);
    private final CompletableFuture<Void> completed = CompletableFuture.completedFuture(null);
    private long seqno;

    /** Where the promises escape to, and what their callbacks count. */
    Object escaped = this;

    long ran;

    private DmaFence signaledFence() {
        DmaFence fence = context.newFence(ops, 0);
        context.signal(fence);
        return fence;
    }

    /** Counts; one object per fence, as each fence needs its own. */
    private final class Count extends FenceCallback {
        @Override
        protected void onSignaled(DmaFence fence) {
            ran++;
        }
    }

    @Benchmark
    public long fenceCallbackSignalOwnClock() {
        DmaFence fence = context.newFence(ops, ++seqno);
        escaped = fence;
        fence.addCallback(new Count());
        context.signal(fence);
        return ran;
    }

    @Benchmark
    public long fenceCallbackSignalGivenTime() {
        DmaFence fence = context.newFence(ops, ++seqno);
        escaped = fence;
        fence.addCallback(new Count());
        context.signalAt(fence, seqno);
        return ran;
    }

    @Benchmark
    public long fenceSignalGivenTime() {
        DmaFence fence = context.newFence(ops, ++seqno);
        escaped = fence;
        context.signalAt(fence, seqno);
        return ran;
    }

    @Benchmark
    public long futureThenAcceptNanoTime() {
        CompletableFuture<Long> future = new CompletableFuture<>();
        escaped = future;
        CompletableFuture<Void> unused = future.thenAccept(ns -> ran++);
        future.complete(System.nanoTime());
        return ran;
    }

    @Benchmark
    public long futureThenRun() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        escaped = future;
        CompletableFuture<Void> unused = future.thenRun(() -> ran++);
        future.complete(null);
        return ran;
    }

    @Benchmark
    public long futureComplete() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        escaped = future;
        future.complete(null);
        return ran;
    }

    @Benchmark
    public long guavaListener() {
        SettableFuture<Boolean> future = SettableFuture.create();
        escaped = future;
        future.addListener(() -> ran++, MoreExecutors.directExecutor());
        future.set(Boolean.TRUE);
        return ran;
    }

    @Benchmark
    public long nettyListener() {
        Promise<Boolean> promise = new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);
        escaped = promise;
        promise.addListener(done -> ran++);
        promise.setSuccess(Boolean.TRUE);
        return ran;
    }

    @Benchmark
    public boolean isSignaledOfSignaled() {
        return signaled.isSignaled();
    }

    @Benchmark
    public boolean isSignaledOfUnsignaled() {
        return unsignaled.isSignaled();
    }

    @Benchmark
    public boolean pollSignaledOfUnsignaled() {
        return unsignaled.pollSignaled();
    }

    @Benchmark
    public boolean futureIsDone() {
        return completed.isDone();
    }
}
