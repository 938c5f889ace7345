package org.dmafence.conform;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.resv.ReservationObject;
import org.dmafence.sched.GpuScheduler;

/** Which kernel function the core was in when it reported misuse. */
final class KernelFunctions {
    /** By the Java method that stands for it. */
    private static final Map<String, String> BY_METHOD = Map.ofEntries(
            Map.entry("FenceContext.setErrno", "dma_fence_set_error"),
            Map.entry("DmaFence.timestampNs", "dma_fence_timestamp"),
            Map.entry("FenceFreeing.releaseLast", "dma_fence_release"),
            Map.entry("FenceWaits.waitTimeout", "dma_fence_wait_timeout"),
            Map.entry("DmaFence.isLaterThan", "dma_fence_is_later"),
            Map.entry("DmaFence.pollLater", "dma_fence_later"),
            Map.entry("FenceRuntime.allocateContexts", "dma_fence_context_alloc"),
            Map.entry("FenceArray.create", "dma_fence_array_init"),
            Map.entry("FenceChain.create", "dma_fence_chain_init"),
            Map.entry("ResvChanges.add", "dma_resv_add_fence"),
            Map.entry("Selection.fits", "drm_sched_can_queue"));

    private static final List<String> CORE = List.of(
            DmaFence.class.getPackageName(),
            ReservationObject.class.getPackageName(),
            GpuScheduler.class.getPackageName());

    private KernelFunctions() {}

    /** The innermost one on the calling thread's stack, {@code ?} if none is known. */
    static String ofCaller() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> CORE.stream().anyMatch(frame.getClassName()::startsWith))
                        .map(frame -> BY_METHOD.get(simpleName(frame.getClassName()) + "." + frame.getMethodName()))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse("?"));
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
