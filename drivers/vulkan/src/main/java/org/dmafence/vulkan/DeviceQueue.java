package org.dmafence.vulkan;

import java.util.concurrent.locks.ReentrantLock;
import org.lwjgl.vulkan.VkQueue;

/**
 * A queue of the device, which several rings may share, and the semaphore that it raises by one with each submission:
 * what the interrupt thread waits for.
 *
 * <p>Any thread may submit. Only Vulkan is called with the lock held, so a fence's callback may submit as well,
 * whatever locks it is called under.
 */
final class DeviceQueue {
    private final DeviceCalls calls;
    private final VkQueue queue;
    private final HostSemaphore interrupt;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock for writing. */
    private volatile long submissions;

    DeviceQueue(DeviceCalls calls, VkQueue queue, HostSemaphore interrupt) {
        this.calls = calls;
        this.queue = queue;
        this.interrupt = interrupt;
    }

    /** The semaphore. */
    long interrupt() {
        return interrupt.handle();
    }

    /** What the semaphore is at when all is done; no less than it is at. */
    long submissions() {
        return submissions;
    }

    /** Ends a wait for the semaphore; when nothing is on the device, which would raise it as well. */
    void wake() {
        lock.lock();
        try {
            long next = submissions + 1;
            submissions = next;
            interrupt.raise(next);
        } finally {
            lock.unlock();
        }
    }

    void free() {
        interrupt.free();
    }

    /** Hands a batch to the device; answers a {@code VkResult}. */
    int submit(SubmitBatch batch) {
        lock.lock();
        try {
            long next = submissions + 1;
            submissions = next; // before the device can be there
            return calls.submit(queue, batch.raising(next));
        } finally {
            lock.unlock();
        }
    }
}
