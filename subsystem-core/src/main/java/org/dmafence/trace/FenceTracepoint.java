package org.dmafence.trace;

/** The seven events of the kernel's {@code dma_fence} trace system. */
public enum FenceTracepoint {
    /** A driver submitted the work of the fence. */
    EMIT("dma_fence_emit"),
    /** A fence was initialised. */
    INIT("dma_fence_init"),
    /** The last reference was dropped. */
    DESTROY("dma_fence_destroy"),
    /** The issuer is about to be asked to enable signalling. */
    ENABLE_SIGNAL("dma_fence_enable_signal"),
    /** The fence is signalled; its ops are still attached. */
    SIGNALED("dma_fence_signaled"),
    /** A thread begins to wait. */
    WAIT_START("dma_fence_wait_start"),
    /** A thread ends its wait, for whatever reason. */
    WAIT_END("dma_fence_wait_end");

    private final String kernelName;

    FenceTracepoint(String kernelName) {
        this.kernelName = kernelName;
    }

    /** The event's name in the kernel's trace text. */
    public String kernelName() {
        return kernelName;
    }
}
