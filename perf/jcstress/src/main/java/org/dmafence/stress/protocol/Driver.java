package org.dmafence.stress.protocol;

import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceLedger;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.stress.protocol.ProtocolSections.Memory;
import org.jspecify.annotations.Nullable;

/** A driver with one fence of the real classes, and its unloading: the steps of {@code Unload} that a race can meet. */
public final class Driver {
    private static final FenceRuntime RUNTIME =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();
    private static final FenceContext CONTEXT = FenceContext.builder(RUNTIME).build();

    final FenceContext context;
    final DmaFence fence;

    /** Only for drivers whose unloading looks for fences: a ledger is large, and these tests make many. */
    private final @Nullable FenceLedger ledger;

    private final Table table;

    private Driver(Table table, FenceContext context, @Nullable FenceLedger ledger) {
        this.table = table;
        this.context = context;
        this.ledger = ledger;
        fence = context.newFence(table, 1);
    }

    /** One whose ops go with the signal. */
    static Driver detachable(Op... implemented) {
        return new Driver(new Table(false, implemented), CONTEXT, null);
    }

    /** As {@link #detachable}, on a hardware that has finished. */
    static Driver finished() {
        return new Driver(new Table(true, Op.SIGNALED), CONTEXT, null);
    }

    /** One that has a ledger. */
    static Driver tracked(Op... implemented) {
        FenceLedger ledger = new FenceLedger("race", false);
        FenceContext context = FenceContext.builder(RUNTIME).ledger(ledger).build();
        return new Driver(new Table(false, implemented), context, ledger);
    }

    /** One that has a ledger, and whose fences share an external lock in its memory. */
    static Driver locked(Op... implemented) {
        Table table = new Table(false, implemented);
        FenceLedger ledger = new FenceLedger("race", false);
        FenceContext context = FenceContext.builder(RUNTIME)
                .ledger(ledger)
                .lock(FenceLock.ownedBy(table))
                .build();
        return new Driver(table, context, ledger);
    }

    /** The law that the driver's code found broken, 0 for none. */
    int broken() {
        return table.broken;
    }

    /** The orderly way, for a fence that keeps nothing of the driver. */
    int unload() {
        context.signal(fence);
        RUNTIME.rcu().synchronize();
        table.memory.free();
        return Race.KEPT;
    }

    /** What nobody may do: frees what readers may be in. */
    public int unloadAtOnce() {
        context.signal(fence);
        table.memory.free();
        return Race.KEPT;
    }

    int unloadUnlessNeeded() {
        context.signal(fence);
        if (ledger().dependents().isEmpty()) {
            RUNTIME.rcu().synchronize();
            table.memory.free();
        }
        return Race.KEPT;
    }

    int unloadByForce() {
        int unused = ledger().signalAll(null);
        RUNTIME.rcu().synchronize();
        unused = ledger().entomb(ops -> new Table(false, Op.RELEASE));
        RUNTIME.rcu().synchronize();
        table.memory.free();
        return Race.KEPT;
    }

    private FenceLedger ledger() {
        return Objects.requireNonNull(ledger, "only a tracked driver is unloaded so");
    }

    /** The driver's code, which uses the driver's memory whatever it is asked. */
    private static final class Table extends FenceOps {
        final Memory memory = new Memory();
        private final boolean finished;
        int broken;

        Table(boolean finished, Op... implemented) {
            super(implemented);
            this.finished = finished;
        }

        private boolean touch() {
            broken |= memory.touch();
            return finished;
        }

        @Override
        protected String driverName(DmaFence fence) {
            boolean unused = touch();
            return "driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            boolean unused = touch();
            return "timeline";
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            boolean unused = touch();
            return true;
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            return touch();
        }

        @Override
        protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
            boolean unused = touch();
            return 0;
        }

        @Override
        protected void setDeadline(DmaFence fence, long deadlineNs) {
            boolean unused = touch();
        }

        @Override
        protected void release(DmaFence fence) {
            boolean unused = touch();
        }
    }

    /** A callback that counts its runs; plain, so that the core's ordering shows. */
    static final class Count extends FenceCallback {
        int runs;

        @Override
        protected void onSignaled(DmaFence fence) {
            runs++;
        }
    }
}
