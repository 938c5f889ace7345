package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceArray;

/** The ops that make fences, refer to them, signal them and call back. */
final class FenceCoreOps {
    private FenceCoreOps() {}

    static void addTo(OpTable table) {
        table.add("sleep", (world, args, result) -> {}); // the time passes before the next op
        table.add("dma_fence_init", (world, args, result) -> MockFence.create(world, args));
        table.add(
                "mock_set",
                (world, args, result) -> MockFence.of(world, args, "fence").set(args));
        table.add("dma_fence_get", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            noteShared(world, fence);
            result.put("refcount", fence.retain().references());
        });
        table.add("dma_fence_put", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            noteShared(world, fence);
            put(fence, result);
        });
        table.add("dma_fence_get_rcu", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            result.put("ret", fence.tryRetain() ? world.name(fence) : "null");
        });
        table.add(
                "dma_fence_signal",
                (world, args, result) -> signal(world, args, result, fence -> signal(world, fence)));
        table.add("dma_fence_signal_locked", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            FenceOwners.locked(
                    fence, () -> result.put("ret", signal(world, fence, FenceOwners.of(fence)::signalLocked)));
        });
        table.add("dma_fence_signal_timestamp", (world, args, result) -> {
            long atNs = args.number("timestamp", 0) * World.MS;
            signal(
                    world,
                    args,
                    result,
                    fence -> signal(world, fence, any -> FenceOwners.of(any).signalAt(any, atNs)));
        });
        table.add("dma_fence_check_and_signal", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            result.put("ret", signal(world, fence) == 0 ? 0 : 1);
        });
        table.add("dma_fence_check_and_signal_locked", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            FenceOwners.locked(
                    fence,
                    () -> result.put("ret", signal(world, fence, FenceOwners.of(fence)::signalLocked) == 0 ? 0 : 1));
        });
        table.add("dma_fence_set_error", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            int error = args.integer("error", 0);
            world.noteError(error);
            FenceOwners.of(fence).setErrno(fence, error);
            result.put("error", fence.errno());
        });
        table.add(
                "dma_fence_enable_sw_signaling",
                (world, args, result) -> world.fence(args, "fence").enableSignaling());
        table.add(
                "dma_fence_set_deadline",
                (world, args, result) -> world.fence(args, "fence").setDeadline(args.number("deadline", 0) * World.MS));
        table.add("dma_fence_add_callback", FenceCoreOps::addCallback);
        table.add(
                "dma_fence_remove_callback",
                (world, args, result) -> result.put(
                        "ret",
                        world.fence(args, "fence").removeCallback(ScenarioCallback.of(world, args.text("cb", "")))
                                ? 1
                                : 0));
        table.add(
                "dma_fence_get_stub",
                (world, args, result) ->
                        world.nameResult(args, "out", world.runtime().stub()));
        table.add("dma_fence_allocate_private_stub", (world, args, result) -> {
            long atNs = args.number("timestamp", 0) * World.MS;
            world.nameResult(args, "out", world.runtime().allocateStub(atNs));
        });
        table.add(
                "dma_fence_context_alloc",
                (world, args, result) -> result.put("ret", world.runtime().allocateContexts(args.integer("num", 0))));
        table.add("dma_fence_null_ops", (world, args, result) -> {
            world.note(Note.NULL_FENCE);
            result.put("get", "null");
        });
    }

    /** Notes whose references to a fence are counted as well. */
    static void noteShared(World world, DmaFence fence) {
        if (world.isSharedStub(fence)) {
            world.note(Note.SHARED_STUB);
        }
        SchedJobOps.noteLast(world, fence);
    }

    private static void put(DmaFence fence, ObjectNode result) {
        int left = fence.references() - 1;
        fence.release();
        result.put("refcount", left);
    }

    private static void addCallback(World world, Args args, ObjectNode result) throws OracleException {
        DmaFence fence = world.fenceOrNull(args, "fence");
        if (fence == null || !args.has("cb")) {
            world.note(Note.NULL_FENCE);
            return;
        }
        ScenarioCallback callback = ScenarioCallback.of(world, args.text("cb"));
        callback.act(args);
        result.put("ret", fence.addCallback(callback) ? 0 : FenceError.ENOENT.errno());
    }

    /** Signals what the argument names; there is no way to pass none: NullAway and requireNonNull are in front. */
    private static void signal(World world, Args args, ObjectNode result, ToIntFunction<DmaFence> how)
            throws OracleException {
        DmaFence fence = world.fenceOrNull(args, "fence");
        if (fence == null) {
            world.note(Note.NULL_FENCE);
        } else {
            result.put("ret", how.applyAsInt(fence));
        }
    }

    /** Signals as whoever issued the fence; 0, or -EINVAL if it had signalled. */
    static int signal(World world, DmaFence fence) {
        return signal(world, fence, FenceOwners.of(fence)::signal);
    }

    private static int signal(World world, DmaFence fence, Consumer<DmaFence> how) {
        int ret = fence.isSignaled() ? FenceError.EINVAL.errno() : 0;
        FenceArray array = FenceArray.of(fence);
        if (ret == 0 && array != null) {
            world.signaledFromOutside(fence);
        }
        how.accept(fence);
        return ret;
    }
}
