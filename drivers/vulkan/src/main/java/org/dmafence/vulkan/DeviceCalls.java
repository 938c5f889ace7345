package org.dmafence.vulkan;

import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VK12;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkQueue;
import org.lwjgl.vulkan.VkSemaphoreWaitInfo;
import org.lwjgl.vulkan.VkSubmitInfo;

/**
 * The calls by which a device is asked to do something and says what it has done. Each answers a {@code VkResult}.
 * Tests put a device that gets lost in between. Any thread; a queue is the caller's to lock.
 */
interface DeviceCalls {
    /** {@code vkQueueSubmit} of one batch. */
    int submit(VkQueue queue, VkSubmitInfo batch);

    /** {@code vkGetSemaphoreCounterValue}. */
    int counter(long semaphore, long[] value);

    /** {@code vkWaitSemaphores}. */
    int await(VkSemaphoreWaitInfo semaphores, long timeoutNs);

    /** The device's own answers. */
    record Direct(VkDevice device) implements DeviceCalls {
        @Override
        public int submit(VkQueue queue, VkSubmitInfo batch) {
            return VK10.vkQueueSubmit(queue, batch, VK10.VK_NULL_HANDLE);
        }

        @Override
        public int counter(long semaphore, long[] value) {
            return VK12.vkGetSemaphoreCounterValue(device, semaphore, value);
        }

        @Override
        public int await(VkSemaphoreWaitInfo semaphores, long timeoutNs) {
            return VK12.vkWaitSemaphores(device, semaphores, timeoutNs);
        }
    }
}
