package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;

/** What a fence and a callback cost in memory; with compressed class pointers, as every heap below 32 GiB has. */
class FenceLayoutTest {
    static {
        // The layouter would attach agents to this JVM from other processes, and hang where it may not; it can do
        // without.
        System.setProperty("jol.skipHotspotSAAttach", "true");
        System.setProperty("jol.skipDynamicAttach", "true");
    }

    @Test
    void shouldKeepAFenceIn48BytesAndACallbackIn16() {
        ClassLayout fence = ClassLayout.parseClass(DmaFence.class);
        ClassLayout callback = ClassLayout.parseClass(FenceCallback.class);
        assumeTrue(fence.headerSize() <= 12, "wide class pointers");
        assertThat(fence.instanceSize()).as(fence.toPrintable()).isLessThanOrEqualTo(48);
        assertThat(callback.instanceSize()).as(callback.toPrintable()).isLessThanOrEqualTo(16);
    }
}
