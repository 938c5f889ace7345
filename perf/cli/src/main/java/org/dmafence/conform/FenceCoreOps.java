package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceLock;

/** The ops that make fences, refer to them, signal them and call back. */
final class FenceCoreOps {
    private FenceCoreOps() {}

    static void addTo(OpTable table) {
        table.add("sleep", (world, args, result) -> {}); // the time passes before the next op
        table.add("dma_fence_init", (world, args, result) -> MockFence.create(world, args));
        table.add(
                "mock_set",
                (world, args, result) ->
                        world.get(MockFence.class, args.text("fence"), args).set(args));
        table.add("dma_fence_get", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            SchedJobOps.noteLast(world, fence);
            result.put("refcount", fence.retain().references());
        });
        table.add("dma_fence_put", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            SchedJobOps.noteLast(world, fence);
            put(fence, result);
        });
        table.add("dma_fence_get_rcu", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            result.put("ret", fence.tryRetain() ? world.name(fence) : "null");
        });
        table.add(
                "dma_fence_signal",
                (world, args, result) -> result.put("ret", signal(world, world.fence(args, "fence"))));
        table.add("dma_fence_signal_locked", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            result.put("ret", before(fence));
            FenceContext context = context(world, fence);
            locked(context, () -> context.signalLocked(fence));
        });
        table.add("dma_fence_signal_timestamp", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            result.put("ret", before(fence));
            context(world, fence).signalAt(fence, args.number("timestamp") * World.MS);
        });
        table.add("dma_fence_check_and_signal", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            result.put("ret", context(world, fence).checkAndSignal(fence) ? 1 : 0);
        });
        table.add("dma_fence_check_and_signal_locked", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            FenceContext context = context(world, fence);
            locked(context, () -> result.put("ret", context.checkAndSignal(fence) ? 1 : 0));
        });
        table.add("dma_fence_set_error", (world, args, result) -> {
            DmaFence fence = world.fence(args, "fence");
            context(world, fence).setErrno(fence, args.integer("error"));
            result.put("error", fence.errno());
        });
        table.add(
                "dma_fence_enable_sw_signaling",
                (world, args, result) -> world.fence(args, "fence").enableSignaling());
        table.add(
                "dma_fence_set_deadline",
                (world, args, result) -> world.fence(args, "fence").setDeadline(args.number("deadline") * World.MS));
        table.add("dma_fence_add_callback", FenceCoreOps::addCallback);
        table.add(
                "dma_fence_remove_callback",
                (world, args, result) -> result.put(
                        "ret",
                        world.fence(args, "fence").removeCallback(ScenarioCallback.of(world, args.text("cb")))
                                ? 1
                                : 0));
        table.add(
                "dma_fence_get_stub",
                (world, args, result) ->
                        world.nameFence(args.text("out"), world.runtime().stub()));
        table.add(
                "dma_fence_allocate_private_stub",
                (world, args, result) -> world.nameFence(
                        args.text("out"), world.runtime().allocateStub(args.number("timestamp") * World.MS)));
        table.add(
                "dma_fence_context_alloc",
                (world, args, result) -> result.put("ret", world.runtime().allocateContexts(args.integer("num"))));
        table.add("dma_fence_null_ops", (world, args, result) -> {
            world.note(Note.NULL_FENCE); // there is no way to pass one: NullAway and requireNonNull are in front
            result.put("get", "null");
        });
    }

    /** Notes that references to a fence are counted that everybody shares. */
    static void noteStub(World world, DmaFence fence) {
        if (world.isSharedStub(fence)) {
            world.note(Note.SHARED_STUB);
        }
    }

    private static void put(DmaFence fence, ObjectNode result) {
        int left = fence.references() - 1;
        fence.release();
        result.put("refcount", left);
    }

    private static void addCallback(World world, Args args, ObjectNode result) throws OracleException {
        DmaFence fence = world.fence(args, "fence");
        ScenarioCallback callback = ScenarioCallback.of(world, args.text("cb"));
        callback.act(args);
        result.put("ret", fence.addCallback(callback) ? 0 : FenceError.ENOENT.errno());
    }

    /** Signals as whoever issued the fence; 0, or -EINVAL if it had signalled. */
    static int signal(World world, DmaFence fence) {
        int ret = before(fence);
        if (ret == 0) {
            issuer(world, fence).signal().accept(fence);
        }
        return ret;
    }

    private static int before(DmaFence fence) {
        return fence.isSignaled() ? FenceError.EINVAL.errno() : 0;
    }

    /** The issuer's end of a fence: only that can signal it, and an issuer here is a mock or a loaded module. */
    private static World.Issuer issuer(World world, DmaFence fence) {
        World.Issuer issuer = world.issuer(fence);
        if (issuer == null) {
            throw new IllegalArgumentException(fence + " has an issuer of its own: nobody else can signal it");
        }
        return issuer;
    }

    static FenceContext context(World world, DmaFence fence) {
        FenceContext context = issuer(world, fence).context();
        if (context == null) {
            throw new IllegalArgumentException(fence + " is a module's, which keeps its context to itself");
        }
        return context;
    }

    static void locked(FenceContext context, Runnable body) {
        FenceLock lock = context.lock();
        if (lock == null) {
            body.run();
            return;
        }
        lock.lock();
        try {
            body.run();
        } finally {
            lock.unlock();
        }
    }
}
