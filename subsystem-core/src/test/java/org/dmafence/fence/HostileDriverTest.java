package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceFixture.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Drivers and consumers that throw, lie and re-enter: the fence signals all the same, and nobody else notices. */
@Timeout(60)
class HostileDriverTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldRunOtherCallbacksWhenOneThrowsWhatCannotBePrinted() {
        DmaFence fence = fixture.fence();
        fence.addCallback(FenceCallback.of(f -> {
            throw new FenceFixture.Unprintable();
        }));
        fence.addCallback(logging(log, "second"));

        context.signal(fence);

        assertThat(log).containsExactly("second");
        assertThat(fixture.reports.kinds()).containsExactly(Kind.CALLBACK_FAILED);
    }

    @Test
    void shouldRunAllCallbacksWhenTheReporterThrows() {
        FenceContext own = FenceContext.builder(FenceRuntime.builder()
                        .reporter((kind, message, cause) -> {
                            throw FenceFixture.<Error>sneaky(new java.io.IOException("reporter"));
                        })
                        .build())
                .build();
        DmaFence fence = own.newFence(TestOps.with(), 1);
        fence.addCallback(FenceCallback.of(f -> {
            throw new IllegalStateException("callback");
        }));
        fence.addCallback(logging(log, "second"));

        own.signal(fence);

        assertThat(log).containsExactly("second");
    }

    @Test
    void shouldFinishSignalingWhenATracedNameSaysItsModuleIsGone() {
        TestOps ops = TestOps.with();
        DmaFence fence = fixture.fence(ops);
        fence.addCallback(logging(log, "callback"));
        fixture.runtime.trace().addListener((point, driver, timeline, ctx, seqno) -> {});
        ops.onName = name -> {
            throw new ModuleGoneException("m", "driverName", "fence");
        };

        context.signal(fence);

        assertThat(log).containsExactly("callback");
        assertThat(fence.timestampNs()).isEqualTo(1);
    }

    @Test
    void shouldFinishEnablingWhenATraceListenerThrowsACheckedException() {
        DmaFence fence = fixture.fence(TestOps.with(Op.ENABLE_SIGNALING));
        fixture.runtime.trace().addListener((point, driver, timeline, ctx, seqno) -> {
            throw FenceFixture.<Error>sneaky(new java.io.IOException("listener"));
        });

        fence.enableSignaling();
        context.signal(fence);

        assertThat(fence.isSignaled()).isTrue();
    }

    @Test
    void shouldTakeAThrowingEnableForEio() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        ops.onEnable = f -> {
            throw new FenceFixture.Unprintable();
        };
        DmaFence fence = fixture.fence(ops);

        assertThat(fence.addCallback(logging(log, "never"))).isFalse();

        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(fixture.reports.kinds()).containsExactly(Kind.OP_FAILED);
        assertThat(log).isEmpty();
    }

    @Test
    void shouldKeepTheErrorThatADriverThrows() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING, Op.WAIT);
        ops.onEnable = f -> {
            throw new IllegalStateException(new FenceErrorException("the ring's memory", FenceError.ENOMEM));
        };
        ops.onWait = ns -> {
            throw new FenceErrorException("the ring", FenceError.ENODEV);
        };
        DmaFence fence = fixture.fence(ops);
        fence.enableSignaling();
        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.ENOMEM);
        assertThat(fence.waitTimeout(true, 10)).isEqualTo(FenceError.ENODEV.errno());
    }

    @Test
    void shouldSignalWhatCannotBeEnabledWhenTheClockThrowsToo() {
        AtomicInteger asked = new AtomicInteger();
        Reports reports = new Reports();
        FenceContext own = FenceContext.builder(FenceRuntime.builder()
                        .reporter(reports)
                        .clock(() -> {
                            if (asked.getAndIncrement() > 0) { // the first time is for the stub
                                throw new IllegalStateException("clock");
                            }
                            return 7;
                        })
                        .build())
                .build();
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        ops.onEnable = f -> false;
        DmaFence fence = own.newFence(ops, 1, logging(log, "callback"));

        assertThat(fence.isSignaled()).isTrue();
        assertThat(log).containsExactly("callback");
        assertThat(reports.kinds()).containsExactly(Kind.OP_FAILED);
        DmaFence waited = own.newFence(TestOps.with(), 2, logging(log, "waiter"));
        waited.release();
        assertThat(log).containsExactly("callback", "waiter");
    }

    @Test
    void shouldMakeAFenceWhoseNamesCannotBeAskedFor() {
        TestOps ops = TestOps.with();
        ops.onName = name -> {
            throw new ModuleGoneException("m", "driverName", "fence");
        };
        DmaFence fence = fixture.fence(ops);
        context.signal(fence);
        assertThat(fence.isSignaled()).isTrue();
        assertThat(fixture.reports.kinds()).containsExactly(Kind.OP_FAILED);
    }

    @Test
    void shouldRunNoCallbackInsideAReadSectionThatIsNotItsSignalers() {
        TestOps ops = TestOps.with(Op.SIGNALED, Op.SET_DEADLINE);
        ops.onPoll = f -> true;
        List<Boolean> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            DmaFence fence = fixture.fence(ops);
            fence.addCallback(
                    FenceCallback.of(f -> held.add(fixture.runtime.rcu().isHeld())));
            if (i == 0) {
                fence.setDeadline(5);
            } else if (i == 1) {
                assertThat(fence.pollDescription()).endsWith("signalled\n");
            } else {
                fence.release();
            }
        }
        assertThat(held).containsExactly(false, false, false);
        assertThat(ops.deadlines).hasValue(0);
    }

    @Test
    void shouldKeepTheStatusWhenEnableSignalsItsFenceAndThenThrows() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        ops.onEnable = f -> {
            context.signal(f, FenceError.ETIME);
            throw new IllegalStateException("after the fact");
        };
        DmaFence fence = fixture.fence(ops);

        fence.enableSignaling();

        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.ETIME);
    }

    @Test
    void shouldTakeAThrowingPollForNotYet() {
        TestOps ops = TestOps.with(Op.SIGNALED);
        ops.onPoll = f -> {
            throw new IllegalStateException("poll");
        };
        DmaFence fence = fixture.fence(ops);

        assertThat(fence.pollSignaled()).isFalse();
        assertThat(fixture.reports.kinds()).containsExactly(Kind.OP_FAILED);
    }

    @Test
    void shouldStaySignaledWhenTheDriverTakesItsAnswerBack() {
        TestOps ops = TestOps.with(Op.SIGNALED, Op.RELEASE);
        AtomicInteger asked = new AtomicInteger();
        ops.onPoll = f -> asked.incrementAndGet() == 2;
        DmaFence fence = fixture.fence(ops);

        assertThat(fence.pollSignaled()).isFalse();
        assertThat(fence.pollSignaled()).isTrue();
        assertThat(fence.pollSignaled()).isTrue();
        assertThat(fence.isSignaled()).isTrue();
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldAnswerEioWhenAWaitOpThrowsOrAnswersNoErrno() {
        TestOps ops = TestOps.with(Op.WAIT);
        DmaFence fence = fixture.fence(ops);
        ops.onWait = ns -> {
            throw new IllegalStateException("wait");
        };
        assertThat(fence.waitTimeout(true, 10)).isEqualTo(FenceError.EIO.errno());
        ops.onWait = ns -> Long.MIN_VALUE;
        assertThat(fence.waitTimeout(true, 10)).isEqualTo(FenceError.EIO.errno());
        assertThat(fixture.reports.kinds()).containsExactly(Kind.OP_FAILED, Kind.OP_FAILED);
    }

    @Test
    void shouldNotReturnFromAnEndlessWaitWhenTheWaitOpGivesUp() {
        TestOps ops = TestOps.with(Op.WAIT);
        ops.onWait = ns -> 0;
        DmaFence fence = fixture.fence(ops);

        assertThatThrownBy(fence::await).isInstanceOf(FenceWaitException.class);
    }

    @Test
    void shouldNameAFenceWhenItsDriverThrowsOrAnswersNull() {
        TestOps ops = TestOps.with();
        DmaFence fence = fixture.fence(ops);
        ops.onName = name -> null;
        assertThat(fence.driverName()).isEqualTo("(null)");
        ops.onName = name -> {
            throw new FenceFixture.Unprintable();
        };
        assertThat(fence.timelineName()).isEqualTo("(null)");
        assertThat(fixture.reports.kinds()).containsExactly(Kind.OP_FAILED);
    }

    @Test
    void shouldFreeAFenceWhenItsReleaseOpThrows() {
        TestOps ops = TestOps.with(Op.RELEASE);
        ops.onRelease = f -> {
            throw new IllegalStateException("release");
        };
        DmaFence fence = fixture.fence(ops);

        fence.release();

        assertThat(fence.isFreed()).isTrue();
        assertThat(fence.isDetached()).isTrue();
        assertThat(fixture.reports.kinds()).containsExactly(Kind.OP_FAILED);
    }

    @Test
    void shouldSurviveADeadlineOpThatThrows() {
        TestOps ops = TestOps.with(Op.SET_DEADLINE);
        ops.onDeadline = ns -> {
            throw new IllegalStateException("deadline");
        };
        fixture.fence(ops).setDeadline(5);
        assertThat(fixture.reports.kinds()).containsExactly(Kind.OP_FAILED);
    }

    @Test
    void shouldReportATableThatDeclaresAnOpItDoesNotHave() {
        DmaFence fence = context.newFence(
                new FenceOps(Op.ENABLE_SIGNALING) {
                    @Override
                    protected String driverName(DmaFence f) {
                        return "liar";
                    }

                    @Override
                    protected String timelineName(DmaFence f) {
                        return "lies";
                    }
                },
                1);

        fence.enableSignaling();

        assertThat(fence.pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(fixture.reports.of(Kind.OP_FAILED).get(0)).contains("enableSignaling");
    }

    @Test
    void shouldKeepTheStubWhenSomebodyReleasesItTooOften() {
        FenceRuntime runtime = fixture.runtime;
        DmaFence stub = runtime.stub();
        stub.release();

        stub.release();
        stub.release();

        assertThat(stub.isFreed()).isFalse();
        assertThat(runtime.stub().isSignaled()).isTrue();
    }

    @Test
    void shouldReportAStatusWhateverNumberWasSetAsError() {
        for (int errno : new int[] {5, -5000, Integer.MIN_VALUE, Integer.MAX_VALUE, -4095}) {
            DmaFence fence = fixture.fence();
            context.setErrno(fence, errno);
            context.signal(fence);
            assertThat(fence.pollStatus().isError()).as("errno %d", errno).isTrue();
            assertThat(fence.errno()).as("errno %d", errno).isNotZero();
        }
    }
}
