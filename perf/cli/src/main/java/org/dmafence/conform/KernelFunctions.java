package org.dmafence.conform;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.resv.ReservationObject;

/** Which kernel function the core was in when it reported misuse. */
final class KernelFunctions {
    /** By the Java method that stands for it. */
    private static final Map<String, String> BY_METHOD = Map.of(
            "FenceContext.setErrno", "dma_fence_set_error",
            "DmaFence.timestampNs", "dma_fence_timestamp",
            "FenceSignaling.releaseLast", "dma_fence_release",
            "FenceWaits.waitTimeout", "dma_fence_wait_timeout",
            "DmaFence.isLaterThan", "dma_fence_is_later",
            "DmaFence.later", "dma_fence_later",
            "FenceRuntime.allocateContexts", "dma_fence_context_alloc",
            "FenceArray.create", "dma_fence_array_init",
            "FenceChain.create", "dma_fence_chain_init",
            "ResvChanges.add", "dma_resv_add_fence");

    private static final List<String> CORE =
            List.of(DmaFence.class.getPackageName(), ReservationObject.class.getPackageName());

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
