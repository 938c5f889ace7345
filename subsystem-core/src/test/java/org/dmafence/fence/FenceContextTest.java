package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import org.dmafence.fence.FenceReporter.Kind;
import org.junit.jupiter.api.Test;

class FenceContextTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;

    @Test
    void shouldHandOutConsecutiveIdsFromOne() {
        FenceRuntime runtime = FenceRuntime.builder().build();
        assertThat(runtime.allocateContexts(1)).isEqualTo(1);
        assertThat(runtime.allocateContexts(5)).isEqualTo(2);
        assertThat(runtime.allocateContexts(1)).isEqualTo(7);
        assertThat(FenceContext.builder(runtime).build().id()).isEqualTo(8);
    }

    @Test
    void shouldReportAndHandOutNothingWhenAskedForNoContexts() {
        long next = fixture.runtime.allocateContexts(0);
        assertThat(fixture.runtime.allocateContexts(-1)).isEqualTo(next);
        assertThat(fixture.runtime.allocateContexts(1)).isEqualTo(next);
        assertThat(fixture.reports.kinds()).containsExactly(Kind.WARN, Kind.WARN);
    }

    @Test
    void shouldMakeAnUnsignaledFenceWithOneReference() {
        DmaFence fence = context.newFence(TestOps.with(), 3);
        assertThat(fence.context()).isEqualTo(context.id());
        assertThat(fence.seqno()).isEqualTo(3);
        assertThat(fence.runtime()).isSameAs(fixture.runtime);
        assertThat(fence.references()).isEqualTo(1);
        assertThat(fence.isSignaled()).isFalse();
        assertThat(fence.isSignalingEnabled()).isFalse();
        assertThat(fence.isDetached()).isFalse();
        assertThat(fence.isFreed()).isFalse();
        assertThat(fence.errno()).isZero();
        assertThat(fence.status()).isEqualTo(FenceStatus.ACTIVE);
    }

    @Test
    @SuppressWarnings("NullAway") // what the kernel stops at
    void shouldRefuseAFenceWithoutATable() {
        assertThatThrownBy(() -> context.newFence(null, 1))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("ops");
    }

    @Test
    void shouldRefuseFencesOfAnotherContextInEveryCall() {
        FenceContext twin =
                FenceContext.builder(fixture.runtime).id(context.id()).build();
        DmaFence fence = fixture.fence();
        List<Consumer<DmaFence>> calls = List.of(
                twin::signal,
                f -> twin.signal(f, FenceError.EIO),
                f -> twin.signalAt(f, 1),
                twin::signalLocked,
                f -> twin.signalLockedAt(f, 1),
                twin::checkAndSignal,
                twin::beginSignal,
                f -> twin.finishSignal(f, 1),
                f -> twin.setError(f, FenceError.EIO),
                f -> twin.setErrno(f, -5),
                f -> twin.setSeqno(f, 9),
                twin::traceEmit,
                f -> twin.testAndSetUserBit(f, 0));
        for (Consumer<DmaFence> call : calls) {
            assertThatThrownBy(() -> call.accept(fence))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("only the context that made a fence");
        }
        assertThat(fence.isSignaled()).isFalse();
        assertThat(fence.seqno()).isEqualTo(1);
        assertThat(twin.owns(fence)).isFalse();
        assertThat(context.owns(fence)).isTrue();
    }

    @Test
    void shouldKnowItsTimelineByTheLastAnswerOfTheDriver() {
        FenceContext named =
                FenceContext.builder(fixture.runtime).name("before").build();
        assertThat(named).hasToString("context " + named.id() + " (before)");
        DmaFence fence = named.newFence(TestOps.with(), 1);
        assertThat(fence.lastKnownTimelineName()).isEqualTo(TestOps.TIMELINE);
        assertThat(fence.lastKnownDriverName()).isEqualTo(TestOps.DRIVER);
    }

    @Test
    void shouldGiveTheIssuerFourBitsOfItsOwn() {
        DmaFence fence = fixture.fence();
        for (int bit = 0; bit < DmaFence.USER_BITS; bit++) {
            assertThat(fence.userBit(bit)).isFalse();
            assertThat(context.testAndSetUserBit(fence, bit)).isFalse();
            assertThat(context.testAndSetUserBit(fence, bit)).isTrue();
            assertThat(fence.userBit(bit)).isTrue();
        }
        assertThatThrownBy(() -> fence.userBit(DmaFence.USER_BITS)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> context.testAndSetUserBit(fence, -1)).isInstanceOf(IndexOutOfBoundsException.class);
        context.signal(fence);
        assertThat(fence.status()).isEqualTo(FenceStatus.OK);
        assertThat(fence.userBit(3)).isTrue();
    }

    @Test
    void shouldTellFencesApartInTheirText() {
        DmaFence fence = context.newFence(TestOps.with(), -1);
        assertThat(fence).hasToString("fence " + context.id() + ":18446744073709551615 (test-driver test-timeline)");
        context.signal(fence);
        assertThat(fence.toString()).endsWith(", signaled)");
    }

    @Test
    void shouldShareOneRuntimeInTheProcess() {
        FenceContext shared = FenceContext.create("shared");
        assertThat(shared.runtime()).isSameAs(FenceRuntime.system());
        assertThat(shared.id()).isPositive();
        assertThat(shared.lock()).isNull();
        assertThat(shared.runtime().reporter()).isNotNull();
    }
}
