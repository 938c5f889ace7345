package org.dmafence.vulkan;

import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VK12;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkSemaphoreSignalInfo;

/**
 * A timeline semaphore that the host raises. Made by a thread of the driver's; any may raise it, the owner sees to it
 * that nobody else does then.
 */
final class HostSemaphore {
    private final VkDevice device;
    private final long handle;
    private final VkSemaphoreSignalInfo info;
    private long value;

    HostSemaphore(VkDevice device) {
        this.device = device;
        handle = Semaphores.create(device);
        info = VkSemaphoreSignalInfo.calloc().sType$Default().semaphore(handle);
    }

    long handle() {
        return handle;
    }

    /** Raises it to a value that it has not reached; does nothing otherwise. */
    synchronized void raise(long to) {
        if (to > value) {
            value = to;
            VK12.vkSignalSemaphore(device, info.value(to));
        }
    }

    void free() {
        VK10.vkDestroySemaphore(device, handle, null);
        info.free();
    }
}
