package org.dmafence.vulkan;

import java.util.ArrayList;
import java.util.List;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkBufferCreateInfo;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferAllocateInfo;
import org.lwjgl.vulkan.VkCommandPoolCreateInfo;
import org.lwjgl.vulkan.VkDescriptorBufferInfo;
import org.lwjgl.vulkan.VkDescriptorPoolCreateInfo;
import org.lwjgl.vulkan.VkDescriptorPoolSize;
import org.lwjgl.vulkan.VkDescriptorSetAllocateInfo;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkMemoryAllocateInfo;
import org.lwjgl.vulkan.VkMemoryRequirements;
import org.lwjgl.vulkan.VkQueryPoolCreateInfo;
import org.lwjgl.vulkan.VkWriteDescriptorSet;

/**
 * Makes what jobs work with. Rare, and by the threads of several rings: one at a time. Structures come from the heap of
 * C, because LWJGL's stack would stay in a thread of the host's.
 */
final class DeviceMemory {
    private static final int SETS_A_POOL = 64;

    private final VkDevice device;
    private final int memoryType;
    private final long arguments;

    /** Descriptor sets, in pools of which the last has room; each belongs to a buffer or is free. */
    private final List<Long> pools = new ArrayList<>();

    private final List<Long> freeSets = new ArrayList<>();
    private int leftInPool;

    DeviceMemory(VkDevice device, int memoryType, long arguments) {
        this.device = device;
        this.memoryType = memoryType;
        this.arguments = arguments;
    }

    synchronized long newCommandPool(int queueFamily) {
        long[] handle = new long[1];
        VkCommandPoolCreateInfo info = VkCommandPoolCreateInfo.calloc()
                .sType$Default()
                .flags(VK10.VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT)
                .queueFamilyIndex(queueFamily);
        int result = VK10.vkCreateCommandPool(device, info, null, handle);
        info.free();
        VulkanException.check("vkCreateCommandPool", result);
        return handle[0];
    }

    synchronized VkCommandBuffer newCommands(long pool) {
        PointerBuffer handle = MemoryUtil.memAllocPointer(1);
        VkCommandBufferAllocateInfo info = VkCommandBufferAllocateInfo.calloc()
                .sType$Default()
                .commandPool(pool)
                .level(VK10.VK_COMMAND_BUFFER_LEVEL_PRIMARY)
                .commandBufferCount(1);
        int result = VK10.vkAllocateCommandBuffers(device, info, handle);
        long made = handle.get(0);
        info.free();
        MemoryUtil.memFree(handle);
        VulkanException.check("vkAllocateCommandBuffers", result);
        return new VkCommandBuffer(made, device);
    }

    synchronized long newTimestamps(int count) {
        long[] handle = new long[1];
        VkQueryPoolCreateInfo info = VkQueryPoolCreateInfo.calloc()
                .sType$Default()
                .queryType(VK10.VK_QUERY_TYPE_TIMESTAMP)
                .queryCount(count);
        int result = VK10.vkCreateQueryPool(device, info, null, handle);
        info.free();
        VulkanException.check("vkCreateQueryPool", result);
        return handle[0];
    }

    /** A buffer of two halves, mapped, with its descriptors. */
    synchronized DeviceBuffer newBuffer(VulkanDevice owner, int bytes) {
        long[] handle = new long[1];
        VkBufferCreateInfo info = VkBufferCreateInfo.calloc()
                .sType$Default()
                .size(2L * bytes)
                .usage(VK10.VK_BUFFER_USAGE_STORAGE_BUFFER_BIT
                        | VK10.VK_BUFFER_USAGE_TRANSFER_SRC_BIT
                        | VK10.VK_BUFFER_USAGE_TRANSFER_DST_BIT);
        int result = VK10.vkCreateBuffer(device, info, null, handle);
        info.free();
        VulkanException.check("vkCreateBuffer", result);
        long buffer = handle[0];
        long memory = memoryOf(buffer);
        VulkanException.check("vkBindBufferMemory", VK10.vkBindBufferMemory(device, buffer, memory, 0));
        PointerBuffer address = MemoryUtil.memAllocPointer(1);
        result = VK10.vkMapMemory(device, memory, 0, VK10.VK_WHOLE_SIZE, 0, address);
        long mapped = address.get(0);
        MemoryUtil.memFree(address);
        VulkanException.check("vkMapMemory", result);
        return new DeviceBuffer(
                owner, buffer, memory, descriptors(buffer, bytes), MemoryUtil.memByteBuffer(mapped, 2 * bytes), bytes);
    }

    private long memoryOf(long buffer) {
        VkMemoryRequirements needed = VkMemoryRequirements.calloc();
        VK10.vkGetBufferMemoryRequirements(device, buffer, needed);
        VkMemoryAllocateInfo info = VkMemoryAllocateInfo.calloc()
                .sType$Default()
                .allocationSize(needed.size())
                .memoryTypeIndex(memoryType);
        boolean fits = (needed.memoryTypeBits() & 1 << memoryType) != 0;
        needed.free();
        long[] handle = new long[1];
        int result = fits ? VK10.vkAllocateMemory(device, info, null, handle) : VK10.VK_ERROR_FEATURE_NOT_PRESENT;
        info.free();
        VulkanException.check("vkAllocateMemory", result);
        return handle[0];
    }

    private long descriptors(long buffer, int bytes) {
        long set = freeSets.isEmpty() ? newSet() : freeSets.remove(freeSets.size() - 1);
        VkDescriptorBufferInfo.Buffer halves = VkDescriptorBufferInfo.calloc(2);
        VkWriteDescriptorSet.Buffer write = VkWriteDescriptorSet.calloc(1);
        halves.get(0).buffer(buffer).offset(0).range(bytes);
        halves.get(1).buffer(buffer).offset(bytes).range(bytes);
        write.get(0)
                .sType$Default()
                .dstSet(set)
                .descriptorType(VK10.VK_DESCRIPTOR_TYPE_STORAGE_BUFFER)
                .descriptorCount(2)
                .pBufferInfo(halves);
        VK10.vkUpdateDescriptorSets(device, write, null);
        halves.free();
        write.free();
        return set;
    }

    private long newSet() {
        long[] handle = new long[1];
        if (leftInPool == 0) {
            VkDescriptorPoolSize.Buffer size = VkDescriptorPoolSize.calloc(1);
            size.get(0).type(VK10.VK_DESCRIPTOR_TYPE_STORAGE_BUFFER).descriptorCount(2 * SETS_A_POOL);
            VkDescriptorPoolCreateInfo info = VkDescriptorPoolCreateInfo.calloc()
                    .sType$Default()
                    .maxSets(SETS_A_POOL)
                    .pPoolSizes(size);
            int result = VK10.vkCreateDescriptorPool(device, info, null, handle);
            info.free();
            size.free();
            VulkanException.check("vkCreateDescriptorPool", result);
            pools.add(handle[0]);
            leftInPool = SETS_A_POOL;
        }
        java.nio.LongBuffer layout = MemoryUtil.memAllocLong(1).put(0, arguments);
        VkDescriptorSetAllocateInfo info = VkDescriptorSetAllocateInfo.calloc()
                .sType$Default()
                .descriptorPool(pools.get(pools.size() - 1))
                .pSetLayouts(layout);
        int result = VK10.vkAllocateDescriptorSets(device, info, handle);
        info.free();
        MemoryUtil.memFree(layout);
        VulkanException.check("vkAllocateDescriptorSets", result);
        leftInPool--;
        return handle[0];
    }

    synchronized void free(DeviceBuffer buffer) {
        freeSets.add(buffer.descriptors());
        VK10.vkDestroyBuffer(device, buffer.handle(), null);
        VK10.vkFreeMemory(device, buffer.memory(), null); // unmaps it
    }

    synchronized void destroy() {
        pools.forEach(pool -> VK10.vkDestroyDescriptorPool(device, pool, null));
        pools.clear();
    }
}
