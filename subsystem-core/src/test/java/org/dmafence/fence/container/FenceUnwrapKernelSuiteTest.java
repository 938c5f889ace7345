package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.fence.container.Mocks.unwrapped;

import java.util.List;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel's suite {@code st-dma-fence-unwrap}, case by case, under both policies: without errors they answer alike.
 */
@Timeout(20)
class FenceUnwrapKernelSuiteTest {
    private final Mocks mocks = new Mocks();

    private static DmaFence array(ErrorPolicy policy, DmaFence... fences) {
        for (DmaFence fence : fences) {
            fence.retain();
        }
        return FenceArray.create(List.of(fences), fences[0].runtime().allocateContexts(1), 1, policy)
                .fence();
    }

    private static DmaFence chain(ErrorPolicy policy, @Nullable DmaFence prev, DmaFence fence) {
        return FenceChain.create(prev == null ? null : prev.retain(), fence.retain(), 1, policy)
                .fence();
    }

    private static DmaFence merge(ErrorPolicy policy, DmaFence... fences) {
        return FenceMerge.merge(List.of(fences), policy);
    }

    @ParameterizedTest
    @EnumSource
    void test_sanitycheck(ErrorPolicy policy) {
        DmaFence f = mocks.fence();
        DmaFence array = array(policy, f);
        DmaFence chain = chain(policy, null, array);
        array.release();
        f.release();

        chain.release();

        assertThat(f.isFreed()).isTrue();
        assertThat(mocks.reports).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_array(ErrorPolicy policy) {
        DmaFence f1 = mocks.fence();
        DmaFence f2 = mocks.fence();
        assertThat(unwrapped(array(policy, f1, f2))).containsExactly(f1, f2);
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_chain(ErrorPolicy policy) {
        DmaFence f1 = mocks.fence();
        DmaFence f2 = mocks.fence();
        assertThat(unwrapped(chain(policy, f1, f2))).containsExactly(f2, f1);
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_chain_array(ErrorPolicy policy) {
        DmaFence f1 = mocks.fence();
        DmaFence f2 = mocks.fence();
        assertThat(unwrapped(chain(policy, null, array(policy, f1, f2)))).containsExactly(f1, f2);
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_merge(ErrorPolicy policy) {
        DmaFence f1 = mocks.fence();
        DmaFence f2 = mocks.fence();
        assertThat(unwrapped(merge(policy, f1, f2))).containsExactly(f1, f2);
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_merge_duplicate(ErrorPolicy policy) {
        DmaFence f1 = mocks.fence();
        assertThat(merge(policy, f1, f1)).isSameAs(f1);
        assertThat(f1.references()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_merge_seqno(ErrorPolicy policy) {
        long c0 = mocks.runtime.allocateContexts(2);
        DmaFence f1 = mocks.fence(c0 + 1, 1);
        DmaFence f2 = mocks.fence(c0 + 1, 2);
        DmaFence f3 = mocks.fence(c0, 1);
        assertThat(unwrapped(merge(policy, f1, f2, f3))).containsExactly(f3, f2);
        assertThat(f1.references()).isEqualTo(policy == ErrorPolicy.KERNEL ? 1 : 2);
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_merge_order(ErrorPolicy policy) {
        DmaFence f1 = mocks.fence();
        DmaFence f2 = mocks.fence();
        DmaFence merged = merge(policy, array(policy, f1, f2), chain(policy, f1, f2));
        assertThat(unwrapped(merged)).containsExactly(f1, f2);
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_merge_complex(ErrorPolicy policy) {
        DmaFence f1 = mocks.fence();
        DmaFence f2 = mocks.fence();
        DmaFence merged = merge(policy, merge(policy, f1, f2), array(policy, f2, f1), mocks.runtime.allocateStub(5));
        assertThat(unwrapped(merged)).containsExactly(f1, f2);
    }

    @ParameterizedTest
    @EnumSource
    void test_unwrap_merge_complex_seqno(ErrorPolicy policy) {
        long c0 = mocks.runtime.allocateContexts(2);
        DmaFence f1 = mocks.fence(c0, 2);
        DmaFence f2 = mocks.fence(c0 + 1, 1);
        DmaFence f3 = mocks.fence(c0, 1);
        DmaFence f4 = mocks.fence(c0 + 1, 2);
        DmaFence merged = merge(policy, array(policy, f1, f2), array(policy, f3, f4));
        assertThat(unwrapped(merged)).containsExactly(f1, f4);
    }
}
