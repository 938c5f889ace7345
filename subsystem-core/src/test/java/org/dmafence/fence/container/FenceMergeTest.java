package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.fence.container.Mocks.unwrapped;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What merging makes of fences that have signalled, failed, or come from one context. */
@Timeout(20)
class FenceMergeTest {
    private final Mocks mocks = new Mocks();
    private final DmaFence f1 = mocks.fence();
    private final DmaFence f2 = mocks.fence();
    private final DmaFence f3 = mocks.fence();

    private static DmaFence kernels(DmaFence... fences) {
        return FenceMerge.merge(List.of(fences), ErrorPolicy.KERNEL);
    }

    @Test
    void shouldAnswerAStubWithTheLatestTimeWhenAllHaveSignaled() {
        mocks.contextOf(f1).signalAt(f1, -40);
        mocks.contextOf(f2).signalAt(f2, -20);

        for (DmaFence merged : List.of(FenceMerge.merge(f1, f2), FenceMerge.merge(f2, f1), kernels(f1, f2))) {
            assertThat(merged.isSignaled()).isTrue();
            assertThat(merged.timestampNs()).isEqualTo(-20);
            assertThat(merged.pollStatus().error()).isNull();
            assertThat(merged.context()).isZero();
            assertThat(merged.references()).isEqualTo(1);
            assertThat(merged.isDetached()).isTrue();
        }
    }

    @Test
    void shouldKeepTheErrorOfASignaledFenceInTheStubButTheKernelDropsIt() {
        mocks.signal(f1, FenceError.EIO);
        mocks.signal(f2);

        assertThat(FenceMerge.merge(f2, f1).pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(kernels(f2, f1).pollStatus().error()).isNull();
    }

    @Test
    void shouldEndWithEnoentWhenSuccessAndEnoentAreMergedButWithSuccessInTheKernelsMode() {
        mocks.signal(f1);
        mocks.signal(f2, FenceError.ENOENT);

        assertThat(FenceMerge.merge(f1, f2).pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ENOENT));
        assertThat(FenceCauses.of(FenceMerge.merge(f1, f2)).first())
                .singleElement()
                .extracting(FenceCauses.Cause::context, FenceCauses.Cause::error)
                .containsExactly(f2.context(), FenceError.ENOENT);
        assertThat(kernels(f1, f2).pollStatus()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldKeepTheErrorOfASignaledFenceBesideTheOneThatIsLeft() {
        mocks.signal(f1, FenceError.EIO);

        DmaFence merged = FenceMerge.merge(f1, f2);
        DmaFence again = FenceMerge.merge(merged, f3);

        assertThat(unwrapped(merged)).containsExactly(f2);
        assertThat(unwrapped(again)).containsExactly(f2, f3);
        mocks.signal(f2);
        mocks.signal(f3);
        assertThat(merged.pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(again.pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(kernels(f1, mocks.fence()).errno()).isZero();
    }

    @Test
    void shouldAnswerTheOneFenceThatIsLeftWhenThereIsNothingElseToKeep() {
        mocks.signal(f1);

        assertThat(FenceMerge.merge(f1, f2)).isSameAs(f2);
        assertThat(f2.references()).isEqualTo(2);
    }

    @Test
    void shouldKeepTheErrorOfAnOlderFenceThatANewerOneHides() {
        long context = mocks.runtime.allocateContexts(1);
        DmaFence older = mocks.fence(context, 1);
        DmaFence newer = mocks.fence(context, 2);
        DmaFence kernels = kernels(older, newer);
        DmaFence merged = FenceMerge.merge(older, newer);
        DmaFence again = FenceMerge.merge(merged, f3);
        again.enableSignaling();

        mocks.signal(older, FenceError.ECANCELED);
        mocks.signal(newer);
        mocks.signal(f3);

        assertThat(kernels).isSameAs(newer);
        assertThat(merged.pollStatus().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(again.pollStatus().error()).isEqualTo(FenceError.ECANCELED);
    }

    @Test
    void shouldKeepTheErrorOfAPointThatIsNoLongerLinked() {
        FenceChain n1 = FenceChain.create(null, f1.retain(), 1);
        FenceChain n2 = FenceChain.create(n1.fence().retain(), f2.retain(), 2);
        mocks.signal(f1, FenceError.EIO);
        assertThat(n2.fence().pollSignaled()).isFalse();
        assertThat(FenceChain.walk(n2.fence().retain())).isNull();

        DmaFence merged = FenceMerge.merge(n2.fence(), f3);
        mocks.signal(f2);
        mocks.signal(f3);

        assertThat(merged.pollStatus().error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldOrderByContextAndCompareNumbersWithTheirWrap() {
        long c = mocks.runtime.allocateContexts(2);
        DmaFence before = mocks.fence(c, 0xFFFFFFFFL);
        DmaFence after = mocks.fence(c, 1);
        DmaFence other = mocks.fence(c + 1, 1);

        assertThat(unwrapped(FenceMerge.merge(other, after, before))).containsExactly(after, other);
        assertThat(unwrapped(kernels(before, other, after))).containsExactly(after, other);
    }

    @Test
    void shouldShowTheLastOfEquallyNewFences() {
        DmaFence a = mocks.fence(77, 1);
        DmaFence b = mocks.fence(77, 1);

        assertThat(kernels(a, b)).isSameAs(b);
        assertThat(kernels(b, a)).isSameAs(a);
        assertThat(unwrapped(FenceMerge.merge(a, b))).containsExactly(b);
    }

    @Test
    void shouldDropTheReferencesItTookWhenReleased() {
        DmaFence merged = FenceMerge.merge(f1, f2, f1, f2);
        assertThat(f1.references()).isEqualTo(2);
        assertThat(merged.seqno()).isEqualTo(1);

        merged.release();

        assertThat(f1.references()).isEqualTo(1);
        assertThat(f2.references()).isEqualTo(1);
    }

    @Test
    void shouldLeaveNoReferenceBehindWhenUnwrappingStopsEarly() {
        FenceChain n1 = FenceChain.create(f1.retain(), f2.retain(), 1);
        try (FenceUnwrap unwrap = FenceUnwrap.of(n1.fence())) {
            assertThat(unwrap.next()).isSameAs(f2);
            assertThat(n1.fence().references()).isEqualTo(2);
        }
        assertThat(n1.fence().references()).isEqualTo(1);
        assertThat(FenceUnwrap.of(null).next()).isNull();
    }

    @Test
    void shouldRefuseToMergeNothing() {
        assertThatThrownBy(FenceMerge::merge).isInstanceOf(IllegalArgumentException.class);
    }
}
