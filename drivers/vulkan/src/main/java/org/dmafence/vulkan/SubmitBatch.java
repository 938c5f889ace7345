package org.dmafence.vulkan;

import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.PointerBuffer;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkSubmitInfo;
import org.lwjgl.vulkan.VkTimelineSemaphoreSubmitInfo;

/**
 * The structures of a ring's submissions, filled anew for each: Vulkan reads them during the call only. Guarded by the
 * ring's lock. They lie outside the heap until {@link #free}.
 */
final class SubmitBatch {
    /** How many semaphores a submission can wait for. */
    static final int MAX_WAITS = 64;

    private final VkSubmitInfo info = VkSubmitInfo.calloc();
    private final VkTimelineSemaphoreSubmitInfo values = VkTimelineSemaphoreSubmitInfo.calloc();
    private final LongBuffer waits = MemoryUtil.memCallocLong(MAX_WAITS);
    private final LongBuffer waitValues = MemoryUtil.memCallocLong(MAX_WAITS);
    private final IntBuffer stages = MemoryUtil.memCallocInt(MAX_WAITS);
    private final LongBuffer signals = MemoryUtil.memCallocLong(2);
    private final LongBuffer signalValues = MemoryUtil.memCallocLong(2);
    private final PointerBuffer commands = MemoryUtil.memCallocPointer(1);
    private int waitCount;

    /**
     * @param timeline the ring's semaphore, raised before the queue's
     * @param interrupt the queue's
     */
    SubmitBatch(long timeline, long interrupt) {
        signals.put(0, timeline).put(1, interrupt);
        for (int i = 0; i < MAX_WAITS; i++) {
            stages.put(i, VK10.VK_PIPELINE_STAGE_ALL_COMMANDS_BIT);
        }
        values.sType$Default().pWaitSemaphoreValues(waitValues).pSignalSemaphoreValues(signalValues);
        info.sType$Default()
                .pNext(values.address())
                .waitSemaphoreCount(0)
                .pWaitSemaphores(waits)
                .pWaitDstStageMask(stages)
                .pCommandBuffers(commands)
                .pSignalSemaphores(signals);
    }

    /** Begins a submission: what it does, if anything, and what the ring's semaphore is raised to. */
    void begin(@Nullable VkCommandBuffer work, long seqno) {
        waitCount = 0;
        VkSubmitInfo.ncommandBufferCount(info.address(), work == null ? 0 : 1);
        if (work != null) {
            commands.put(0, work.address());
        }
        signalValues.put(0, seqno);
    }

    /** The device waits for a semaphore before it begins. */
    void after(long semaphore, long value) {
        waits.put(waitCount, semaphore);
        waitValues.put(waitCount, value);
        waitCount++;
    }

    /** Complete but for the queue's semaphore, which is raised to this. */
    VkSubmitInfo raising(long submission) {
        signalValues.put(1, submission);
        VkSubmitInfo.nwaitSemaphoreCount(info.address(), waitCount);
        VkTimelineSemaphoreSubmitInfo.nwaitSemaphoreValueCount(values.address(), waitCount);
        return info;
    }

    void free() {
        info.free();
        values.free();
        MemoryUtil.memFree(waits);
        MemoryUtil.memFree(waitValues);
        MemoryUtil.memFree(stages);
        MemoryUtil.memFree(signals);
        MemoryUtil.memFree(signalValues);
        MemoryUtil.memFree(commands);
    }
}
