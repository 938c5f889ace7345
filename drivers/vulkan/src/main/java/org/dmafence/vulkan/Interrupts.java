package org.dmafence.vulkan;

import java.nio.LongBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.FenceError;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.vulkan.VK12;
import org.lwjgl.vulkan.VkSemaphoreWaitInfo;

/** The device's interrupt: a thread that waits for the next submission to end, and then has every ring look. */
final class Interrupts implements Runnable {
    /** No wait is longer: a driver may lose a wake-up, and a lost device need not end one. */
    private static final long WAIT_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A queue's semaphore is raised beside the ring's, which may be a moment behind. */
    private static final long SETTLE_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final VulkanDevice device;
    private final DeviceCalls calls;
    private final List<DeviceQueue> queues;
    private final long[] seen;
    private volatile boolean stopping;

    Interrupts(VulkanDevice device, DeviceCalls calls, List<DeviceQueue> queues) {
        this.device = device;
        this.calls = calls;
        this.queues = queues;
        seen = new long[queues.size()];
    }

    /** To be followed by a submission to each queue, or by patience. */
    void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        LongBuffer semaphores = MemoryUtil.memCallocLong(queues.size());
        LongBuffer values = MemoryUtil.memCallocLong(queues.size());
        VkSemaphoreWaitInfo info = VkSemaphoreWaitInfo.calloc();
        try {
            for (int i = 0; i < queues.size(); i++) {
                semaphores.put(i, queues.get(i).interrupt());
            }
            info.sType$Default()
                    .flags(VK12.VK_SEMAPHORE_WAIT_ANY_BIT)
                    .semaphoreCount(queues.size())
                    .pSemaphores(semaphores)
                    .pValues(values);
            while (!stopping && !device.isLost()) {
                await(info, values);
            }
        } finally {
            info.free();
            MemoryUtil.memFree(semaphores);
            MemoryUtil.memFree(values);
        }
        if (device.isLost()) {
            device.killAll(FenceError.ENODEV);
        }
    }

    private void await(VkSemaphoreWaitInfo info, LongBuffer values) {
        boolean behind = false;
        for (int i = 0; i < seen.length; i++) {
            values.put(i, seen[i] + 1);
            behind |= device.passed(queues.get(i)) < seen[i];
        }
        int result = calls.await(info, behind ? SETTLE_NS : WAIT_NS);
        if (result < 0) {
            device.lose("vkWaitSemaphores answered " + result);
            return;
        }
        for (int i = 0; i < seen.length; i++) {
            DeviceQueue queue = queues.get(i);
            seen[i] = Math.max(seen[i], device.reached(queue.interrupt(), queue::submissions));
        }
        device.look();
    }
}
