package org.dmafence.vulkan;

import java.nio.LongBuffer;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VK12;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkSemaphoreCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreTypeCreateInfo;

/** Makes timeline semaphores. Not for threads of the host's. */
final class Semaphores {
    private Semaphores() {}

    /** One that is at 0. */
    static long create(VkDevice device) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            LongBuffer handle = stack.mallocLong(1);
            VkSemaphoreTypeCreateInfo type = VkSemaphoreTypeCreateInfo.calloc(stack)
                    .sType$Default()
                    .semaphoreType(VK12.VK_SEMAPHORE_TYPE_TIMELINE);
            VkSemaphoreCreateInfo info =
                    VkSemaphoreCreateInfo.calloc(stack).sType$Default().pNext(type.address());
            VulkanException.check("vkCreateSemaphore", VK10.vkCreateSemaphore(device, info, null, handle));
            return handle.get(0);
        }
    }
}
