package org.dmafence.vulkan;

import org.dmafence.driver.DeviceWork;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkQueue;

/** What a program does that uses LWJGL alone: the same submissions to the same device, without fences. */
final class BareSubmits implements AutoCloseable {
    private final VulkanDevice device;
    private final VkQueue queue;
    private final HostSemaphore timeline;
    private final SubmitBatch batch;
    private final SlotMemory memory;
    private final int slots;
    private final long[] counter = new long[1];
    private long value;

    BareSubmits(VulkanDevice device, int slots) {
        this.device = device;
        this.slots = slots;
        timeline = new HostSemaphore(device.handle());
        batch = new SubmitBatch(timeline.handle(), 0);
        memory = new SlotMemory(device, slots);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var handle = stack.mallocPointer(1);
            VK10.vkGetDeviceQueue(device.handle(), 0, 0, handle);
            queue = new VkQueue(handle.get(0), device.handle());
        }
    }

    void submit(DeviceWork work) {
        value++;
        batch.begin(memory.record((int) (value % slots), work), value);
        var info = batch.raising(0);
        org.lwjgl.vulkan.VkSubmitInfo.nsignalSemaphoreCount(info.address(), 1);
        org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo.nsignalSemaphoreValueCount(info.pNext(), 1);
        VulkanException.check("vkQueueSubmit", VK10.vkQueueSubmit(queue, info, VK10.VK_NULL_HANDLE));
    }

    long inFlight() {
        VulkanException.check(
                "vkGetSemaphoreCounterValue",
                org.lwjgl.vulkan.VK12.vkGetSemaphoreCounterValue(device.handle(), timeline.handle(), counter));
        return value - counter[0];
    }

    @Override
    public void close() {
        VK10.vkDeviceWaitIdle(device.handle());
        memory.free();
        batch.free();
        timeline.free();
    }
}
