package org.dmafence.vulkan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;

/** A program's own device, of which the bridge knows handles. */
class SemaphoreBridgeTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final RealTimeContext context = new RealTimeContext();
    private @Nullable VulkanDevice program;
    private @Nullable SemaphoreBridge bridge;

    @BeforeEach
    void open() {
        Lavapipe.assume();
        VulkanDevice opened = VulkanDevice.open(DeviceCalls.Direct::new);
        program = opened;
        bridge = SemaphoreBridge.to(
                context.runtime(), opened.handle().address(), body -> context.newThread("bridge", body));
    }

    @AfterEach
    void close() {
        if (bridge != null) {
            bridge.close();
        }
        if (program != null) {
            program.destroy();
        }
        assertThat(context.reports()).isEmpty();
    }

    private SemaphoreBridge bridge() {
        return Objects.requireNonNull(bridge);
    }

    private VkDevice device() {
        return Objects.requireNonNull(program).handle();
    }

    @Test
    void shouldSignalAFenceWhenTheSemaphoreIsRaised() {
        HostSemaphore semaphore = new HostSemaphore(device());
        DmaFence first;
        DmaFence second;
        DmaFence never;
        try (SemaphoreTimeline timeline = bridge().timeline("theirs", semaphore.handle())) {
            second = timeline.fence(2);
            first = timeline.fence(1);
            never = timeline.fence(9);
            assertThat(first.awaitUninterruptibly(Duration.ofMillis(20))).isFalse();

            semaphore.raise(2);

            assertThat(second.awaitUninterruptibly(LONG)).isTrue();
            assertThat(first.isSignaled()).isTrue();
            assertThat(timeline.fence(1).awaitUninterruptibly(LONG)).isTrue();
        }
        assertThat(never.status().error()).isEqualTo(FenceError.ECANCELED);
        semaphore.free();
    }

    @Test
    void shouldHaveASubmissionOfTheProgramWaitForAFenceOfAnotherDriver() {
        FenceContext other = context.newContext("other").build();
        DmaFence foreign = other.newFence(new Ops(), 1);
        HostSemaphore done = new HostSemaphore(device());
        long exported = bridge().export(foreign);
        try (SemaphoreTimeline timeline = bridge().timeline("theirs", done.handle())) {
            DmaFence after = timeline.fence(1);
            submit(exported, done.handle());
            assertThat(after.awaitUninterruptibly(Duration.ofMillis(20))).isFalse();

            other.signal(foreign);

            assertThat(after.awaitUninterruptibly(LONG)).isTrue();
            assertThat(after.status().error()).isNull();
        }
        VK10.vkDeviceWaitIdle(device());
        bridge().destroy(exported);
        done.free();
        assertThat(foreign.references()).isEqualTo(1);
    }

    /** What a program does that knows nothing of fences: an empty submission between two semaphores' values 1. */
    private void submit(long before, long after) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var handle = stack.mallocPointer(1);
            VK10.vkGetDeviceQueue(device(), 0, 0, handle);
            VkTimelineSemaphoreSubmitInfo values = VkTimelineSemaphoreSubmitInfo.calloc(stack)
                    .sType$Default()
                    .waitSemaphoreValueCount(1)
                    .pWaitSemaphoreValues(stack.longs(1))
                    .pSignalSemaphoreValues(stack.longs(1));
            VkSubmitInfo info = VkSubmitInfo.calloc(stack)
                    .sType$Default()
                    .pNext(values.address())
                    .waitSemaphoreCount(1)
                    .pWaitSemaphores(stack.longs(before))
                    .pWaitDstStageMask(stack.ints(VK10.VK_PIPELINE_STAGE_ALL_COMMANDS_BIT))
                    .pSignalSemaphores(stack.longs(after));
            int result = VK10.vkQueueSubmit(new VkQueue(handle.get(0), device()), info, VK10.VK_NULL_HANDLE);
            assertThat(result).isZero();
        }
    }

    @Test
    void shouldExportAFenceThatHasSignaled() {
        FenceContext other = context.newContext("other").build();
        DmaFence foreign = other.newFence(new Ops(), 1);
        other.signal(foreign);

        long exported = bridge().export(foreign);

        try (SemaphoreTimeline timeline = bridge().timeline("ours", exported)) {
            assertThat(timeline.fence(1).awaitUninterruptibly(LONG)).isTrue();
        }
        bridge().destroy(exported);
    }

    /** Names, and nothing else. */
    private static final class Ops extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "other";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "other";
        }
    }
}
