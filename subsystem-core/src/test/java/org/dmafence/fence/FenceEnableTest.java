package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.fence.FenceFixture.logging;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepTrial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FenceEnableTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();
    private final TestOps ops = TestOps.with(Op.ENABLE_SIGNALING);

    @Test
    void shouldAskTheDriverOnceWhoeverEnables() {
        DmaFence fence = fixture.fence(ops);
        fence.enableSignaling();
        fence.enableSignaling();
        fence.addCallback(logging(log, "callback"));
        assertThat(fence.waitTimeout(true, 0)).isZero();
        assertThat(ops.enables).hasValue(1);
        assertThat(fence.isSignalingEnabled()).isTrue();
        assertThat(fence.isSignaled()).isFalse();
    }

    @Test
    void shouldSetTheFlagWithoutAnOpAndOnASignaledFence() {
        DmaFence bare = fixture.fence();
        bare.enableSignaling();
        assertThat(bare.isSignalingEnabled()).isTrue();
        DmaFence done = fixture.fence(ops);
        context.signal(done);
        assertThat(done.isSignalingEnabled()).isFalse();
        done.enableSignaling();
        assertThat(done.isSignalingEnabled()).isTrue();
        assertThat(ops.enables).hasValue(0);
    }

    @Test
    void shouldSignalWithoutErrorWhenTheDriverCannot() {
        ops.onEnable = f -> false;
        DmaFence fence = fixture.fence(ops);
        fixture.clock.set(6);
        fence.enableSignaling();
        assertThat(fence.status()).isEqualTo(FenceStatus.OK);
        assertThat(fence.timestampNs()).isEqualTo(6);
        assertThat(fence.isSignalingEnabled()).isTrue();
    }

    @Test
    void shouldSignalWithTheErrorThatTheDriverSet() {
        ops.onEnable = f -> {
            context.setError(f, FenceError.ENODEV);
            return false;
        };
        DmaFence fence = fixture.fence(ops);
        assertThat(fence.addCallback(logging(log, "never"))).isFalse();
        assertThat(fence.status().error()).isEqualTo(FenceError.ENODEV);
        assertThat(log).isEmpty();
    }

    @Test
    void shouldRunOtherCallbacksWhenEnablingFails() {
        // The first comes by way of the enable op itself; the second is refused, because enabling fails.
        ops.onEnable = f -> {
            assertThat(f.addCallback(logging(log, "added while enabling"))).isTrue();
            return false;
        };
        DmaFence fence = fixture.fence(ops);
        assertThat(fence.addCallback(logging(log, "refused"))).isFalse();
        assertThat(log).containsExactly("added while enabling");
    }

    @Test
    void shouldAskInsideAReadSectionUnderTheExternalLock() {
        FenceLock lock = FenceLock.shared();
        FenceContext timeline = FenceContext.builder(fixture.runtime).lock(lock).build();
        ops.onEnable = f -> {
            log.add("section " + fixture.runtime.rcu().isHeld() + ", lock " + lock.isHeld());
            return true;
        };
        timeline.newFence(ops, 1).enableSignaling();
        assertThat(log).containsExactly("section true, lock true");
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void shouldLetTheOpSignalItsOwnFence() {
        for (boolean answer : new boolean[] {true, false}) {
            TestOps own = TestOps.with(Op.ENABLE_SIGNALING);
            own.onEnable = f -> {
                context.signal(f, FenceError.EAGAIN);
                return answer;
            };
            DmaFence fence = fixture.fence(own);
            assertThat(fence.addCallback(logging(log, "never"))).isFalse();
            assertThat(fence.status().error()).isEqualTo(FenceError.EAGAIN);
        }
        assertThat(log).isEmpty();
    }

    @Test
    void shouldLetTheOpUseItsOwnFenceInEveryOtherWay() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    ops.onEnable = f -> {
                        FenceCallback callback = logging(log, "from inside");
                        assertThat(f.addCallback(callback)).isTrue();
                        assertThat(f.removeCallback(callback)).isTrue();
                        assertThat(f.addCallback(callback)).isTrue();
                        f.enableSignaling();
                        assertThat(f.pollSignaled()).isFalse();
                        assertThat(f.waitTimeout(false, 0)).isZero();
                        assertThat(f.driverName()).isEqualTo(TestOps.DRIVER);
                        assertThat(f.retain().references()).isEqualTo(2);
                        f.release();
                        return true;
                    };
                    DmaFence fence = fixture.fence(ops);
                    assertThat(fence.addCallback(logging(log, "outer"))).isTrue();
                    context.signal(fence);
                    assertThat(log).containsExactly("from inside", "outer");
                    assertThat(ops.enables).hasValue(1);
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(LockdepReport.Kind.BLOCKING_IN_READ_SECTION);
    }

    @Test
    void shouldEnableTheFencesThatAnEnableOpDependsOn() {
        DmaFence inner = fixture.fence(TestOps.with(Op.ENABLE_SIGNALING));
        DmaFence[] chain = new DmaFence[20];
        for (int i = 0; i < chain.length; i++) {
            DmaFence next = i == 0 ? inner : chain[i - 1];
            TestOps link = TestOps.with(Op.ENABLE_SIGNALING);
            link.onEnable = f -> next.addCallback(FenceCallback.of(n -> context.signal(f)));
            chain[i] = fixture.fence(link);
        }
        DmaFence outer = chain[chain.length - 1];
        outer.enableSignaling();
        assertThat(inner.isSignalingEnabled()).isTrue();
        context.signal(inner);
        assertThat(outer.isSignaled()).isTrue();
    }

    @Test
    void shouldNotBeConfusedByTwoFencesThatEnableEachOther() {
        DmaFence[] pair = new DmaFence[2];
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            TestOps link = TestOps.with(Op.ENABLE_SIGNALING);
            link.onEnable = f -> {
                pair[other].enableSignaling();
                return true;
            };
            pair[i] = fixture.fence(link);
        }
        pair[0].enableSignaling();
        assertThat(pair[1].isSignalingEnabled()).isTrue();
        context.signal(pair[0]);
        context.signal(pair[1]);
        assertThat(pair[1].isSignaled()).isTrue();
    }
}
