package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.ModuleGoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fences whose module is gone, or that throw, inside containers: these fail, but neither hang nor leak. */
@Timeout(20)
class HostileMembersTest {
    private final Mocks mocks = new Mocks();
    private final FenceContext context = FenceContext.builder(mocks.runtime).build();
    private final DmaFence f1 = mocks.fence();
    private final DmaFence f2 = mocks.fence();

    /** What is left of a fence when its module was unloaded by force. */
    private DmaFence gone() {
        return context.newFence(new Gone(), 1);
    }

    @Test
    void shouldFailAChainThatFindsAPointOfAnUnloadedModule() {
        DmaFence chain = FenceChain.create(
                        FenceChain.create(gone(), f1.retain(), 1).fence(), f2.retain(), 2)
                .fence();
        List<FenceError> ended = new ArrayList<>();
        chain.addCallback(FenceCallback.of(fence -> ended.add(fence.pollStatus().error())));
        mocks.signal(f2);
        assertThat(chain.isSignaled()).isFalse();

        mocks.signal(f1);

        assertThat(ended).containsExactly(FenceError.ENODEV);
        assertThat(chain.references()).isEqualTo(1);
        assertThat(mocks.reports).singleElement().asString().contains("deferred");
    }

    @Test
    void shouldNotFailAChainThatLetsGoOfASignaledPointOfAnUnloadedModule() {
        DmaFence old = gone();
        context.signal(old);
        DmaFence chain = FenceChain.create(
                        FenceChain.create(old, f1.retain(), 1).fence(), f2.retain(), 2)
                .fence();
        chain.enableSignaling();

        mocks.signal(f2);
        mocks.signal(f1);

        assertThat(old.isFreed()).isTrue();
        assertThat(chain.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(mocks.reports).singleElement().asString().contains("release of fence");
    }

    @Test
    void shouldTellAnArrayOfItsOwnThatItCannotBeEnabled() {
        DmaFence array = FenceArray.create(List.of(f1.retain(), gone())).fence();
        array.enableSignaling();
        mocks.signal(f1);

        assertThat(array.pollStatus().error()).isEqualTo(FenceError.ENODEV);
        assertThat(FenceCauses.of(array).first())
                .singleElement()
                .extracting(FenceCauses.Cause::context)
                .isEqualTo(context.id());
    }

    @Test
    void shouldDropAllReferencesWhenOneFenceThrows() {
        assertThatAllIsDropped(FenceArray.create(List.of(gone(), f1.retain(), gone(), f2.retain()))
                .fence());
        assertThatAllIsDropped(
                FenceChain.create(FenceChain.create(f1.retain(), gone(), 1).fence(), f2.retain(), 2)
                        .fence());
        assertThatAllIsDropped(nested(
                FenceArray.create(List.of(gone(), f1.retain(), f2.retain())).fence(), 20));
    }

    private void assertThatAllIsDropped(DmaFence container) {
        assertThat(f1.references() + f2.references()).isEqualTo(4);
        container.release();
        assertThat(f1.references() + f2.references()).isEqualTo(2);
        assertThat(container.isFreed()).isTrue();
    }

    @Test
    void shouldKeepNoReferenceWhenSomethingThrowsHalfWay() {
        DmaFence broken = gone();
        DmaFence chain = FenceChain.create(
                        FenceChain.create(
                                        FenceChain.create(null, f1.retain(), 1).fence(), broken.retain(), 2)
                                .fence(),
                        f2.retain(),
                        3)
                .fence();
        DmaFence freed = mocks.fence(9, 1);
        DmaFence array = FenceArray.create(List.of(f1.retain(), freed)).fence();
        freed.release();
        mocks.signal(f2);
        int before = references(f1, f2, broken, chain, array);

        List<ThrowingCallable> calls = List.of(
                () -> FenceMerge.merge(f1, chain),
                () -> FenceMerge.merge(List.of(f1, f1, broken), ErrorPolicy.KERNEL),
                () -> FenceChain.walk(chain.retain()),
                () -> FenceChain.findSeqno(chain, 1));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call).isInstanceOf(ModuleGoneException.class);
            assertThat(references(f1, f2, broken, chain, array)).isEqualTo(before);
        }
        // These report what was thrown.
        assertThatThrownBy(chain::pollSignaled).isInstanceOf(ModuleGoneException.class);
        array.setDeadline(3);
        array.enableSignaling();
        assertThat(references(f1, f2, broken, chain)).isEqualTo(before - 1);
        mocks.signal(f1);
        assertThat(array.pollStatus().isError()).isTrue();
        assertThat(array.references()).isEqualTo(1);
        chain.enableSignaling();
        assertThat(references(f1, f2, broken, chain)).isEqualTo(before - 1);
    }

    private static int references(DmaFence... fences) {
        return Arrays.stream(fences).mapToInt(DmaFence::references).sum();
    }

    @Test
    void shouldServeNoFenceButItsOwn() {
        FenceArray array = FenceArray.create(List.of(f1.retain()));
        DmaFence thief = context.newFence(array, 1);
        mocks.signal(f1);

        assertThat(thief.pollSignaled()).isFalse();
        assertThat(FenceArray.of(thief)).isNull();
        assertThat(FenceArray.isArray(thief)).isFalse();
        thief.release();

        assertThat(f1.references()).isEqualTo(2);
        assertThat(mocks.reports).hasSize(2).allMatch(report -> report.contains("give it its own"));
        assertThat(array.fence().pollSignaled()).isTrue();
    }

    private static DmaFence nested(DmaFence inner, int depth) {
        DmaFence outer = inner;
        for (int i = 0; i < depth; i++) {
            outer = FenceArray.create(List.of(outer)).fence();
        }
        return outer;
    }

    private static final class Gone extends FenceOps {
        Gone() {
            super(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.RELEASE);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "gone";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "gone";
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            throw new ModuleGoneException("gone", "an op", "a fence");
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            throw new ModuleGoneException("gone", "an op", "a fence");
        }

        @Override
        protected void release(DmaFence fence) {
            throw new ModuleGoneException("gone", "an op", "a fence");
        }
    }
}
