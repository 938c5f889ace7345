package org.example.invert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.testkit.VirtualTask;
import org.junit.jupiter.api.Test;

/** The driver of the page on writing one, under virtual time. */
class InvertDriverTest {
    private static final RingSpec SPEC = new RingSpec("cpu", "invert0", "job", 4);

    @Test
    void shouldWakeAWaiterWhenTheBufferIsReady() {
        try (VirtualCpu cpu = VirtualCpu.create()) {
            FenceContext timeline =
                    FenceContext.builder(cpu.runtime()).name("invert0").build();
            InvertRing ring = new InvertRing(timeline, SPEC);
            byte[] buffer = {0, 1};
            DmaFence done = ring.submit(RingJob.lasting(1, 0).withPayload(buffer));
            VirtualTask waiter = cpu.start("waiter", () -> done.awaitUninterruptibly(1, TimeUnit.HOURS));

            cpu.after(
                    TimeUnit.MINUTES.toNanos(1), () -> ring.advance(cpu.clock().nanoTime()));
            cpu.advanceNs(TimeUnit.MINUTES.toNanos(1)); // takes no real time

            assertThat(waiter.isDone()).isTrue();
            assertThat(buffer).containsExactly(-1, -2);
        }
    }

    @Test
    void shouldEndEveryFenceWhenKilled() {
        try (VirtualCpu cpu = VirtualCpu.create()) {
            FenceContext timeline =
                    FenceContext.builder(cpu.runtime()).name("invert0").build();
            InvertRing ring = new InvertRing(timeline, SPEC);
            DmaFence hangs = ring.submit(new RingJob(1, RingJob.HANG, null));
            DmaFence waits = ring.submit(RingJob.external(2));

            ring.kill(FenceError.ECANCELED);

            assertThat(hangs.status().error()).isEqualTo(FenceError.ECANCELED);
            assertThat(waits.status().error()).isEqualTo(FenceError.ECANCELED);
            assertThat(ring.inFlight()).isZero();
        }
    }
}
