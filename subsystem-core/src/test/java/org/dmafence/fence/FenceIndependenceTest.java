package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

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
    void shouldNotDependOnALockThatBelongsToNobody() {
        FenceContext context = with(FenceLock.shared());
        DmaFence fence = context.newFence(TestOps.with(), 1);
        context.signal(fence);
        assertThat(fence.independence().independent()).isTrue();
    }

    @Test
    void shouldNameEveryReasonAtOnce() {
        DmaFence fence = with(FenceLock.ownedBy(this)).newFence(TestOps.with(Op.WAIT), 1);
        assertThat(fence.independence().failing()).containsOnly(Condition.values());
        assertThat(fence.independence().reason().split("; ")).hasSize(3);
    }
}
