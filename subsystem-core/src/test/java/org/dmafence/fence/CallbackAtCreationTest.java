package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.FenceFixture.logging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fences that begin with a callback, and timelines that signal several at once. */
@Timeout(60)
class CallbackAtCreationTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldRunFirstTheCallbackThatWasThereFromTheStart() {
        DmaFence fence = context.newFence(TestOps.with(), 1, logging(log, "given"));
        assertThat(fence.isSignalingEnabled()).isTrue();
        fence.addCallback(logging(log, "added"));
        context.signal(fence);
        assertThat(log).containsExactly("given", "added");
    }

    @Test
    void shouldTakeTheCallbackBack() {
        FenceCallback callback = logging(log, "given");
        DmaFence fence = context.newFence(TestOps.with(), 1, callback);
        assertThat(fence.removeCallback(callback)).isTrue();
        context.signal(fence);
        assertThat(log).isEmpty();
    }

    @Test
    void shouldAskTheIssuerToEnableSignalingOnce() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        DmaFence fence = context.newFence(ops, 1, logging(log, "given"));
        fence.addCallback(logging(log, "added"));
        assertThat(ops.enables).hasValue(1);
        context.signal(fence);
        assertThat(log).containsExactly("given", "added");
    }

    @Test
    void shouldNeverAskTheIssuerOfAFenceThatItHasArmed() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        DmaFence fence = context.newArmedFence(ops, 1, logging(log, "given"));
        assertThat(fence.isSignalingEnabled()).isTrue();
        assertThat(fence.references())
                .as("the maker's, and the callback's owner's")
                .isEqualTo(2);
        fence.addCallback(logging(log, "added"));
        fence.enableSignaling();
        assertThat(ops.enables).hasValue(0);
        context.signal(fence);
        assertThat(log).containsExactly("given", "added");
    }

    @Test
    void shouldRunTheCallbackAtOnceWhenTheIssuerFindsTheFenceDone() {
        TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);
        ops.onEnable = fence -> false;
        DmaFence fence = context.newFence(ops, 1, logging(log, "given"));
        assertThat(log).containsExactly("given");
        assertThat(fence.isSignaled()).isTrue();
    }

    @Test
    void shouldRefuseACallbackThatIsOnAFenceAlready() {
        FenceCallback callback = logging(log, "given");
        DmaFence first = context.newFence(TestOps.with(), 1, callback);
        assertThatThrownBy(() -> context.newFence(TestOps.with(), 2, callback))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one fence at a time");
        context.signal(first);
        assertThat(log).containsExactly("given");
    }

    @Test
    void shouldLetTheCallbackGoWhenTheModuleTakesNoNewFences() {
        FenceLedger ledger = new FenceLedger("mod", false);
        FenceContext going =
                FenceContext.builder(fixture.runtime).ledger(ledger).build();
        ledger.close();
        FenceCallback callback = logging(log, "given");
        assertThatThrownBy(() -> going.newFence(TestOps.with(), 1, callback))
                .hasMessageContaining("module mod is going");
        context.signal(context.newFence(TestOps.with(), 1, callback));
        assertThat(log).containsExactly("given");
    }

    @Test
    void shouldEitherMakeAFenceOrNeverRunItsCallbackWhenTheModuleGoesMeanwhile() {
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger made = new AtomicInteger();
        int both = 0;
        for (int round = 0; round < 3_000; round++) {
            FenceLedger ledger = new FenceLedger("mod", false);
            FenceContext going =
                    FenceContext.builder(fixture.runtime).ledger(ledger).build();
            ran.set(0);
            made.set(0);
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Void> maker = FenceFixture.fork("maker", () -> {
                begun.countDown();
                try {
                    for (int i = 0; i < 1_000; i++) {
                        going.newFence(TestOps.with(), i, FenceCallback.of(f -> ran.getAndIncrement()));
                        made.getAndIncrement();
                    }
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("is going");
                }
            });
            FenceFixture.await(begun);
            ledger.close();
            both += ledger.signalAll(FenceError.ECANCELED);
            FenceFixture.join(maker);
            both += ledger.signalAll(FenceError.ECANCELED);
            assertThat(ran.get()).as("round %d", round).isEqualTo(made.get());
        }
        assertThat(both).isPositive();
    }

    @Test
    void shouldSignalInTheOrderOfTheListAtOneTimeAndPassOverWhatHasSignaled() {
        List<DmaFence> fences = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            fences.add(context.newFence(TestOps.with(), i, logging(log, "fence " + i)));
        }
        context.signalAt(fences.get(3), 1);
        assertThat(context.signalAllAt(fences, 42)).isEqualTo(4);
        assertThat(log).containsExactly("fence 3", "fence 0", "fence 1", "fence 2", "fence 4");
        assertThat(fences).extracting(DmaFence::timestampNs).containsExactly(42L, 42L, 42L, 1L, 42L);
        assertThat(context.signalAllAt(fences, 43)).isZero();
    }

    @Test
    void shouldSignalNothingOfAnotherContext() {
        DmaFence own = fixture.fence();
        DmaFence foreign = FenceContext.builder(fixture.runtime).build().newFence(TestOps.with(), 1);
        assertThatThrownBy(() -> context.signalAllAt(List.of(foreign, own), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(foreign.isSignaled()).isFalse();
    }
}
