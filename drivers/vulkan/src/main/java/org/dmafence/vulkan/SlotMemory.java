package org.dmafence.vulkan;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Objects;
import org.dmafence.driver.DeviceWork;
import org.dmafence.driver.DeviceWork.Kind;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkBufferCopy;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkCommandBufferBeginInfo;
import org.lwjgl.vulkan.VkMemoryBarrier;

/**
 * What the jobs of a ring work with: for each slot, made when it is first needed, a command buffer and memory that the
 * host and the device see; and two times of the device. Recording is guarded by the ring's lock, fetching is done by
 * the one thread that retires; a slot is one's or the other's.
 */
final class SlotMemory {
    private static final int LEAST_BYTES = 4096;

    private final VulkanDevice device;
    private final @Nullable DeviceBuffer[] buffers;
    private final @Nullable VkCommandBuffer[] commands;
    private final long pool;
    private final long queries;
    private final VkCommandBufferBeginInfo begin =
            VkCommandBufferBeginInfo.calloc().sType$Default();
    private final VkMemoryBarrier.Buffer toHost = VkMemoryBarrier.calloc(1).sType$Default();
    private final VkBufferCopy.Buffer copy = VkBufferCopy.calloc(1);
    private final LongBuffer span = MemoryUtil.memCallocLong(2);
    private final ByteBuffer push = MemoryUtil.memCalloc(8);

    SlotMemory(VulkanDevice device, int slots) {
        this.device = device;
        buffers = new DeviceBuffer[slots];
        commands = new VkCommandBuffer[slots];
        pool = device.newCommandPool();
        queries = device.newTimestamps(2 * slots);
        toHost.srcAccessMask(VK10.VK_ACCESS_MEMORY_WRITE_BIT).dstAccessMask(VK10.VK_ACCESS_HOST_READ_BIT);
    }

    /** Makes a slot ready for a job; the commands for the device, {@code null} if there are none. */
    @Nullable VkCommandBuffer record(int slot, DeviceWork work) {
        if (work.kind() == Kind.EMPTY || work.bytes() == 0) {
            return null;
        }
        DeviceBuffer buffer = bufferFor(slot, work.bytes());
        buffer.put(work.in());
        VkCommandBuffer to = commands[slot];
        if (to == null) {
            to = device.newCommands(pool);
            commands[slot] = to;
        }
        VulkanException.check("vkBeginCommandBuffer", VK10.vkBeginCommandBuffer(to, begin));
        if (queries != 0) {
            VK10.vkCmdResetQueryPool(to, queries, 2 * slot, 2);
            VK10.vkCmdWriteTimestamp(to, VK10.VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, queries, 2 * slot);
        }
        recordWork(to, buffer, work);
        VK10.vkCmdPipelineBarrier(
                to, VK10.VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, VK10.VK_PIPELINE_STAGE_HOST_BIT, 0, toHost, null, null);
        if (queries != 0) {
            VK10.vkCmdWriteTimestamp(to, VK10.VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, 2 * slot + 1);
        }
        VulkanException.check("vkEndCommandBuffer", VK10.vkEndCommandBuffer(to));
        return to;
    }

    private void recordWork(VkCommandBuffer to, DeviceBuffer buffer, DeviceWork work) {
        switch (work.kind()) {
            case FILL -> VK10.vkCmdFillBuffer(to, buffer.handle(), buffer.outOffset(), work.bytes(), work.operand());
            case COPY -> {
                copy.get(0).srcOffset(0).dstOffset(buffer.outOffset()).size(work.bytes());
                VK10.vkCmdCopyBuffer(to, buffer.handle(), buffer.handle(), copy);
            }
            case COMPUTE -> {
                push.putInt(0, work.bytes() / 4).putInt(4, work.operand());
                device.kernel().record(to, buffer.descriptors(), push, work.bytes() / 4);
            }
            case EMPTY -> {}
        }
    }

    private DeviceBuffer bufferFor(int slot, int bytes) {
        DeviceBuffer buffer = buffers[slot];
        if (buffer == null || buffer.bytes() < bytes) {
            if (buffer != null) {
                buffer.free();
                buffers[slot] = null;
            }
            int room = Math.max(LEAST_BYTES, Integer.highestOneBit(Math.max(1, bytes - 1)) * 2);
            buffer = device.newBuffer(room);
            buffers[slot] = buffer;
        }
        return buffer;
    }

    /**
     * Takes the result out of a slot that the device is through with.
     *
     * @return how long the device worked on it, -1 if that is not known
     */
    long fetch(int slot, DeviceWork work, @Nullable ByteBuffer out) {
        if (work.kind() == Kind.EMPTY || work.bytes() == 0) {
            return -1;
        }
        if (out != null) {
            Objects.requireNonNull(buffers[slot]).get(out);
        }
        return queries == 0 ? -1 : device.spanNs(queries, 2 * slot, span);
    }

    void free() {
        for (DeviceBuffer buffer : buffers) {
            if (buffer != null) {
                buffer.free();
            }
        }
        device.freePools(pool, queries);
        begin.free();
        toHost.free();
        copy.free();
        MemoryUtil.memFree(span);
        MemoryUtil.memFree(push);
    }
}
