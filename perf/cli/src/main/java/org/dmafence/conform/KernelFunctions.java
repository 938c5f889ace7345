package org.dmafence.conform;

import java.util.Map;
import org.dmafence.fence.DmaFence;

/** Which kernel function the core was in when it reported misuse. */
final class KernelFunctions {
    /** By the Java method that stands for it, innermost first. */
    private static final Map<String, String> BY_METHOD = Map.of(
            "setErrno", "dma_fence_set_error",
            "timestampNs", "dma_fence_timestamp",
            "releaseLast", "dma_fence_release",
            "waitTimeout", "dma_fence_wait_timeout",
            "isLaterThan", "dma_fence_is_later",
            "later", "dma_fence_later",
            "allocateContexts", "dma_fence_context_alloc");

    private static final String CORE = DmaFence.class.getPackageName();

    private KernelFunctions() {}

    static String ofCaller() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> frame.getClassName().startsWith(CORE))
                        .map(frame -> BY_METHOD.get(frame.getMethodName()))
                        .filter(java.util.Objects::nonNull)
                        .findFirst()
                        .orElse("?"));
    }
}
