package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.fence.FenceOps.Op;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whoever drops the last reference is preempted before the read section in which the release op is asked, and the
 * issuer is unloaded meanwhile: schedule {@code release-vs-unload}. No grace period waits for such a thread.
 */
class LateReleaseTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceLedger ledger = new FenceLedger("mod", false);
    private final TestOps ops = TestOps.with(Op.RELEASE);
    private final FenceContext context =
            FenceContext.builder(fixture.runtime).ledger(ledger).build();
    private final DmaFence fence = context.newFence(ops, 1);

    @BeforeEach
    void dropTheLastReference() {
        assertThat(fence.addReferences(-1)).isEqualTo(1);
        assertThat(fence.isFreed()).isTrue();
    }

    @Test
    void shouldBeFoundByOrderlyUnloading() {
        context.signal(fence);
        assertThat(ledger.dependents()).extracting(FenceLedger.Entry::fence).containsExactly(fence);
        fence.releaseLast();
        assertThat(ledger.dependents()).isEmpty();
        assertThat(ops.releases).hasValue(1);
    }

    @Test
    void shouldMeetTheTombstoneOfForcedUnloading() {
        assertThat(ledger.signalAll(null)).isEqualTo(1);
        fixture.runtime.rcu().synchronize();
        assertThat(ledger.entomb(attached -> new TestTombstone())).isEqualTo(1);
        fixture.runtime.rcu().synchronize();
        fence.releaseLast();
        assertThat(fixture.reports.of(FenceReporter.Kind.OP_FAILED))
                .singleElement()
                .asString()
                .contains("ModuleGoneException");
        assertThat(ops.releases).hasValue(0);
        assertThat(fence.isDetached()).isTrue();
    }

    @Test
    void shouldBeFoundWhenItSignaledBefore() {
        DmaFence early = context.newFence(ops, 2);
        context.signal(early);
        assertThat(early.addReferences(-1)).isEqualTo(1);
        assertThat(ledger.kept()).extracting(FenceLedger.Entry::fence).containsExactly(early);
        early.releaseLast();
        assertThat(ledger.kept()).isEmpty();
    }
}
