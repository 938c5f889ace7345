package org.dmafence.conform;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** A callback of a scenario: it tells that it ran, and may do something to another fence. */
final class ScenarioCallback extends FenceCallback {
    /** What it does to another fence. */
    private record Action(String op, String fence, @Nullable String callback, long deadlineNs) {}

    private static final List<String> ACTIONS = List.of(
            "dma_fence_put",
            "dma_fence_signal",
            "dma_fence_is_signaled",
            "dma_fence_add_callback",
            "dma_fence_remove_callback",
            "fence_names",
            "fence_ops_detached",
            "dma_fence_set_deadline");

    private final World world;
    private final String name;
    private @Nullable Action action;

    private ScenarioCallback(World world, String name) {
        this.world = world;
        this.name = name;
    }

    /** The callback of a name, made if there is none yet. */
    static ScenarioCallback of(World world, String name) {
        ScenarioCallback known = world.find(ScenarioCallback.class, name);
        if (known != null) {
            return known;
        }
        ScenarioCallback made = new ScenarioCallback(world, name);
        world.put(name, made);
        return made;
    }

    /** Takes what it is to do from the arguments of the op that adds it. */
    void act(Args args) throws OracleException {
        if (args.has("act") && !ACTIONS.contains(args.text("act"))) {
            throw args.bad("act", "one of " + String.join(" ", ACTIONS));
        }
        action = args.has("act")
                ? new Action(
                        args.text("act"),
                        args.text("act_fence"),
                        args.has("act_cb") ? args.text("act_cb") : null,
                        args.number("act_deadline", args.number("deadline", 0)) * World.MS)
                : null;
    }

    @Override
    protected void onSignaled(DmaFence fence) {
        ObjectNode ran = World.event("cb").put("cb", name).put("fence", world.name(fence));
        ran.put("signaled", fence.isSignaled() ? 1 : 0).put("error", fence.errno());
        ran.put("detached", fence.isDetached() ? 1 : 0);
        world.emit(ran);
        Action doing = action;
        DmaFence target = doing == null ? null : world.find(DmaFence.class, doing.fence);
        if (doing != null && target != null && !target.isFreed()) {
            perform(doing, target);
        }
    }

    private void perform(Action doing, DmaFence target) {
        ObjectNode done = World.event("cb_action").put("cb", name).put("op", doing.op);
        done.put("fence", world.name(target));
        if (doing.callback != null) {
            done.put("target", doing.callback);
        }
        switch (doing.op) {
            case "dma_fence_put" -> {
                world.emit(done); // before the fence may be gone
                target.release();
                return;
            }
            case "dma_fence_signal" -> done.put("ret", FenceCoreOps.signal(world, target));
            case "dma_fence_is_signaled" -> done.put("ret", target.pollSignaled() ? 1 : 0);
            case "dma_fence_add_callback" ->
                done.put(
                        "ret",
                        target.addCallback(of(world, String.valueOf(doing.callback))) ? 0 : FenceError.ENOENT.errno());
            case "dma_fence_remove_callback" ->
                done.put("ret", target.removeCallback(of(world, String.valueOf(doing.callback))) ? 1 : 0);
            case "fence_names" -> done.put("timeline", target.timelineName()).put("driver", target.driverName());
            case "fence_ops_detached" -> done.put("ret", target.isDetached() ? 1 : 0);
            case "dma_fence_set_deadline" -> target.setDeadline(doing.deadlineNs);
            default -> throw new IllegalStateException(doing.op + " was let through by act");
        }
        world.emit(done);
    }
}
