package org.dmafence.i915;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.fence.DmaFence;
import org.junit.jupiter.api.Test;

class ChainedFenceTest {
    private final DriverTestContext context = new DriverTestContext();

    @Test
    void shouldBeCalledWorkWhenItsOperationHasNoName() {
        I915AuxiliaryRing ring =
                new I915AuxiliaryRing(context, new RingSpec("card0", "", "work", 2), ChainedFence.work(""));
        DmaFence fence = ring.submit(RingJob.external(1));
        assertThat(fence.timelineName()).isEqualTo("work");
        assertThat(fence.driverName()).isEqualTo("dma-fence");
    }

    @Test
    void shouldHaveNoTimelineAndTearDownItsChainWhenReleased() {
        ChainedFence table = ChainedFence.vmaResource();
        I915AuxiliaryRing ring =
                new I915AuxiliaryRing(context, new RingSpec("card0", "ggtt", "vma-resource", 2), table);
        DmaFence fence = ring.submit(RingJob.external(1));
        assertThat(fence.context()).isZero();
        assertThat(fence.seqno()).isZero();
        ring.complete(1, null);
        assertThat(table.released()).isZero();
        fence.release();
        assertThat(table.released()).isEqualTo(1);
    }
}
