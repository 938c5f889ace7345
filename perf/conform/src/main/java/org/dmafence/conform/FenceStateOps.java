package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.container.FenceArray;
import org.dmafence.fence.container.FenceChain;

/** The ops that ask about a fence. */
final class FenceStateOps {
    /** Of those that a kernel's issuer has, our fences keep the lowest ones. */
    private static final int USER_BITS = 4;

    private FenceStateOps() {}

    static void addTo(OpTable table) {
        table.add(
                "dma_fence_get_status",
                (world, args, result) -> result.put("ret", pollStatus(world.fence(args, "fence"))));
        table.add(
                "dma_fence_is_signaled",
                (world, args, result) ->
                        result.put("ret", world.fence(args, "fence").pollSignaled() ? 1 : 0));
        table.add("dma_fence_is_signaled_locked", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            FenceOwners.locked(fence, () -> result.put("ret", fence.pollSignaled() ? 1 : 0));
        });
        table.add(
                "dma_fence_test_signaled_flag",
                (world, args, result) ->
                        result.put("ret", world.fence(args, "fence").isSignaled() ? 1 : 0));
        table.add(
                "dma_fence_timestamp",
                (world, args, result) -> World.putTime(
                        result, "timestamp", world.fence(args, "fence").timestampNs()));
        table.add(
                "dma_fence_is_later",
                (world, args, result) ->
                        result.put("ret", world.fence(args, "f1").isLaterThan(world.fence(args, "f2")) ? 1 : 0));
        table.add(
                "dma_fence_is_later_or_same",
                (world, args, result) ->
                        result.put("ret", world.fence(args, "f1").isLaterThanOrSame(world.fence(args, "f2")) ? 1 : 0));
        table.add(
                "dma_fence_later",
                (world, args, result) -> result.put(
                        "ret", world.name(DmaFence.pollLater(world.fence(args, "f1"), world.fence(args, "f2")))));
        table.add("fence_names", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            result.put("timeline", fence.timelineName()).put("driver", fence.driverName());
        });
        table.add(
                "dma_fence_describe",
                (world, args, result) ->
                        result.put("text", world.fence(args, "fence").pollDescription()));
        table.add(
                "fence_ops_detached",
                (world, args, result) ->
                        result.put("ret", world.fence(args, "fence").isDetached() ? 1 : 0));
        table.add(
                "dma_fence_was_initialized",
                (world, args, result) -> result.put(
                        "ret", world.find(DmaFence.class, args.text("fence", World.NOTHING)) == null ? 0 : 1));
        table.add("dma_fence_is_container", (world, args, result) -> container(world.fence(args, "fence"), result));
        table.add("fence_state", (world, args, result) -> state(world, world.fence(args, "fence"), result));
        table.add("fence_flags", (world, args, result) -> flags(world, world.fence(args, "fence"), result));
    }

    /** The kernel's number; the raw error if there is one, even one that is no error there, for it is positive. */
    private static int pollStatus(DmaFence fence) {
        if (!fence.pollStatus().signaled()) {
            return 0;
        }
        int errno = fence.errno();
        return errno == 0 ? 1 : errno;
    }

    private static void container(DmaFence fence, ObjectNode result) {
        boolean array = FenceArray.isArray(fence);
        boolean chain = FenceChain.isChain(fence);
        result.put("ret", array || chain ? 1 : 0).put("array", array ? 1 : 0).put("chain", chain ? 1 : 0);
    }

    private static void state(World world, DmaFence fence, ObjectNode result) {
        if (FenceArray.isArray(fence) && (!fence.isSignaled() || world.wasSignaledFromOutside(fence))) {
            world.note(Note.PENDING_ARRAY);
        }
        FenceCoreOps.noteShared(world, fence);
        result.put("context", fence.context());
        result.put("seqno", fence.seqno());
        result.put("signaled", fence.isSignaled() ? 1 : 0);
        result.put("enable_signal", fence.isSignalingEnabled() ? 1 : 0);
        result.put("error", fence.errno());
        result.put("refcount", fence.references());
        result.put("inline_lock", FenceOwners.haveInlineLock(fence) ? 1 : 0);
        result.put("ops_detached", fence.isDetached() ? 1 : 0);
    }

    private static void flags(World world, DmaFence fence, ObjectNode result) {
        result.put("initialized", 1);
        result.put("inline_lock", FenceOwners.haveInlineLock(fence) ? 1 : 0);
        result.put("seqno64", fence.isSeqno64() ? 1 : 0);
        result.put("signaled", fence.isSignaled() ? 1 : 0);
        result.put("timestamp", fence.isSignaled() ? 1 : 0);
        result.put("enable_signal", fence.isSignalingEnabled() ? 1 : 0);
        int bits = 0;
        for (int bit = 0; bit < USER_BITS; bit++) {
            bits |= fence.userBit(bit) ? 1 << bit : 0;
        }
        result.put("user_bits", bits);
        result.put("ops_detached", fence.isDetached() ? 1 : 0);
    }
}
