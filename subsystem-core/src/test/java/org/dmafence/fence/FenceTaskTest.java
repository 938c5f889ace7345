package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A task on an executor ends its fence, whatever becomes of the task or the executor. */
@Timeout(60)
class FenceTaskTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;

    /** An executor that is asked to run by the test. */
    private final List<Runnable> queue = new ArrayList<>();

    private DmaFence ended(Executor executor, Callable<?> task) {
        return FenceTask.submit(context, TestOps.with(), 1, executor, task).fence();
    }

    @Test
    void shouldSignalWhenTheTaskReturns() {
        List<String> log = new ArrayList<>();
        FenceTask task = FenceTask.submit(context, TestOps.with(), 7, queue::add, () -> log.add("ran"));
        assertThat(task.fence().isSignaled()).isFalse();
        assertThat(task.fence().seqno()).isEqualTo(7);

        queue.get(0).run();
        queue.get(0).run();

        assertThat(log).containsExactly("ran");
        assertThat(task.fence().status()).isEqualTo(FenceStatus.OK);
        assertThat(task.cancel()).isFalse();
        assertThat(fixture.reports.all()).isEmpty();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new FenceErrorException("x", FenceError.ETIME), FenceError.ETIME, false),
                Arguments.of(new CancellationException(), FenceError.ECANCELED, false),
                Arguments.of(new IllegalStateException("on purpose"), FenceError.EIO, true),
                Arguments.of(new FenceFixture.Unprintable(), FenceError.EIO, true));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void shouldSignalWithTheErrorOfATaskThatThrows(Exception failure, FenceError error, boolean reported) {
        DmaFence fence = ended(Runnable::run, () -> {
            throw failure;
        });
        assertThat(fence.status().error()).isEqualTo(error);
        assertThat(fixture.reports.of(Kind.CALLBACK_FAILED)).hasSize(reported ? 1 : 0);
    }

    @Test
    void shouldSignalAndPassAnErrorOnToTheExecutor() {
        StackOverflowError fatal = new StackOverflowError("on purpose");
        FenceTask task = FenceTask.submit(context, TestOps.with(), 1, queue::add, () -> {
            throw fatal;
        });
        assertThatThrownBy(() -> queue.get(0).run()).isSameAs(fatal);
        assertThat(task.fence().status().error()).isEqualTo(FenceError.EIO);
        assertThat(fixture.reports.of(Kind.CALLBACK_FAILED)).hasSize(1);
    }

    @Test
    void shouldSignalCancelledWhenInterrupted() {
        DmaFence fence = ended(Runnable::run, () -> {
            throw new InterruptedException();
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(fence.status().error()).isEqualTo(FenceError.ECANCELED);
    }

    @Test
    void shouldSignalBusyWhenTheExecutorRefuses() {
        ExecutorService closed = Executors.newSingleThreadExecutor();
        closed.shutdown();
        assertThat(ended(closed, () -> 1).status().error()).isEqualTo(FenceError.EBUSY);
        DmaFence runsAndThrows = ended(
                runnable -> {
                    runnable.run();
                    throw new RejectedExecutionException("on purpose");
                },
                () -> 1);
        assertThat(runsAndThrows.status()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldNotRunWhatWasCancelledBefore() {
        List<String> log = new ArrayList<>();
        FenceTask task = FenceTask.submit(context, TestOps.with(), 1, queue::add, () -> log.add("ran"));

        assertThat(task.cancel()).isTrue();
        assertThat(task.cancel()).isFalse();
        queue.get(0).run();

        assertThat(log).isEmpty();
        assertThat(task.fence().status().error()).isEqualTo(FenceError.ECANCELED);
    }

    @Test
    void shouldLeaveATaskThatRunsAlone() {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        FenceTask task = FenceTask.submit(context, TestOps.with(), 1, executor, () -> {
            inside.countDown();
            FenceFixture.await(letGo);
            return 1;
        });
        FenceFixture.await(inside);
        assertThat(task.cancel()).isFalse();
        letGo.countDown();
        assertThat(task.fence().awaitUninterruptibly(FenceFixture.PATIENCE_S, TimeUnit.SECONDS))
                .isTrue();
        assertThat(task.fence().status()).isEqualTo(FenceStatus.OK);
        executor.shutdown();
    }

    @Test
    void shouldEitherRunOrBeCancelledWhenBothAreTried() {
        Races.race(round -> {
            int[] runs = {0};
            Runnable[] shell = {null};
            boolean[] cancelled = {false};
            FenceTask task =
                    FenceTask.submit(context, TestOps.with(), round, runnable -> shell[0] = runnable, () -> ++runs[0]);
            return new Races.Round(() -> cancelled[0] = task.cancel(), () -> shell[0].run(), () -> {
                assertThat(runs[0]).isEqualTo(cancelled[0] ? 0 : 1);
                assertThat(task.fence().status().isError()).isEqualTo(cancelled[0]);
            });
        });
    }

    @Test
    void shouldLeaveOnlyAShellWithTheExecutorWhenCancelled() {
        WeakReference<Object> payload = new WeakReference<>(submitAndCancel());
        assertThat(queue).hasSize(1);
        Awaitility.await().until(() -> {
            System.gc();
            return payload.get() == null;
        });
    }

    private Object submitAndCancel() {
        Object payload = new Object();
        assertThat(FenceTask.submit(context, TestOps.with(), 1, queue::add, payload::hashCode)
                        .cancel())
                .isTrue();
        return payload;
    }

    @Test
    void shouldSignalCancelledWhenTheExecutorForgetsTheTask() {
        DmaFence fence = ended(runnable -> {}, () -> 1);
        Awaitility.await().until(() -> {
            System.gc();
            return fence.isSignaled();
        });
        assertThat(fence.status().error()).isEqualTo(FenceError.ECANCELED);
    }
}
