package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceIndependence.Condition;
import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.Test;

class FenceIndependenceTest {
    private final FenceFixture fixture = new FenceFixture();

    private FenceContext with(FenceLock lock) {
        return FenceContext.builder(fixture.runtime).lock(lock).build();
    }

    @Test
    void shouldBeIndependentOnceSignaledAndDetachedWithAnInlineLock() {
        DmaFence fence = fixture.fence();
        assertThat(fence.independence().failing()).containsOnly(Condition.SIGNALED, Condition.DETACHED);
        fixture.context.signal(fence);
        assertThat(fence.independence().independent()).isTrue();
        assertThat(fence.independence().reason()).isEqualTo("independent");
    }

    @Test
    void shouldDependWhileItKeepsItsOps() {
        for (Op op : new Op[] {Op.WAIT, Op.RELEASE}) {
            DmaFence fence = fixture.fence(TestOps.with(op));
            fixture.context.signal(fence);
            assertThat(fence.independence().failing()).containsExactly(Condition.DETACHED);
            assertThat(fence.independence().reason()).contains("wait or release");
        }
    }

    @Test
    void shouldDependOnALockInTheIssuersMemory() {
        FenceLock lock = FenceLock.ownedBy(new Object());
        FenceContext context = with(lock);
        DmaFence fence = context.newFence(TestOps.with(), 1);
        context.signal(fence);
        assertThat(fence.independence().failing()).containsExactly(Condition.LOCK);
        assertThat(fence.independence().reason()).isEqualTo("its lock lies in the issuer's memory");
        lock.sever();
        assertThat(lock.owner()).isNull();
        assertThat(fence.independence().independent()).isTrue();
    }

    @Test
    void shouldDependWhileItsCallbacksRun() {
        DmaFence fence = fixture.fence();
        List<FenceIndependence> seen = new ArrayList<>();
        fence.addCallback(FenceCallback.of(f -> seen.add(f.independence())));
        fence.addCallback(FenceCallback.of(f -> seen.add(f.independence())));
        fixture.context.signal(fence);
        assertThat(seen).hasSize(2).allSatisfy(during -> {
            assertThat(during.failing()).containsExactly(Condition.CALLBACKS);
            assertThat(during.reason()).isEqualTo("its callbacks have not all run, and may be the issuer's");
        });
        assertThat(fence.independence().independent()).isTrue();
    }

    @Test
    void shouldDependWhenTheIssuerOnlyBeganToSignal() {
        DmaFence fence = fixture.fence();
        fence.addCallback(FenceCallback.of(f -> {}));
        fixture.context.beginSignal(fence);
        assertThat(fence.independence().failing()).containsOnly(Condition.DETACHED, Condition.CALLBACKS);
        fixture.context.finishSignal(fence, 1);
        assertThat(fence.independence().independent()).isTrue();
    }

    @Test
    void shouldNotDependOnALockThatBelongsToNobody() {
        FenceContext context = with(FenceLock.shared());
        DmaFence fence = context.newFence(TestOps.with(), 1);
        context.signal(fence);
        assertThat(fence.independence().independent()).isTrue();
    }

    @Test
    void shouldNameEveryReasonAtOnce() {
        DmaFence fence = with(FenceLock.ownedBy(this)).newFence(TestOps.with(Op.WAIT), 1);
        assertThat(fence.independence().failing()).containsOnly(Condition.SIGNALED, Condition.DETACHED, Condition.LOCK);
        assertThat(fence.independence().reason().split("; ")).hasSize(3);
    }
}
