package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceWaits;
import org.dmafence.testkit.VirtualTask;

/** The ops that wait. */
final class WaitOps {
    private WaitOps() {}

    static void addTo(OpTable table) {
        table.add("dma_fence_wait_timeout", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            putLeft(result, fence.waitTimeout(args.flag("intr"), timeoutNs(args)));
        });
        table.add("dma_fence_wait", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            result.put("ret", Math.min(0, fence.waitTimeout(args.flag("intr"), Long.MAX_VALUE)));
        });
        table.add("dma_fence_wait_any_timeout", WaitOps::any);
        table.add(
                "interrupt",
                (world, args, result) ->
                        world.get(VirtualTask.class, args.text("thread"), args).interrupt());
    }

    private static void any(World world, Args args, ObjectNode result) throws OracleException {
        FenceWaits.Any any;
        try {
            any = FenceWaits.any(world.fences(args, "fences"), args.flag("intr"), timeoutNs(args));
        } catch (IllegalArgumentException e) { // as ours refuse what the kernel warns of
            world.emit(World.event("WARN").put("in", "dma_fence_wait_any_timeout"));
            result.put("ret", FenceError.EINVAL.errno()).put("idx", -1);
            return;
        }
        putLeft(result, any.result());
        result.put("idx", any.index());
    }

    static long timeoutNs(Args args) throws OracleException {
        return World.timeoutNs(args.number("timeout", -1));
    }

    /** What a wait answered, in ms. */
    static void putLeft(ObjectNode result, long leftNs) {
        if (leftNs == Long.MAX_VALUE) {
            result.put("ret", "MAX");
        } else {
            result.put("ret", World.leftMs(leftNs));
        }
    }
}
