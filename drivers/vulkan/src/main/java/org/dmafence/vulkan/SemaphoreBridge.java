package org.dmafence.vulkan;

import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceRuntime;

/**
 * For programs that have a Vulkan device already, made with LWJGL or any other binding: their timeline semaphores as
 * fences, and any driver's fences as semaphores that their submissions wait for. Devices and semaphores go by their
 * handles.
 *
 * <p>Put this jar and LWJGL's on the program's class path, and don't load it as a driver, to use this class. Any thread
 * may call it. The device must outlive the bridge.
 */
public final class SemaphoreBridge implements AutoCloseable {
    private final FenceRuntime runtime;
    private final ThreadFactory threads;
    private final SemaphoreFunctions functions;

    private SemaphoreBridge(FenceRuntime runtime, long device, ThreadFactory threads) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.threads = Objects.requireNonNull(threads, "threads");
        functions = new SemaphoreFunctions(device);
    }

    /**
     * A bridge to a device.
     *
     * @param runtime of the fences
     * @param device a {@code VkDevice}, created with timeline semaphores
     * @param threads makes one for each timeline
     * @throws IllegalStateException if there is no Vulkan loader, or the device has no timeline semaphores
     */
    public static SemaphoreBridge to(FenceRuntime runtime, long device, ThreadFactory threads) {
        Natives.load();
        try {
            return new SemaphoreBridge(runtime, device, threads);
        } catch (RuntimeException | Error e) {
            Natives.unload();
            throw e;
        }
    }

    /**
     * A semaphore as a timeline of fences.
     *
     * @param name the timeline's, for diagnosis
     * @param semaphore a timeline semaphore of the device, which has to outlive the timeline
     */
    public SemaphoreTimeline timeline(String name, long semaphore) {
        return SemaphoreTimeline.open(runtime, name, functions, semaphore, threads);
    }

    /**
     * A fence as a semaphore: at 0, and raised to 1 when the fence signals, by whichever thread signals it. A semaphore
     * can't say that the fence ended with an error; ask the fence.
     *
     * @return a timeline semaphore, to be given to {@link #destroy} when no submission waits for it any more
     */
    public long export(DmaFence fence) {
        long semaphore = functions.create();
        DmaFence kept = fence.retain();
        FenceCallback raise = FenceCallback.of(signaled -> {
            functions.signal(semaphore, 1);
            kept.release();
        });
        if (!kept.addCallback(raise)) {
            functions.signal(semaphore, 1);
            kept.release();
        }
        return semaphore;
    }

    /** Destroys an exported semaphore whose fence has signalled. */
    public void destroy(long exported) {
        functions.destroy(exported);
    }

    /** To be called after the timelines are closed. */
    @Override
    public void close() {
        Natives.unload();
    }
}
