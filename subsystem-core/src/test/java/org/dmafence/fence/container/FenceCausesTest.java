package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.container.FenceCauses.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who failed, as told by each kind of container. */
@Timeout(20)
class FenceCausesTest {
    private final Mocks mocks = new Mocks();
    private final DmaFence f1 = mocks.fence(101, 1);
    private final DmaFence f2 = mocks.fence(102, 2);
    private final DmaFence f3 = mocks.fence(103, 3);

    private static Cause cause(DmaFence fence, FenceError error) {
        return new Cause(fence.context(), fence.seqno(), "mock-driver", "mock-timeline", error);
    }

    private static List<Cause> causes(DmaFence fence) {
        return FenceCauses.of(fence).first();
    }

    private static DmaFence array(DmaFence... fences) {
        for (DmaFence fence : fences) {
            fence.retain();
        }
        return FenceArray.create(List.of(fences)).fence();
    }

    private static DmaFence link(DmaFence prev, DmaFence fence, long point) {
        return FenceChain.create(prev.retain(), fence.retain(), point).fence();
    }

    @Test
    void shouldTellThatAPlainFenceFailedItself() {
        mocks.signal(f1, FenceError.EIO);
        mocks.signal(f2);
        mocks.contextOf(f3).setError(f3, FenceError.ETIME);

        assertThat(causes(f1)).containsExactly(cause(f1, FenceError.EIO));
        assertThat(FenceCauses.of(f2).isEmpty()).isTrue();
        assertThat(FenceCauses.of(f3).isEmpty()).as("not signalled yet").isTrue();
        assertThat(FenceCauses.of(f1)).hasToString("mock-driver mock-timeline 101:1 -EIO");
    }

    @Test
    void shouldTellTheFailedFencesOfAnArrayByIndex() {
        DmaFence a = array(f1, f2, f3);
        a.enableSignaling();
        mocks.signal(f3, FenceError.EIO);
        assertThat(causes(a)).as("before it signals").containsExactly(cause(f3, FenceError.EIO));
        mocks.signal(f2);
        mocks.signal(f1, FenceError.ETIME);

        assertThat(causes(a)).containsExactly(cause(f1, FenceError.ETIME), cause(f3, FenceError.EIO));
        assertThat(a.pollStatus().error()).as("the first in time").isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldTellTheFailedPointsOfAChainWhetherLinkedOrNot() {
        DmaFence n2 = link(f1, f2, 2);
        DmaFence n3 = link(n2, f3, 3);
        n2.release();
        mocks.signal(f2, FenceError.ETIME);
        mocks.signal(f3, FenceError.EINVAL);
        Cause second = cause(f2, FenceError.ETIME);
        Cause third = cause(f3, FenceError.EINVAL);
        assertThat(causes(n3)).as("linked").containsExactly(second, third);

        FenceChain.walk(n3.retain());
        assertThat(n2.isFreed()).isTrue();
        assertThat(causes(n3)).as("unlinked").containsExactly(second, third);
        mocks.signal(f1, FenceError.EIO);

        assertThat(n3.pollSignaled()).isTrue();
        assertThat(causes(n3)).containsExactly(cause(f1, FenceError.EIO), second, third);
        assertThat(n3.pollStatus().error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldTellWhatHadSignaledBeforeAMerge() {
        mocks.signal(f1, FenceError.EIO);
        DmaFence half = FenceMerge.merge(f1, f2);
        DmaFence more = FenceMerge.merge(half, f3);
        mocks.signal(f2, FenceError.ETIME);
        mocks.signal(f3);
        DmaFence stub = FenceMerge.merge(more, f1);
        DmaFence stubs = FenceMerge.merge(f3, stub);

        for (DmaFence merged : List.of(half, more, stub, stubs)) {
            assertThat(causes(merged))
                    .as("%s", merged)
                    .containsExactly(cause(f1, FenceError.EIO), cause(f2, FenceError.ETIME));
            assertThat(merged.pollStatus().error()).isEqualTo(FenceError.EIO);
        }
    }

    @Test
    void shouldTellOfEveryNestedFenceOnce() {
        DmaFence inner = array(f1, f2);
        DmaFence chain = link(inner, array(f2, inner), 1);
        DmaFence outer = array(chain, inner, f1);
        mocks.signal(f1, FenceError.EIO);
        mocks.signal(f2, FenceError.ETIME);

        assertThat(outer.pollSignaled()).isTrue();
        assertThat(causes(outer)).containsExactlyInAnyOrder(cause(f1, FenceError.EIO), cause(f2, FenceError.ETIME));
    }

    @Test
    void shouldTellFailuresOfNoTimelineApart() {
        mocks.signal(f1, FenceError.EIO);
        DmaFence stub = mocks.runtime.allocateStub(1, FenceError.EIO);
        DmaFence another = mocks.runtime.allocateStub(2, FenceError.EIO);

        assertThat(causes(array(stub, another, f1, f1))).hasSize(3);
    }

    @Test
    void shouldTellWhatTheKernelForgetsAsFarAsItIsHeld() {
        f1.retain();
        f2.retain();
        DmaFence a =
                FenceArray.create(List.of(f1, f2), 7, 1, ErrorPolicy.KERNEL).fence();
        mocks.signal(f1, FenceError.EIO);
        mocks.signal(f2);

        assertThat(a.pollStatus().error()).isNull();
        assertThat(causes(a)).containsExactly(cause(f1, FenceError.EIO));
        assertThat(causes(FenceMerge.merge(List.of(f1), ErrorPolicy.KERNEL))).isEmpty();
    }

    @Test
    void shouldForgetWhenReleased() {
        DmaFence a = array(f1);
        mocks.signal(f1, FenceError.EIO);
        assertThat(a.pollSignaled()).isTrue();
        assertThat(causes(a)).hasSize(1);

        a.release();

        assertThat(f1.references()).isEqualTo(1);
        assertThat(causes(a)).as("itself, as a plain fence").hasSize(1).noneMatch(c -> c.context() == 101);
    }

    @Test
    void shouldCountWhatItDoesNotTell() {
        long contexts = mocks.runtime.allocateContexts(1);
        int count = 100_000;
        DmaFence last = null;
        List<WeakReference<DmaFence>> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DmaFence point = mocks.unrecorded(contexts, i);
            last = FenceChain.create(last, point, i + 1).fence();
            FenceChain.walk(last.retain()); // the one before has failed
            Mocks.signalOwn(point, FenceError.EIO);
            if (i % 1000 == 0) {
                points.add(new WeakReference<>(point));
            }
        }
        DmaFence chain = Objects.requireNonNull(last);

        assertThat(chain.pollSignaled()).isTrue();
        FenceCauses causes = FenceCauses.of(chain);
        assertThat(causes.first()).hasSize(FenceCauses.LIMIT);
        assertThat(causes.first().get(0).seqno()).isZero();
        assertThat(causes.first().get(FenceCauses.LIMIT - 1).seqno()).isEqualTo(FenceCauses.LIMIT - 1);
        assertThat(causes.omitted()).isEqualTo(count - FenceCauses.LIMIT);
        Awaitility.await().until(() -> {
            System.gc();
            return points.stream().allMatch(point -> point.get() == null);
        });
        assertThat(causes.omitted()).isEqualTo(FenceCauses.of(chain).omitted());
    }

    @Test
    void shouldKeepNothingOfAnIssuer() {
        WeakReference<FenceOps> ops = new WeakReference<>(failAndMerge());
        DmaFence merged = made.get(0);
        Awaitility.await().until(() -> {
            System.gc();
            return ops.get() == null;
        });
        assertThat(causes(merged)).singleElement().extracting(Cause::error).isEqualTo(FenceError.EIO);
    }

    private final List<DmaFence> made = new ArrayList<>();

    private FenceOps failAndMerge() {
        FenceOps ops = new FenceOps(FenceOps.Op.RELEASE) {
            @Override
            protected String driverName(DmaFence fence) {
                return "issuer";
            }

            @Override
            protected String timelineName(DmaFence fence) {
                return "issuer";
            }

            @Override
            protected void release(DmaFence fence) {}
        };
        FenceContext context = FenceContext.builder(mocks.runtime).build();
        DmaFence failed = context.newFence(ops, 1);
        context.signal(failed, FenceError.EIO);
        made.add(FenceMerge.merge(failed, f1));
        failed.release();
        return ops;
    }
}
