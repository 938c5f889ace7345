package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an array does with its fences, step by step; the reference counts are the kernel's. */
@Timeout(20)
class FenceArrayTest {
    private final Mocks mocks = new Mocks();
    private final Mocks.Mock m1 = mocks.mock("f1", 1);
    private final Mocks.Mock m2 = mocks.mock("f2", 2);
    private final Mocks.Mock m3 = mocks.mock("f3", 3);
    private final DmaFence f1 = m1.fence();
    private final DmaFence f2 = m2.fence();
    private final DmaFence f3 = m3.fence();

    private static DmaFence array(ErrorPolicy policy, DmaFence... fences) {
        for (DmaFence fence : fences) {
            fence.retain();
        }
        return FenceArray.create(List.of(fences), 500, 1, policy).fence();
    }

    private static DmaFence array(DmaFence... fences) {
        return array(ErrorPolicy.KEEP_FIRST, fences);
    }

    @Test
    void shouldSignalWhenAllHaveSignaled() {
        DmaFence a = array(f1, f2, f3);
        assertThat(a.driverName()).isEqualTo("dma_fence_array");
        assertThat(a.timelineName()).isEqualTo("unbound");
        assertThat(a.isSeqno64()).isFalse();
        assertThat(a.errno()).isZero();

        assertThat(a.addCallback(mocks.logging("cb"))).isTrue();

        assertThat(mocks.log).containsExactly("enable f1", "enable f2", "enable f3");
        assertThat(a.references()).isEqualTo(4);
        mocks.signal(f2);
        assertThat(a.pollSignaled()).isFalse();
        assertThat(a.references()).isEqualTo(3);
        mocks.signal(f1);
        assertThat(a.pollSignaled()).isFalse();
        mocks.signal(f3);
        assertThat(mocks.log).endsWith("cb");
        assertThat(a.isSignaled()).isTrue();
        assertThat(a.pollStatus().isError()).isFalse();
        assertThat(a.references()).isEqualTo(1);
        assertThat(a.isDetached()).isFalse();
    }

    @Test
    void shouldDropItsFencesWithItsLastReference() {
        DmaFence a = array(f1, f2);
        f1.release();
        f2.release();
        assertThat(mocks.log).isEmpty();

        a.release();

        assertThat(mocks.log).containsExactly("release f1", "release f2");
    }

    @Test
    void shouldStayAliveUntilSignaledWhenEnabled() {
        DmaFence a = array(f1, f2);
        a.addCallback(mocks.logging("cb"));
        a.release();
        assertThat(a.references()).isEqualTo(2);

        mocks.signal(f1);
        mocks.signal(f2);

        assertThat(mocks.log).endsWith("cb");
        assertThat(a.isFreed()).isTrue();
        assertThat(mocks.reports).isEmpty();
    }

    @Test
    void shouldKeepTheErrorOfTheFenceThatSignaledFirst() {
        DmaFence a = array(f1, f2, f3);
        a.enableSignaling();

        mocks.signal(f3, FenceError.EIO);
        assertThat(a.pollStatus().signaled()).isFalse();
        assertThat(a.errno()).isEqualTo(FenceError.EIO.errno());
        mocks.signal(f1, FenceError.ETIME);
        mocks.signal(f2);

        assertThat(a.pollStatus().error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldKeepAnErrorFoundByPollingAloneButTheKernelForgetsIt() {
        DmaFence kept = array(f1, f2);
        DmaFence kernels = array(ErrorPolicy.KERNEL, f1, f2);
        mocks.signal(f1, FenceError.EIO);
        assertThat(kept.pollSignaled()).isFalse();
        mocks.signal(f2);

        assertThat(kept.isSignaled()).isFalse();
        assertThat(kept.pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(kernels.pollStatus().signaled()).isTrue();
        assertThat(kernels.pollStatus().error()).isNull();
        assertThat(kernels.isSignalingEnabled()).isFalse();
    }

    @Test
    void shouldSignalWhileEnablingWhenAllHaveSignaled() {
        for (ErrorPolicy policy : ErrorPolicy.values()) {
            DmaFence a = array(policy, f1, f2);
            if (!f1.isSignaled()) {
                mocks.signal(f1);
                mocks.signal(f2, FenceError.ECANCELED);
            }

            assertThat(a.addCallback(mocks.logging("cb"))).isFalse();

            assertThat(a.pollStatus().error()).as("%s", policy).isEqualTo(FenceError.ECANCELED);
            assertThat(a.references()).isEqualTo(1);
        }
    }

    @Test
    void shouldCountAFenceThatCannotBeEnabledAsSignaled() {
        m1.table().enables = false;
        DmaFence a = array(f1, f2);

        assertThat(a.addCallback(mocks.logging("cb"))).isTrue();
        assertThat(f1.isSignaled()).isTrue();
        mocks.signal(f2);

        assertThat(mocks.log).containsExactly("enable f1", "enable f2", "cb");
    }

    @Test
    void shouldNotAskEnabledFencesWhenPolled() {
        DmaFence a = array(f1, f2);
        a.enableSignaling();
        m1.table().done = true;
        m2.table().done = true;

        assertThat(a.pollSignaled()).isFalse();
        assertThat(f1.pollSignaled()).isTrue();
        assertThat(a.pollSignaled()).isFalse();
        assertThat(f2.pollSignaled()).isTrue();

        assertThat(a.isSignaled()).isTrue();
    }

    @Test
    void shouldSignalAfterTheOtherCallbacksOfAFenceAndTheLastDeferredFirst() {
        DmaFence a = array(f1, f2);
        DmaFence b = array(f2, f1);
        DmaFence d = array(f1);
        b.addCallback(mocks.logging("b"));
        a.addCallback(mocks.logging("a"));
        d.addCallback(mocks.logging("d"));
        f1.addCallback(mocks.logging("f1's own"));
        mocks.signal(f2);
        mocks.log.clear();

        mocks.signal(f1);

        assertThat(mocks.log).containsExactly("f1's own", "d", "a", "b");
    }

    @Test
    void shouldNotRecurseWhenAThousandArraysCompleteOneAnother() {
        DmaFence[] nested = new DmaFence[500];
        DmaFence inner = f1;
        for (int i = 0; i < nested.length; i++) {
            nested[i] = array(inner);
            inner = nested[i];
        }
        inner.addCallback(mocks.logging("outermost"));
        int[] depth = {0};
        nested[nested.length - 2].addCallback(org.dmafence.fence.FenceCallback.of(
                fence -> depth[0] = Thread.currentThread().getStackTrace().length));

        mocks.signal(f1);

        assertThat(mocks.log).endsWith("outermost");
        assertThat(depth[0]).isBetween(1, 200);
        assertThat(mocks.reports).hasSize(nested.length - 1).allMatch(r -> r.contains("container"));
    }

    @Test
    void shouldForwardDeadlines() {
        array(f1, f2).setDeadline(77);

        assertThat(mocks.log).containsExactly("deadline f1 77", "deadline f2 77");
    }

    @Test
    void shouldMatchAContextOnlyWhenAllFencesDo() {
        DmaFence g1 = mocks.fence(1, 2);
        DmaFence same = array(f1, g1);
        DmaFence mixed = array(f1, f2);

        assertThat(FenceArray.matchesContext(same, 1)).isTrue();
        assertThat(FenceArray.matchesContext(same, 500)).isFalse();
        assertThat(FenceArray.matchesContext(mixed, 1)).isFalse();
        assertThat(FenceArray.matchesContext(f3, 3)).isTrue();
        assertThat(FenceArray.matchesContext(f3, 1)).isFalse();
        assertThat(FenceArray.isArray(same)).isTrue();
        assertThat(FenceArray.isArray(f1)).isFalse();
        assertThat(FenceArray.fencesOf(f1)).containsExactly(f1);
        assertThat(FenceArray.fencesOf(mixed)).containsExactly(f1, f2);
    }

    @Test
    void shouldRefuseToBeEmpty() {
        assertThatThrownBy(() -> FenceArray.create(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stub");
    }
}
