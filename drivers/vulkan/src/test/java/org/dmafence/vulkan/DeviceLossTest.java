package org.dmafence.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.dmafence.driver.DeviceWork;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkSemaphoreWaitInfo;
import org.lwjgl.vulkan.VkSubmitInfo;

/** A device that gets lost, which no software device does by itself. */
class DeviceLossTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final RealTimeContext context = new RealTimeContext();
    private final AtomicReference<@Nullable LossyCalls> lossy = new AtomicReference<>();
    private @Nullable VulkanDevice device;

    @BeforeEach
    void open() {
        Lavapipe.assume();
        device = VulkanDevice.open(handle -> {
            LossyCalls calls = new LossyCalls(new DeviceCalls.Direct(handle));
            lossy.set(calls);
            return calls;
        });
    }

    @AfterEach
    void close() {
        if (device != null) {
            assertThat(device.stopInterrupts()).isTrue();
            device.destroy();
        }
    }

    private VulkanRing ring(boolean interrupts) {
        VulkanDevice opened = Objects.requireNonNull(device);
        if (interrupts) {
            opened.startInterrupts(context);
        }
        return opened.openRing(
                new RingSpec("card0", "compute", "job", 16),
                context.newContext("compute").build());
    }

    private LossyCalls calls() {
        return Objects.requireNonNull(lossy.get());
    }

    private static void endsWith(FenceError error, DmaFence fence) {
        assertThat(fence.awaitUninterruptibly(LONG)).isTrue();
        assertThat(fence.status().error()).isEqualTo(error);
    }

    @Test
    void shouldEndEveryFenceWhenACallSaysSo() {
        VulkanRing ring = ring(true);
        DmaFence held = ring.submit(RingJob.external(1));

        calls().lose(0);

        endsWith(FenceError.ENODEV, held);
        assertThatThrownBy(() -> ring.submit(RingJob.lasting(2, 0))).isInstanceOf(FenceErrorException.class);
        assertThat(Objects.requireNonNull(device).busy()).isNull();
    }

    @Test
    void shouldNotBelieveALostDeviceThatSaysAllIsDone() {
        VulkanRing ring = ring(true);
        DmaFence hangs = ring.submit(new RingJob(1, RingJob.HANG, null));

        calls().lose(ring.semaphore());

        endsWith(FenceError.ENODEV, hangs);
        ring.complete(1, null);
        openGate(ring);
    }

    @Test
    void shouldEndFencesOfASubmissionThatFails() {
        VulkanRing ring = ring(false); // or that would notice first
        calls().lose(0);

        DmaFence fence = ring.submit(RingJob.lasting(1, 0).withPayload(DeviceWork.empty()));

        endsWith(FenceError.ENODEV, fence);
    }

    /** The real device below is not lost, and has to end before it is freed. */
    private static void openGate(VulkanRing ring) {
        ring.openGate(1);
    }

    /** Answers as the device does until it is lost; then waits and counters lie for a while. */
    private static final class LossyCalls implements DeviceCalls {
        private final DeviceCalls real;
        private boolean lost;
        private long liar;

        LossyCalls(DeviceCalls real) {
            this.real = real;
        }

        /**
         * Every call says so, but waits; those of a semaphore say first that all is done, and those of others that all
         * is well.
         *
         * @param semaphore the one, 0 for none
         */
        synchronized void lose(long semaphore) {
            lost = true;
            liar = semaphore;
        }

        @Override
        public int submit(VkQueue queue, VkSubmitInfo batch) {
            synchronized (this) {
                if (lost) {
                    return VK10.VK_ERROR_DEVICE_LOST;
                }
            }
            return real.submit(queue, batch);
        }

        @Override
        public synchronized int counter(long semaphore, long[] value) {
            if (!lost) {
                return real.counter(semaphore, value);
            }
            value[0] = 1;
            boolean lies = liar != 0;
            liar = semaphore == liar ? 0 : liar;
            return lies ? VK10.VK_SUCCESS : VK10.VK_ERROR_DEVICE_LOST;
        }

        @Override
        public int await(VkSemaphoreWaitInfo semaphores, long timeoutNs) {
            int result = real.await(semaphores, timeoutNs);
            synchronized (this) {
                return lost ? VK10.VK_SUCCESS : result;
            }
        }
    }
}
