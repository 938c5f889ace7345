package org.dmafence.sync;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.ModuleGoneException;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.testkit.VirtualTask;

/** A virtual CPU, fences on it whose driver writes down what it is asked, and threads that write down how they end. */
final class SyncObjRig implements AutoCloseable {
    final VirtualCpu cpu = VirtualCpu.create();
    final List<String> reports = new ArrayList<>();
    final List<String> log = new ArrayList<>();
    final FenceRuntime runtime = cpu.runtimeBuilder()
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    /** What happens in a driver's enable op. */
    Runnable onEnable = () -> {};

    private final IdentityHashMap<DmaFence, FenceContext> contexts = new IdentityHashMap<>();

    /** A body that may be interrupted. */
    interface Body {
        Object run() throws InterruptedException;
    }

    DmaFence fence(String name) {
        FenceContext context = FenceContext.builder(runtime).build();
        DmaFence fence = context.newFence(new Driver(name), 1);
        contexts.put(fence, context);
        return fence;
    }

    /** A fence of a driver that is gone, and that can't be told of the last release. */
    DmaFence orphan(String name) {
        DmaFence fence = FenceContext.builder(runtime).build().newFence(new Orphan(name), 1);
        fence.enableSignaling(); // which fails, so that it signals
        return fence;
    }

    /** The fence of a point that is expected to be there. */
    static DmaFence at(SyncObj object, long point) {
        return Objects.requireNonNull(object.fenceAt(point), () -> "a fence at " + point);
    }

    void signal(DmaFence fence) {
        context(fence).signal(fence);
    }

    void signal(DmaFence fence, FenceError error) {
        context(fence).signal(fence, error);
    }

    private FenceContext context(DmaFence fence) {
        return Objects.requireNonNull(contexts.get(fence), "a fence of this rig");
    }

    /** Starts a thread that writes down what its body returned or threw, and runs it until it sleeps. */
    VirtualTask start(String name, Body body) {
        VirtualTask task = cpu.start(name, () -> {
            try {
                log.add(name + ": " + body.run());
            } catch (InterruptedException e) {
                log.add(name + ": interrupted");
            } catch (SyncObjException e) {
                log.add(name + ": " + e.error());
            }
        });
        cpu.settle();
        return task;
    }

    @Override
    public void close() {
        cpu.close();
    }

    private final class Driver extends FenceOps {
        private final String name;

        Driver(String name) {
            super(Op.ENABLE_SIGNALING, Op.RELEASE, Op.SET_DEADLINE);
            this.name = name;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "rig";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return name;
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            log.add("enable " + name);
            onEnable.run();
            return true;
        }

        @Override
        protected void release(DmaFence fence) {
            log.add("release " + name);
        }

        @Override
        protected void setDeadline(DmaFence fence, long deadlineNs) {
            log.add("deadline " + name + " " + deadlineNs);
        }
    }

    private static final class Orphan extends FenceOps {
        private final String name;

        Orphan(String name) {
            super(Op.ENABLE_SIGNALING, Op.RELEASE);
            this.name = name;
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "gone";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return name;
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            return false;
        }

        @Override
        protected void release(DmaFence fence) {
            throw new ModuleGoneException("gone", "release", name);
        }
    }
}
