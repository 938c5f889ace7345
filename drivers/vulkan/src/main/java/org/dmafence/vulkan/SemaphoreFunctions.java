package org.dmafence.vulkan;

import java.nio.ByteBuffer;
import org.lwjgl.system.JNI;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK;
import org.lwjgl.vulkan.VkSemaphoreCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreSignalInfo;
import org.lwjgl.vulkan.VkSemaphoreTypeCreateInfo;
import org.lwjgl.vulkan.VkSemaphoreWaitInfo;

/**
 * Vulkan's functions for timeline semaphores, of a device that is known by its handle alone: whoever made it may have
 * used any other binding. Any thread; nothing here uses LWJGL's thread-local stack.
 */
final class SemaphoreFunctions {
    private final long device;
    private final long create;
    private final long destroy;
    private final long counter;
    private final long await;
    private final long signal;

    /** @param device a {@code VkDevice} of Vulkan 1.2, or with {@code VK_KHR_timeline_semaphore} */
    SemaphoreFunctions(long device) {
        this.device = device;
        long lookup = VK.getFunctionProvider().getFunctionAddress("vkGetDeviceProcAddr");
        create = find(lookup, "vkCreateSemaphore");
        destroy = find(lookup, "vkDestroySemaphore");
        counter = find(lookup, "vkGetSemaphoreCounterValue");
        await = find(lookup, "vkWaitSemaphores");
        signal = find(lookup, "vkSignalSemaphore");
    }

    private long find(long lookup, String name) {
        long function = address(lookup, name);
        function = function != 0 ? function : address(lookup, name + "KHR");
        if (function == 0) {
            throw new IllegalStateException(
                    "device " + Long.toHexString(device) + " has no " + name + "; create it with timeline semaphores");
        }
        return function;
    }

    private long address(long lookup, String name) {
        ByteBuffer text = MemoryUtil.memASCII(name);
        try {
            return JNI.callPPP(device, MemoryUtil.memAddress(text), lookup);
        } finally {
            MemoryUtil.memFree(text);
        }
    }

    /** A timeline semaphore that is at 0. */
    long create() {
        VkSemaphoreTypeCreateInfo type =
                VkSemaphoreTypeCreateInfo.calloc().sType$Default().semaphoreType(1);
        VkSemaphoreCreateInfo info =
                VkSemaphoreCreateInfo.calloc().sType$Default().pNext(type.address());
        long handle = MemoryUtil.nmemCallocChecked(1, Long.BYTES);
        try {
            VulkanException.check("vkCreateSemaphore", JNI.callPPPPI(device, info.address(), 0, handle, create));
            return MemoryUtil.memGetLong(handle);
        } finally {
            MemoryUtil.nmemFree(handle);
            info.free();
            type.free();
        }
    }

    void destroy(long semaphore) {
        JNI.callPJPV(device, semaphore, 0, destroy);
    }

    /** The counter, negative if the device is lost. */
    long counter(long semaphore) {
        long value = MemoryUtil.nmemCallocChecked(1, Long.BYTES);
        try {
            int result = JNI.callPJPI(device, semaphore, value, counter);
            return result == 0 ? MemoryUtil.memGetLong(value) : result;
        } finally {
            MemoryUtil.nmemFree(value);
        }
    }

    /** Waits until the counter is at a value, up to a time; a {@code VkResult}. */
    int await(long semaphore, long atLeast, long timeoutNs) {
        long of = MemoryUtil.nmemCallocChecked(2, Long.BYTES);
        VkSemaphoreWaitInfo info = VkSemaphoreWaitInfo.calloc().sType$Default().semaphoreCount(1);
        try {
            MemoryUtil.memPutLong(of, semaphore);
            MemoryUtil.memPutLong(of + Long.BYTES, atLeast);
            MemoryUtil.memPutAddress(info.address() + VkSemaphoreWaitInfo.PSEMAPHORES, of);
            MemoryUtil.memPutAddress(info.address() + VkSemaphoreWaitInfo.PVALUES, of + Long.BYTES);
            return JNI.callPPJI(device, info.address(), timeoutNs, await);
        } finally {
            info.free();
            MemoryUtil.nmemFree(of);
        }
    }

    /** Raises a semaphore. */
    void signal(long semaphore, long value) {
        VkSemaphoreSignalInfo info = VkSemaphoreSignalInfo.calloc()
                .sType$Default()
                .semaphore(semaphore)
                .value(value);
        try {
            int unused = JNI.callPPI(device, info.address(), signal);
        } finally {
            info.free();
        }
    }
}
