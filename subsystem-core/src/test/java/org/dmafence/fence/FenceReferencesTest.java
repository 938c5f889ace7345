package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceReporter.Kind;
import org.dmafence.rcu.RcuReference;
import org.junit.jupiter.api.Test;

/** References, and what the last one's end brings about. */
class FenceReferencesTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceContext context = fixture.context;
    private final List<String> log = new ArrayList<>();

    @Test
    void shouldLiveUntilTheLastReferenceIsReleased() {
        DmaFence fence = fixture.fence();
        assertThat(fence.retain()).isSameAs(fence);
        assertThat(fence.references()).isEqualTo(2);
        fence.release();
        assertThat(fence.isFreed()).isFalse();
        fence.release();
        assertThat(fence.isFreed()).isTrue();
        assertThat(fence.references()).isZero();
    }

    @Test
    void shouldRefuseReferencesToAFreedFence() {
        DmaFence fence = fixture.fence();
        fence.release();
        assertThat(fence.tryRetain()).isFalse();
        assertThatThrownBy(fence::retain)
                .isInstanceOf(FenceFreedException.class)
                .hasMessageContaining("retained");
        assertThat(fence.references()).isZero();
    }

    @Test
    void shouldReportAReleaseTooManyAndStayFreed() {
        DmaFence fence = fixture.fence(TestOps.with(Op.RELEASE));
        fence.release();

        fence.release();
        fence.release();

        assertThat(fixture.reports.of(Kind.WARN)).hasSize(2).allMatch(text -> text.contains("released more often"));
        assertThat(fence.references()).isZero();
        assertThat(fence.isFreed()).isTrue();
        assertThat(fence.tryRetain()).isFalse();
    }

    @Test
    void shouldNeverFreeAFenceWhoseReferencesOverflowed() {
        TestOps ops = TestOps.with(Op.RELEASE);
        DmaFence fence = fixture.fence(ops);
        int counted = fence.addReferences(Integer.MAX_VALUE - 1);
        assertThat(counted).isEqualTo(1);

        fence.retain();
        assertThat(fixture.reports.of(Kind.WARN)).singleElement().asString().contains("saturated");
        for (int i = 0; i < 100; i++) {
            fence.release();
            assertThat(fence.tryRetain()).isTrue();
            fence.release();
        }

        assertThat(fence.isFreed()).isFalse();
        assertThat(fence.references()).isEqualTo(Integer.MAX_VALUE);
        assertThat(ops.releases).hasValue(0);
        assertThat(fixture.reports.all()).as("told once").hasSize(1);
    }

    @Test
    void shouldNotThrowAtWhoeverDropsTheLastReferenceOfAnUnloadedModulesFence() {
        DmaFence fence = fixture.fence(TestOps.with(Op.RELEASE));
        context.signal(fence);
        assertThat(fence.entomb(new TestTombstone())).isTrue();

        fence.release();

        assertThat(fence.isFreed()).isTrue();
        assertThat(fence.isDetached()).isTrue();
        assertThat(fixture.reports.of(Kind.OP_FAILED))
                .singleElement()
                .asString()
                .contains("i10");
    }

    @Test
    void shouldTakeTheFenceOfASlotWhileItIsReferenced() {
        DmaFence fence = fixture.fence();
        RcuReference<DmaFence> slot = new RcuReference<>(fixture.runtime.rcu(), null);
        fixture.inReadSection(() -> assertThat(DmaFence.retainFrom(slot)).isNull());
        slot.assign(fence);
        fixture.inReadSection(() -> assertThat(DmaFence.retainFrom(slot)).isSameAs(fence));
        assertThat(fence.references()).isEqualTo(2);
    }

    @Test
    void shouldFreeAnUnsignaledFenceWithoutCallbacksInSilence() {
        DmaFence fence = fixture.fence();
        fence.enableSignaling();
        fence.release();
        assertThat(fence.isFreed()).isTrue();
        assertThat(fence.isSignaled()).isFalse();
        assertThat(fence.isDetached()).isTrue();
        assertThat(fixture.reports.all()).isEmpty();
    }

    @Test
    void shouldReportPendingCallbacksAndSignalThemEdeadlk() {
        FenceContext issuer = FenceContext.builder(fixture.runtime).id(0x1fL).build();
        DmaFence fence = issuer.newFence(TestOps.with(), 0xabcL);
        fence.addCallback(FenceCallback.of(f -> log.add(f.references() + " " + f.pollStatus())));

        fence.release();

        assertThat(log).containsExactly("0 -EDEADLK");
        assertThat(fixture.reports.of(Kind.WARN))
                .containsExactly("Fence test-driver:test-timeline:31:2748 released with pending signals!");
        assertThat(fence.isSignaled()).isTrue();
        assertThat(fence.isFreed()).isTrue();
    }

    @Test
    void shouldWarnAboutPendingCallbacksEvenWhenTheDriverIsGone() {
        TestOps ops = TestOps.with();
        DmaFence fence = fixture.fence(ops);
        fence.addCallback(FenceFixture.logging(log, "ran"));
        ops.onName = name -> {
            throw new ModuleGoneException("m", "driverName", "fence");
        };

        fence.release();

        assertThat(log).containsExactly("ran");
        assertThat(fixture.reports.of(Kind.WARN)).singleElement().asString().contains("test-driver:test-timeline:");
    }

    @Test
    void shouldNotWarnWhenTheCallbackWasRemovedOrHasRun() {
        DmaFence removed = fixture.fence();
        FenceCallback callback = FenceFixture.logging(log, "ran");
        removed.addCallback(callback);
        removed.removeCallback(callback);
        removed.release();
        DmaFence ran = fixture.fence();
        ran.addCallback(callback);
        context.signal(ran);
        ran.release();
        assertThat(fixture.reports.all()).isEmpty();
        assertThat(log).containsExactly("ran");
    }

    @Test
    void shouldCallTheReleaseOpOnceAndInsideAReadSection() {
        TestOps ops = TestOps.with(Op.RELEASE);
        ops.onRelease = f -> log.add("release, held " + fixture.runtime.rcu().isHeld() + ", " + f.references());
        DmaFence fence = fixture.fence(ops);
        context.signal(fence);
        assertThat(fence.isDetached()).isFalse();

        fence.release();

        assertThat(log).containsExactly("release, held true, 0");
        assertThat(ops.releases).hasValue(1);
        assertThat(fence.isDetached()).as("freed").isTrue();
    }

    @Test
    void shouldSignalPendingCallbacksBeforeTheReleaseOp() {
        TestOps ops = TestOps.with(Op.RELEASE);
        ops.onRelease = f -> log.add("release after " + f.pollStatus());
        DmaFence fence = fixture.fence(ops);
        fence.addCallback(FenceCallback.of(f -> log.add("callback")));
        fence.release();
        assertThat(log).containsExactly("callback", "release after -EDEADLK");
    }

    @Test
    void shouldNotCallTheReleaseOpOfADetachedFence() {
        // Pending callbacks detach a fence without wait and release; with both ops it stays attached.
        for (Op op : new Op[] {Op.WAIT, Op.SIGNALED}) {
            TestOps ops = TestOps.with(op);
            DmaFence fence = fixture.fence(ops);
            context.signal(fence);
            fence.release();
            assertThat(ops.releases).hasValue(0);
        }
    }

    @Test
    void shouldLetACallbackReleaseTheLastReference() {
        TestOps ops = TestOps.with(Op.RELEASE);
        DmaFence fence = fixture.fence(ops);
        fence.addCallback(FenceCallback.of(DmaFence::release));
        fence.addCallback(FenceFixture.logging(log, "after"));

        context.signal(fence);

        assertThat(ops.releases).hasValue(1);
        assertThat(fence.isFreed()).isTrue();
        assertThat(log).containsExactly("after");
        assertThat(fixture.reports.all()).isEmpty();
    }
}
