package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.fence.container.Mocks.unwrapped;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a chain does with its links, step by step; numbers and reference counts are the kernel's. */
@Timeout(20)
class FenceChainTest {
    private final Mocks mocks = new Mocks();
    private final Mocks.Mock m1 = mocks.mock("f1", 1);
    private final Mocks.Mock m2 = mocks.mock("f2", 2);
    private final Mocks.Mock m3 = mocks.mock("f3", 3);
    private final DmaFence f1 = m1.fence();
    private final DmaFence f2 = m2.fence();
    private final DmaFence f3 = m3.fence();

    private static FenceChain link(ErrorPolicy policy, @Nullable FenceChain prev, DmaFence fence, long point) {
        return FenceChain.create(prev == null ? null : prev.fence().retain(), fence.retain(), point, policy);
    }

    private static FenceChain link(@Nullable FenceChain prev, DmaFence fence, long point) {
        return link(ErrorPolicy.KEEP_FIRST, prev, fence, point);
    }

    @Test
    void shouldStartANewContextWhenThePointIsNotLater() {
        FenceChain n1 = link(null, f1, 10);
        FenceChain n2 = link(n1, f1, 5);
        FenceChain n3 = link(n2, f1, 10);
        FenceChain n4 = link(n3, f1, 11);

        assertThat(List.of(n1.seqno(), n2.seqno(), n3.seqno(), n4.seqno())).containsExactly(10L, 10L, 10L, 11L);
        assertThat(List.of(n1.prevSeqno(), n2.prevSeqno(), n3.prevSeqno(), n4.prevSeqno()))
                .containsExactly(0L, 0L, 0L, 10L);
        assertThat(n2.fence().context()).isNotEqualTo(n1.fence().context());
        assertThat(n3.fence().context()).isNotEqualTo(n2.fence().context());
        assertThat(n4.fence().context()).isEqualTo(n3.fence().context());
        assertThat(n2.prev()).isSameAs(n1.fence());
        assertThat(n1.fence().driverName()).isEqualTo("dma_fence_chain");
        assertThat(n1.fence().timelineName()).isEqualTo("unbound");
    }

    @Test
    void shouldCompareThePointsAs64UnsignedBits() {
        FenceChain n1 = link(null, f1, Long.MAX_VALUE);
        FenceChain n2 = link(n1, f2, -1);

        assertThat(n2.fence().context()).isEqualTo(n1.fence().context());
        FenceChain.Found found = FenceChain.findSeqno(n2.fence(), Long.MIN_VALUE);
        assertThat(found).isNotNull().extracting(FenceChain.Found::fence).isSameAs(n2.fence());
        assertThat(FenceChain.findSeqno(n1.fence(), -1)).isNull();
    }

    @Test
    void shouldWaitForOneFenceAfterTheOtherFromTheNewestBack() {
        FenceChain n1 = link(null, f1, 1);
        FenceChain n2 = link(n1, f2, 2);
        FenceChain n3 = link(n2, f3, 3);
        mocks.signal(f3);
        n3.fence().addCallback(mocks.logging("c3"));
        assertThat(f1.isSignalingEnabled()).isFalse();
        assertThat(f2.references()).isEqualTo(3);

        mocks.signal(f2);
        assertThat(f1.isSignalingEnabled()).isTrue();
        assertThat(f1.references()).isEqualTo(3);
        mocks.signal(f1);

        assertThat(mocks.log).containsExactly("enable f2", "enable f1", "c3");
        assertThat(n3.fence().references()).isEqualTo(1);
        assertThat(n3.prev()).isNull();
    }

    @Test
    void shouldUnlinkASignaledPointBehindAnUnsignaledOne() {
        FenceChain n1 = link(null, f1, 1);
        FenceChain n2 = link(n1, f2, 2);
        FenceChain n3 = link(n2, f3, 3);
        n1.fence().release();
        n2.fence().release();
        mocks.signal(f2);

        DmaFence next = FenceChain.walk(n3.fence().retain());

        assertThat(next).isSameAs(n1.fence());
        n1.fence().release();
        assertThat(n2.fence().isFreed()).isTrue();
        assertThat(n3.prev()).isSameAs(n1.fence());
        assertThat(n1.fence().references()).isEqualTo(1);
    }

    @Test
    void shouldTakeAPlainFenceForTheBeginning() {
        FenceChain n1 = FenceChain.create(f1.retain(), f2.retain(), 10);
        assertThat(unwrapped(n1.fence())).containsExactly(f2, f1);
        n1.fence().addCallback(mocks.logging("c1"));

        mocks.signal(f2);
        assertThat(n1.fence().pollSignaled()).isFalse();
        mocks.signal(f1, FenceError.EIO);

        assertThat(mocks.log).containsExactly("enable f2", "enable f1", "c1");
        assertThat(n1.fence().pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(FenceChain.walk(f1.retain())).isNull();
        assertThat(FenceChain.contained(f1)).isSameAs(f1);
    }

    @Test
    void shouldReleaseLinksOnlyAsFarAsNobodyElseHoldsThem() {
        FenceChain n1 = link(null, f1, 1);
        FenceChain n2 = link(n1, f1, 2);
        FenceChain n3 = link(n2, f1, 3);
        n1.fence().release();

        n3.fence().release();

        assertThat(n3.fence().isFreed()).isTrue();
        assertThat(n2.fence().references()).isEqualTo(1);
        assertThat(n2.prev()).isSameAs(n1.fence());
        n2.fence().release();
        assertThat(n1.fence().isFreed()).isTrue();
        assertThat(f1.references()).isEqualTo(1);
    }

    @Test
    void shouldStayAliveUntilSignaledWhenEnabled() {
        FenceChain n1 = link(null, f1, 1);
        n1.fence().addCallback(mocks.logging("c1"));
        n1.fence().release();
        assertThat(n1.fence().isFreed()).isFalse();

        mocks.signal(f1);

        assertThat(mocks.log).containsExactly("enable f1", "c1");
        assertThat(n1.fence().isFreed()).isTrue();
    }

    @Test
    void shouldSignalTheChainsOnAFenceTheLastDeferredFirst() {
        FenceChain n = link(null, f1, 1);
        FenceChain m = link(null, f1, 1);
        n.fence().addCallback(mocks.logging("n"));
        m.fence().addCallback(mocks.logging("m"));

        mocks.signal(f1);

        assertThat(mocks.log).containsExactly("enable f1", "m", "n");
    }

    @Test
    void shouldKeepTheErrorOfTheEarliestPointButTheKernelForgetsIt() {
        for (ErrorPolicy policy : ErrorPolicy.values()) {
            DmaFence a = mocks.fence();
            DmaFence b = mocks.fence();
            DmaFence c = mocks.fence();
            FenceChain n1 = link(policy, null, a, 1);
            FenceChain n2 = link(policy, n1, b, 2);
            FenceChain n3 = link(policy, n2, c, 3);
            n3.fence().enableSignaling();

            mocks.signal(b, FenceError.ETIME);
            mocks.signal(c, FenceError.EINVAL);
            mocks.signal(a, FenceError.EIO);

            boolean keeps = policy == ErrorPolicy.KEEP_FIRST;
            assertThat(n3.fence().isSignaled()).isTrue();
            assertThat(n3.fence().pollStatus().error()).isEqualTo(keeps ? FenceError.EIO : null);
            assertThat(n2.fence().pollStatus().error()).isEqualTo(keeps ? FenceError.EIO : null);
            assertThat(n1.fence().pollStatus().error()).isEqualTo(keeps ? FenceError.EIO : null);
        }
    }

    @Test
    void shouldTellTheErrorOfAPointThatIsNoLongerLinked() {
        FenceChain n1 = link(null, f1, 1);
        FenceChain n2 = link(n1, f2, 2);
        FenceChain n3 = link(n2, f3, 3);
        mocks.signal(f2, FenceError.ETIME);

        assertThat(FenceChain.findSeqno(n3.fence(), 2)).isEqualTo(new FenceChain.Found(n1.fence(), FenceError.ETIME));
        assertThat(FenceChain.findSeqno(n3.fence(), 1)).isEqualTo(new FenceChain.Found(n1.fence(), null));
        mocks.signal(f1);
        assertThat(FenceChain.findSeqno(n3.fence(), 2)).isEqualTo(new FenceChain.Found(null, FenceError.ETIME));
        assertThat(FenceChain.findSeqno(n3.fence(), 1)).isEqualTo(new FenceChain.Found(null, null));
    }

    @Test
    void shouldFindTheStartOfAContextForPointsBeforeIt() {
        FenceChain n1 = link(null, f1, 5);
        FenceChain n2 = link(n1, f2, 3);
        FenceChain n3 = link(n2, f3, 9);

        for (long point : new long[] {2, 4, 5}) {
            assertThat(FenceChain.findSeqno(n3.fence(), point)).isEqualTo(new FenceChain.Found(n2.fence(), null));
        }
        assertThat(FenceChain.findSeqno(n3.fence(), 6)).isEqualTo(new FenceChain.Found(n3.fence(), null));
    }

    @Test
    void shouldForwardDeadlinesToEveryPoint() {
        link(link(null, f1, 1), f2, 2).fence().setDeadline(9);

        assertThat(mocks.log).containsExactly("deadline f2 9", "deadline f1 9");
    }

    @Test
    void shouldReportAChainInAChain() {
        FenceChain inner = link(null, f1, 1);

        link(null, inner.fence(), 2);

        assertThat(mocks.reports).singleElement().asString().contains("chain");
    }

    @Test
    void shouldNotHangOnALinkThatWasReleasedTooOften() {
        DmaFence first = mocks.fence(1, 1);
        DmaFence link = FenceChain.create(null, first, 1).fence();
        FenceChain head = FenceChain.create(link.retain(), mocks.fence(2, 1), 2);
        link.release();
        link.release(); // the head's

        assertThat(FenceChain.walk(head.fence().retain())).isNull();

        assertThat(mocks.reports).anyMatch(report -> report.contains("released more often than retained"));
        mocks.signal(head.contained());
        assertThat(head.fence().pollStatus().error()).isEqualTo(FenceError.EDEADLK);
    }
}
