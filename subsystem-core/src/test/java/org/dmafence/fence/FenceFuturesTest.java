package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceWaitTest.waiting;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class FenceFuturesTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final DmaFence fence = fixture.fence();

    @Test
    void shouldCompleteWithTheFence() {
        CompletableFuture<FenceStatus> future = fence.toFuture();
        assertThat(future).isNotDone();
        context.signal(fence);
        assertThat(future).isCompletedWithValue(FenceStatus.OK);
        assertThat(fence.toFuture()).isCompletedWithValue(FenceStatus.OK);
    }

    @Test
    void shouldFailWithTheFencesError() {
        CompletableFuture<FenceStatus> future = fence.toFuture();
        context.signal(fence, FenceError.ETIME);
        for (CompletableFuture<FenceStatus> each : List.of(future, fence.toFuture())) {
            assertThatThrownBy(each::join)
                    .isInstanceOf(CompletionException.class)
                    .isInstanceOfSatisfying(
                            FenceErrorException.class,
                            e -> assertThat(e.error()).isEqualTo(FenceError.ETIME));
        }
    }

    @Test
    void shouldPassTheFencesErrorOnAsItIs() {
        CompletableFuture<FenceStatus> future = fence.toFuture();
        CompletableFuture<String> dependent = future.thenApply(FenceStatus::toString);
        context.signal(fence, FenceError.ETIME);
        assertThatThrownBy(dependent::join)
                .isInstanceOf(FenceErrorException.class)
                .hasNoCause();
        assertThatThrownBy(dependent::get)
                .isInstanceOf(java.util.concurrent.ExecutionException.class)
                .hasCauseInstanceOf(FenceErrorException.class);
    }

    @Test
    void shouldFailEvenWhenTheStoredNumberIsNoErrno() {
        CompletableFuture<FenceStatus> future = fence.toFuture();
        context.setErrno(fence, -9999);
        context.signal(fence);
        assertThat(future).isCompletedExceptionally();
    }

    @Test
    void shouldLeaveNothingOnTheFenceWhenTheFutureEndsFirst() throws InterruptedException {
        fence.toFuture().cancel(false);
        assertThat(waiting(fence)).as("cancelled").isZero();
        fence.toFuture().complete(FenceStatus.OK);
        assertThat(waiting(fence)).as("completed").isZero();
        fence.toFuture().completeExceptionally(new IllegalStateException());
        assertThat(waiting(fence)).as("failed").isZero();
        CompletableFuture<FenceStatus> timed = fence.toFuture().orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(timed::get).hasCauseInstanceOf(TimeoutException.class);
        Awaitility.await().until(() -> waiting(fence) == 0);
        assertThat(fence.isSignaled()).isFalse();
    }

    @Test
    void shouldKeepNoFutureOnTheFenceAndNoFenceInTheFuture() {
        WeakReference<?> cancelled = cancelledFuture();
        DmaFence[] done = {fixture.fence()};
        CompletableFuture<FenceStatus> future = done[0].toFuture();
        context.signal(done[0]);
        WeakReference<DmaFence> signaled = new WeakReference<>(done[0]);
        done[0] = fence;
        Awaitility.await().until(() -> {
            System.gc();
            return cancelled.get() == null && signaled.get() == null;
        });
        assertThat(future).isCompleted();
        assertThat(fence.isSignaled()).isFalse();
    }

    private WeakReference<?> cancelledFuture() {
        CompletableFuture<FenceStatus> future = fence.toFuture();
        future.cancel(false);
        return new WeakReference<>(future);
    }

    @Test
    void shouldKeepNoFenceInAStageThatHasCompleted() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        WeakReference<Object> made = new WeakReference<>(FenceFutures.fromStage(context, TestOps.with(), 1, stage));
        stage.cancel(false);
        Awaitility.await().until(() -> {
            System.gc();
            return made.get() == null;
        });
    }

    @Test
    void shouldNotWaitForACallbackThatRunsWhenCancelled() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        fence.addCallback(FenceCallback.of(f -> {
            inside.countDown();
            FenceFixture.await(letGo);
        }));
        CompletableFuture<FenceStatus> future = fence.toFuture();
        CompletableFuture<Void> signaler = FenceFixture.fork("signaller", () -> context.signal(fence));
        FenceFixture.await(inside);
        assertThat(future.cancel(false)).isTrue();
        letGo.countDown();
        FenceFixture.join(signaler);
        assertThat(future).isCancelled();
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldRunDependentsThatThrowWithoutHarm() {
        CompletableFuture<Void> dependent = fence.toFuture().thenAccept(status -> {
            throw new IllegalStateException("on purpose");
        });
        context.signal(fence);
        assertThat(dependent).isCompletedExceptionally();
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldCompleteAtOnceForAFenceThatCannotBeEnabled() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        ops.onEnable = f -> false;
        assertThat(fixture.fence(ops).toFuture()).isCompletedWithValue(FenceStatus.OK);
    }

    static Stream<Arguments> failures() {
        Throwable circle = new IllegalStateException("circle") {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        };
        Throwable hostile = new IllegalStateException("hostile") {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("no cause for you");
            }
        };
        return Stream.of(
                Arguments.of(new FenceErrorException("x", FenceError.ETIME), FenceError.ETIME),
                Arguments.of(
                        new CompletionException(new FenceErrorException("x", FenceError.ENODATA)), FenceError.ENODATA),
                Arguments.of(new CancellationException(), FenceError.ECANCELED),
                Arguments.of(new IllegalStateException(), FenceError.EIO),
                Arguments.of(circle, FenceError.EIO),
                Arguments.of(hostile, FenceError.EIO));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldSignalTheErrorOfAFailedStage(Throwable failure, FenceError error) {
        CompletableFuture<String> stage = new CompletableFuture<>();
        DmaFence made = FenceFutures.fromStage(context, TestOps.with(), 1, stage);
        assertThat(made.isSignaled()).isFalse();
        stage.completeExceptionally(failure);
        assertThat(made.status().error()).isEqualTo(error);
    }

    @Test
    void shouldSignalSuccessWithAStageAndItsDependents() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        DmaFence made = FenceFutures.fromStage(context, TestOps.with(), 1, stage.thenApply(String::length));
        stage.complete("done");
        assertThat(made.status()).isEqualTo(FenceStatus.OK);
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        DmaFence end = FenceFutures.fromStage(context, TestOps.with(), 2, cancelled.thenApply(String::length));
        cancelled.cancel(true);
        assertThat(end.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(FenceFutures.fromStage(context, TestOps.with(), 3, CompletableFuture.completedFuture(1))
                        .isSignaled())
                .isTrue();
    }

    @Test
    void shouldLeaveNoFenceOpenWhenAStageRefuses() {
        FenceLedger ledger = new FenceLedger("mod", false);
        FenceContext tracked =
                FenceContext.builder(fixture.runtime).ledger(ledger).build();
        CompletableFuture<String> refusing = new CompletableFuture<>() {
            @Override
            public CompletableFuture<String> whenComplete(
                    java.util.function.BiConsumer<? super String, ? super Throwable> action) {
                throw new UnsupportedOperationException("on purpose");
            }
        };
        assertThatThrownBy(() -> FenceFutures.fromStage(tracked, TestOps.with(), 1, refusing))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(ledger.unsignaledCount()).isZero();
    }

    @Test
    void shouldSignalWhenACauseCannotEvenBeAskedFor() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        DmaFence fence = FenceFutures.fromStage(fixture.context, TestOps.with(), 1, stage);
        stage.completeExceptionally(new RuntimeException("no cause") {
            private static final long serialVersionUID = 1L;

            @Override
            public synchronized Throwable getCause() {
                throw new AssertionError("a cause of a driver's exception");
            }
        });
        assertThat(fence.status().error()).isEqualTo(FenceError.EIO);
    }
}
