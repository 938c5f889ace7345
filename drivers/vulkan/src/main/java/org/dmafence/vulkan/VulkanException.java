package org.dmafence.vulkan;

import org.lwjgl.vulkan.VK10;

/** A Vulkan function that was called while a device or a ring is opened failed. */
final class VulkanException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private VulkanException(String function, int result) {
        super(function + " failed with VkResult " + result);
    }

    static void check(String function, int result) {
        if (result != VK10.VK_SUCCESS) {
            throw new VulkanException(function, result);
        }
    }
}
