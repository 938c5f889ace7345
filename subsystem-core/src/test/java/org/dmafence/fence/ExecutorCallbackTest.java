package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callbacks that an executor delivers. */
@Timeout(20)
class ExecutorCallbackTest {
    private final FenceFixture fixture = new FenceFixture();
    private final TestOps ops = TestOps.with(Op.RELEASE);
    private final DmaFence fence = fixture.fence(ops);
    private final List<Runnable> queue = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldRunOnTheExecutorWithAReference() {
        fence.addCallback(FenceCallback.on(queue::add, f -> log.add(f.status() + " " + f.references())));
        fixture.context.signal(fence, FenceError.EIO);
        assertThat(log).isEmpty();
        fence.release();
        assertThat(ops.releases).hasValue(0);

        queue.get(0).run();
        queue.get(0).run();

        assertThat(log).containsExactly("-EIO 1");
        assertThat(ops.releases).hasValue(1);
    }

    @Test
    void shouldReportAnExecutorThatRefusesAndGoOn() {
        fence.addCallback(FenceCallback.on(
                runnable -> {
                    throw new RejectedExecutionException("full");
                },
                f -> log.add("refused")));
        fence.addCallback(FenceFixture.logging(log, "next"));
        fixture.context.signal(fence);

        assertThat(log).containsExactly("next");
        assertThat(fixture.reports.of(Kind.CALLBACK_FAILED))
                .singleElement()
                .asString()
                .contains("full");
        assertThat(fence.references()).isEqualTo(1);
    }

    @Test
    void shouldReportWhatTheFunctionThrows() {
        fence.addCallback(FenceCallback.on(Runnable::run, f -> {
            throw new IllegalStateException("on purpose");
        }));
        fixture.context.signal(fence);

        assertThat(fixture.reports.of(Kind.CALLBACK_FAILED))
                .singleElement()
                .asString()
                .contains("on purpose");
        assertThat(fence.references()).isEqualTo(1);
    }

    @Test
    void shouldCallOnceWhenTheExecutorRunsItAndThrowsBesides() {
        fence.addCallback(FenceCallback.on(
                runnable -> {
                    runnable.run();
                    throw new RejectedExecutionException("too late");
                },
                f -> log.add("ran")));
        fixture.context.signal(fence);

        assertThat(log).containsExactly("ran");
        assertThat(fence.references()).isEqualTo(1);
    }

    @Test
    void shouldStillBeCalledWhenTheLastReleaseSignals() {
        fence.addCallback(FenceCallback.on(queue::add, f -> log.add("" + f.status())));
        fence.release();
        queue.forEach(Runnable::run);

        assertThat(log).containsExactly("-EDEADLK");
        assertThat(ops.releases).hasValue(1);
    }

    @Test
    void shouldNotBeCalledWhenRemoved() {
        FenceCallback callback = FenceCallback.on(queue::add, f -> log.add("ran"));
        fence.addCallback(callback);
        assertThat(fence.removeCallback(callback)).isTrue();
        fixture.context.signal(fence);
        assertThat(queue).isEmpty();
    }
}
