package org.dmafence;

import java.util.function.Consumer;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;

/** What a host does with fences, in none of the core's packages. */
public final class HostCode {
    private HostCode() {}

    /** Makes a fence of the host's when it is called back. */
    public static FenceCallback making(FenceRuntime runtime, FenceOps ops, Consumer<DmaFence> taker) {
        return FenceCallback.of(fence ->
                taker.accept(FenceContext.builder(runtime).name("host").build().newFence(ops, 1)));
    }
}
