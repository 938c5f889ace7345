package org.dmafence.amdgpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.Test;

class EvictionFencesTest {
    private final DriverTestContext context = new DriverTestContext();
    private final FenceContext fences = context.newContext("blender").build();

    private AmdgpuAuxiliaryRing ring(EvictionFence table) {
        return new AmdgpuAuxiliaryRing(context, new RingSpec("card1", "blender", "eviction", 4), fences, table);
    }

    @Test
    void shouldAskForSuspensionOnceWhenEnabled() {
        EvictionFence table = new EvictionFence("blender");
        AmdgpuAuxiliaryRing ring = ring(table);
        DmaFence fence = ring.submit(RingJob.external(1));
        assertThat(fence.isSeqno64()).isTrue();
        assertThat(table.suspendsScheduled()).isZero();
        fence.enableSignaling();
        fence.enableSignaling();
        assertThat(table.suspendsScheduled()).isEqualTo(1);
        ring.complete(1, null);
        assertThat(fence.independence().independent()).isTrue();
    }

    @Test
    void shouldCompareAs64BitsWhenItIsATlbFence() {
        AmdgpuAuxiliaryRing ring =
                new AmdgpuAuxiliaryRing(context, new RingSpec("card1", "vm", "tlb", 4), fences, new TlbFence());
        assertThat(ring.submit(RingJob.external(1)).isSeqno64()).isTrue();
    }

    @Test
    void shouldRefuseAFenceThatIsNotItsOwnWhenEnabling() {
        KfdEvictionFence table = new KfdEvictionFence("rocm", fences);
        DmaFence foreign = context.newContext("other").build().newFence(new TlbFence(), 1);
        assertThat(table.enableSignaling(foreign)).isFalse();
        assertThat(table.timelineName(foreign)).isNull();
        assertThat(table.evictionsScheduled()).isZero();
    }

    @Test
    void shouldAcceptASignaledFenceWithoutEvicting() {
        KfdEvictionFence table = new KfdEvictionFence("rocm", fences);
        DmaFence fence = fences.newFence(table, 1);
        fences.signal(fence);
        assertThat(table.enableSignaling(fence)).isTrue();
        assertThat(table.evictionsScheduled()).isZero();
    }

    @Test
    void shouldEvictOnceAndDropTheMemoryWhenReleased() {
        KfdRing ring = new KfdRing(context, new RingSpec("card1", "rocm", "kfd-eviction", 4), fences);
        KfdEvictionFence table = ring.table();
        DmaFence fence = ring.submit(RingJob.external(1));
        assertThat(fence.isSeqno64()).isFalse();
        fence.enableSignaling();
        assertThat(table.evictionsScheduled()).isEqualTo(1);
        ring.complete(1, null);
        assertThat(table.memoryReferences()).as("until the last release").isEqualTo(1);
        fence.release();
        assertThat(table.memoryReferences()).isZero();
    }

    @Test
    void shouldSignalAnErrorWhenTheProcessIsGone() {
        KfdEvictionFence table = new KfdEvictionFence("rocm", fences);
        DmaFence fence = fences.newFence(table, 1);
        table.endProcess();
        assertThat(fence.addCallback(org.dmafence.fence.FenceCallback.of(f -> {})))
                .isFalse();
        assertThat(fence.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ESRCH));
    }
}
