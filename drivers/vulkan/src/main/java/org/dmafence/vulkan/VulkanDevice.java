package org.dmafence.vulkan;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.vulkan.VK10;
import org.lwjgl.vulkan.VkCommandBuffer;
import org.lwjgl.vulkan.VkDevice;
import org.lwjgl.vulkan.VkQueue;

/**
 * A device with its queues and rings. Lost once, lost for ever: its fences end with {@code -ENODEV}.
 *
 * <p>Opened and freed by one thread at a time; the rest may come from any. What it makes for rings is made under a
 * ring's lock, often on a thread of the host's, and so never uses LWJGL's thread-local stack.
 */
final class VulkanDevice {
    /** How long the interrupt thread may take to come back: its longest wait, and a slow machine. */
    private static final long STOP_MS = 1000;

    private final PhysicalDevice physical;
    private final VkDevice device;
    private final DeviceCalls calls;
    private final Kernel kernel;
    private final DeviceMemory memory;
    private final List<DeviceQueue> queues = new ArrayList<>();
    private final List<VulkanRing> rings = new CopyOnWriteArrayList<>();
    private final Interrupts interrupts;
    private @Nullable Thread interruptThread;
    private volatile @Nullable String lost;

    private VulkanDevice(PhysicalDevice physical, Function<VkDevice, DeviceCalls> callsOf) {
        this.physical = physical;
        device = physical.open();
        calls = callsOf.apply(device);
        kernel = Kernel.create(device);
        memory = new DeviceMemory(device, physical.hostMemoryType(), kernel.arguments());
        for (int i = 0; i < physical.queueCount(); i++) {
            queues.add(new DeviceQueue(calls, queue(i), new HostSemaphore(device)));
        }
        interrupts = new Interrupts(this, calls, queues);
    }

    /**
     * Opens the best device of the machine.
     *
     * @param callsOf how its calls are made
     * @throws IllegalStateException if there is none; the message says what to install
     */
    static VulkanDevice open(Function<VkDevice, DeviceCalls> callsOf) {
        Natives.load();
        try {
            return new VulkanDevice(PhysicalDevice.best(), callsOf);
        } catch (RuntimeException | Error e) {
            Natives.unload();
            throw e;
        }
    }

    private VkQueue queue(int index) {
        try (MemoryStack stack = MemoryStack.stackPush()) {
            var handle = stack.mallocPointer(1);
            VK10.vkGetDeviceQueue(device, physical.queueFamily(), index, handle);
            return new VkQueue(handle.get(0), device);
        }
    }

    String name() {
        return physical.name();
    }

    int queueCount() {
        return queues.size();
    }

    Kernel kernel() {
        return kernel;
    }

    VkDevice handle() {
        return device;
    }

    void startInterrupts(DriverContext context) {
        Thread thread = context.newThread("vulkan-interrupt", interrupts);
        interruptThread = thread;
        thread.start();
    }

    /** False if the thread hangs in a native wait. */
    boolean stopInterrupts() {
        interrupts.stop();
        if (busy() == null && !isLost()) {
            queues.forEach(DeviceQueue::wake);
        }
        Thread thread = interruptThread;
        if (thread == null) {
            return true;
        }
        try {
            thread.join(STOP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    // ---- rings ------------------------------------------------------------------------------------------------------

    /** A ring on the queue that has the fewest. */
    VulkanRing openRing(RingSpec spec, FenceContext context) {
        DeviceQueue queue = queues.get(rings.size() % queues.size());
        VulkanRing ring = new VulkanRing(this, queue, spec, context, Semaphores.create(device));
        rings.add(ring);
        return ring;
    }

    /** The ring whose semaphore's value a fence is, {@code null} if none is. */
    @Nullable VulkanRing ringOf(DmaFence fence) {
        for (VulkanRing ring : rings) {
            if (ring.owns(fence)) {
                return ring;
            }
        }
        return null;
    }

    /** How many submissions to a queue the rings know to have ended. */
    long passed(DeviceQueue queue) {
        long passed = 0;
        for (VulkanRing ring : rings) {
            passed += ring.queue() == queue ? ring.retired() : 0;
        }
        return passed;
    }

    void look() {
        for (VulkanRing ring : rings) {
            ring.look();
        }
    }

    void killAll(FenceError error) {
        rings.forEach(ring -> ring.kill(error));
    }

    /** What the device still does, {@code null} if nothing. */
    @Nullable String busy() {
        if (isLost()) {
            return null; // and with it its work
        }
        List<String> working = new ArrayList<>();
        for (VulkanRing ring : rings) {
            long count = ring.onDevice();
            if (count > 0) {
                working.add(count
                        + (count == 1 ? " submission of ring " : " submissions of ring ")
                        + ring.spec().name());
            }
        }
        return working.isEmpty() ? null : String.join(", ", working) + " on device " + name();
    }

    /** A line for each ring whose device times are known. */
    void describe(Consumer<String> to) {
        for (VulkanRing ring : rings) {
            long count = ring.times().count();
            if (count > 0) {
                to.accept("ring " + ring.spec().name() + ": the device worked on " + count + " jobs, "
                        + micros(ring.times().percentileNs(50)) + " us each at the median, "
                        + micros(ring.times().percentileNs(99)) + " us at the 99th percentile");
            }
        }
    }

    private static long micros(long ns) {
        return TimeUnit.NANOSECONDS.toMicros(ns);
    }

    // ---- what the device says ---------------------------------------------------------------------------------------

    /**
     * A semaphore's counter, 0 if it can't be trusted: a lost device may say anything, and says that it is lost when it
     * is asked again.
     *
     * @param most what it can be at; asked after the counter, as somebody may submit meanwhile
     */
    long reached(long semaphore, LongSupplier most) {
        if (isLost()) {
            return 0;
        }
        long[] value = new long[1];
        int result = calls.counter(semaphore, value);
        long reached = value[0];
        if (result == VK10.VK_SUCCESS) {
            result = calls.counter(semaphore, value);
        }
        if (result != VK10.VK_SUCCESS) {
            lose("vkGetSemaphoreCounterValue answered " + result);
            return 0;
        }
        if (Long.compareUnsigned(reached, most.getAsLong()) > 0) {
            lose("its semaphore is at " + Long.toUnsignedString(reached) + ", which nobody submitted");
            return 0;
        }
        return reached;
    }

    /** To be followed by {@link #killAll} where fences may be signalled; the interrupt thread does it in any case. */
    void lose(String why) {
        if (lost == null) {
            lost = why;
        }
    }

    boolean isLost() {
        return lost != null;
    }

    // ---- what it makes for rings ------------------------------------------------------------------------------------

    long newCommandPool() {
        return memory.newCommandPool(physical.queueFamily());
    }

    VkCommandBuffer newCommands(long pool) {
        return memory.newCommands(pool);
    }

    /** A pool of the device's times, 0 if it tells none. */
    long newTimestamps(int count) {
        return physical.timestampBits() == 0 ? 0 : memory.newTimestamps(count);
    }

    /** The time between two of them, -1 if they are not known. */
    long spanNs(long queries, int first, LongBuffer span) {
        int result = VK10.vkGetQueryPoolResults(device, queries, first, 2, span, 8, VK10.VK_QUERY_RESULT_64_BIT);
        if (result != VK10.VK_SUCCESS) {
            return -1;
        }
        long ticks = (span.get(1) - span.get(0)) << (64 - physical.timestampBits()) >>> (64 - physical.timestampBits());
        return (long) (ticks * (double) physical.nsPerTick());
    }

    DeviceBuffer newBuffer(int bytes) {
        return memory.newBuffer(this, bytes);
    }

    void freeBuffer(DeviceBuffer buffer) {
        memory.free(buffer);
    }

    void freePools(long commands, long queries) {
        VK10.vkDestroyCommandPool(device, commands, null);
        if (queries != 0) {
            VK10.vkDestroyQueryPool(device, queries, null);
        }
    }

    /** Frees all there is. When nothing is on the device and nobody asks it any more. */
    void destroy() {
        VK10.vkDeviceWaitIdle(device);
        for (VulkanRing ring : rings) {
            ring.free();
            VK10.vkDestroySemaphore(device, ring.semaphore(), null);
        }
        rings.clear();
        queues.forEach(DeviceQueue::free);
        memory.destroy();
        kernel.free();
        VK10.vkDestroyDevice(device, null);
        physical.destroy();
        Natives.unload();
    }
}
