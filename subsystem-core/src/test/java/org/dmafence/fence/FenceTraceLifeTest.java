package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.trace.FenceTraceListener;
import org.dmafence.trace.FenceTracepoint;
import org.junit.jupiter.api.Test;

/** The kernel's seven events over a fence's life: their order, and which class of names each has. */
class FenceTraceLifeTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();
    private final FenceTraceListener listener = (point, driver, timeline, ctx, seqno) ->
            log.add(point.kernelName() + " driver=" + driver + " timeline=" + timeline + " seqno=" + seqno);

    private static final String ATTACHED = " driver=test-driver timeline=test-timeline seqno=1";
    private static final String LITERALS = " driver=detached-driver timeline=signaled-timeline seqno=1";

    @Test
    void shouldTellALifeInTheKernelsOrder() {
        fixture.runtime.trace().addListener(listener);
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        DmaFence fence = fixture.fence(ops);
        context.traceEmit(fence);
        fence.addCallback(FenceCallback.of(f -> log.add("callback, detached " + f.isDetached())));
        assertThat(fence.waitTimeout(true, 0)).isZero();
        context.signal(fence);
        assertThat(fence.waitTimeout(true, 0)).isEqualTo(1);
        fence.release();

        assertThat(log)
                .containsExactly(
                        "dma_fence_init" + ATTACHED,
                        "dma_fence_emit" + ATTACHED,
                        "dma_fence_enable_signal" + ATTACHED,
                        "dma_fence_wait_start" + ATTACHED,
                        "dma_fence_wait_end" + ATTACHED,
                        "dma_fence_signaled" + ATTACHED,
                        "callback, detached true",
                        "dma_fence_wait_start" + LITERALS,
                        "dma_fence_wait_end" + LITERALS,
                        "dma_fence_destroy" + LITERALS);
    }

    @Test
    void shouldTraceSignaledWithTheBitSetAndTheOpsAttached() {
        DmaFence fence = fixture.fence();
        fixture.runtime.trace().addListener((point, driver, timeline, ctx, seqno) -> {
            if (point == FenceTracepoint.SIGNALED) {
                log.add("signaled " + fence.isSignaled() + ", detached " + fence.isDetached());
            }
        });
        context.signal(fence);
        assertThat(log).containsExactly("signaled true, detached false");
    }

    @Test
    void shouldNotTraceEnablingWithoutAnOp() {
        fixture.runtime.trace().addListener(listener);
        fixture.fence().enableSignaling();
        assertThat(log).containsExactly("dma_fence_init" + ATTACHED);
    }

    @Test
    void shouldTraceAFailingEnableBeforeTheSignal() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        ops.onEnable = f -> false;
        DmaFence fence = fixture.fence(ops);
        fixture.runtime.trace().addListener(listener);
        fence.enableSignaling();
        assertThat(log).containsExactly("dma_fence_enable_signal" + ATTACHED, "dma_fence_signaled" + ATTACHED);
    }

    @Test
    void shouldTraceTheDeathOfAFenceWithPendingCallbacks() {
        DmaFence fence = fixture.fence();
        fence.addCallback(FenceFixture.logging(log, "callback"));
        fixture.runtime.trace().addListener(listener);
        fence.release();
        assertThat(log).containsExactly("dma_fence_destroy" + ATTACHED, "dma_fence_signaled" + ATTACHED, "callback");
    }

    @Test
    void shouldShowTheLiteralsInTheSafeClassEvenWhenOpsStay() {
        DmaFence fence = fixture.fence(TestOps.with(Op.RELEASE));
        context.signal(fence);
        fixture.runtime.trace().addListener(listener);
        fence.release();
        assertThat(log).containsExactly("dma_fence_destroy" + LITERALS);
    }

    @Test
    void shouldTraceEachEventOfATwoPhaseSignalOnce() {
        fixture.runtime.trace().addListener(listener);
        DmaFence fence = fixture.fence();
        context.beginSignal(fence);
        context.finishSignal(fence, 3);
        assertThat(log).containsExactly("dma_fence_init" + ATTACHED, "dma_fence_signaled" + ATTACHED);
    }

    @Test
    void shouldAskNoNamesWhileNobodyListens() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING, Op.RELEASE);
        DmaFence first = fixture.fence(ops);
        assertThat(ops.namesAsked).as("once in a context, for diagnosis").hasValue(2);
        first.release();
        DmaFence fence = fixture.fence(ops);
        context.traceEmit(fence);
        fence.enableSignaling();
        assertThat(fence.waitTimeout(true, 0)).isZero();
        context.signal(fence);
        fence.release();
        assertThat(ops.namesAsked).hasValue(2);
        fixture.runtime.trace().addListener(listener);
        fixture.runtime.trace().removeListener(listener);
        fixture.fence(ops).release();
        assertThat(ops.namesAsked).hasValue(2);
        assertThat(log).isEmpty();
    }

    @Test
    void shouldKeepWhole64BitNumbersAndTheListenersThreads() {
        FenceContext wide = FenceContext.builder(fixture.runtime).id(1L << 40).build();
        long[] seen = new long[2];
        fixture.runtime.trace().addListener((point, driver, timeline, ctx, seqno) -> {
            seen[0] = ctx;
            seen[1] = seqno;
        });
        wide.newFence(TestOps.with(), 1L << 41);
        assertThat(seen).containsExactly(1L << 40, 1L << 41);
    }
}
