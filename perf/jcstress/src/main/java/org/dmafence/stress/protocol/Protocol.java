package org.dmafence.stress.protocol;

import static org.dmafence.stress.protocol.Race.DETACHED_UNSIGNALED;
import static org.dmafence.stress.protocol.Race.ENABLED_TOO_LATE;
import static org.dmafence.stress.protocol.Race.KEPT;
import static org.dmafence.stress.protocol.Race.NO_PAYLOAD;
import static org.dmafence.stress.protocol.Race.NO_TABLE;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One fence, its driver, one reader's slot and the unloading, step by step: the sound one. What a twin gets wrong is
 * one overridden method. For two threads.
 */
public class Protocol extends ProtocolFence {
    // The names, the modes and the order are those of DmaFence, FenceNames, FenceEnabling, FenceFreeing and Unload,
    // less
    // what no scenario needs: time-outs, more than one fence.

    /** What forced unloading leaves in the place of a table. */
    private static final Table TOMBSTONE = new Table(true);

    protected final Table table;
    private final Memory ownLock = new Memory();
    private final boolean force;

    private int deferred;
    private int references = 1;

    /** A driver whose ops go when the fence signals. */
    public Protocol() {
        this(false, false);
    }

    /**
     * A driver.
     *
     * @param keeps whether its ops stay until the last reference goes
     * @param force whether to unload it all the same
     */
    public Protocol(boolean keeps, boolean force) {
        this.force = force;
        table = new Table(keeps);
        ops = table;
    }

    // ---- asking the driver ------------------------------------------------------------------------------------------

    /** Runs the driver's code on the driver's data. */
    protected final int call(@Nullable Table called) {
        if (called == null) {
            return NO_TABLE;
        }
        return called.payload == null ? NO_PAYLOAD : called.touch();
    }

    /** An op that has been looked up. */
    protected int ask(@Nullable Table seen) {
        return seen == null ? KEPT : call(seen);
    }

    /** As {@code DmaFence.pollSignaled}. */
    public int poll() {
        if (isSignaled()) {
            return KEPT;
        }
        enter();
        try {
            return ask(opsAcquire());
        } finally {
            leave();
        }
    }

    /** As {@code FenceNames.driver}; the literal is for fences that have signalled. */
    public final int name() {
        int answer = askName();
        return answer == LITERAL ? (isSignaled() ? KEPT : DETACHED_UNSIGNALED) : answer;
    }

    protected static final int LITERAL = -1;

    protected int askName() {
        enter();
        try {
            Table seen = opsAcquire();
            return seen == null || isSignaled() ? LITERAL : call(seen);
        } finally {
            leave();
        }
    }

    /** As {@code DmaFence.setDeadline}. */
    public int setDeadline() {
        enter();
        try {
            Table seen = opsAcquire();
            return seen == null || isSignaled() ? KEPT : call(seen);
        } finally {
            leave();
        }
    }

    /**
     * As {@code FenceWaits.waitTimeout} for ops with a wait op: the op runs outside the section, and may sleep in
     * there.
     */
    public final int await() {
        Table seen;
        enter();
        try {
            seen = opsAcquire();
        } finally {
            leave();
        }
        return seen == null || seen == TOMBSTONE ? KEPT : call(seen);
    }

    /** As {@code DmaFence.release} by whoever has the last reference. */
    public final int release() {
        int unused = (int) REFERENCES.getAndAdd(this, -1);
        return releaseLast();
    }

    /** As {@code FenceFreeing.releaseLast} for ops with a release op. */
    protected int releaseLast() {
        enter();
        try {
            return call(opsAcquire());
        } finally {
            leave();
        }
    }

    /** The first consumer's {@code enableSignaling}. */
    public final int enable() {
        for (; ; ) {
            int s = stateAcquire();
            if ((s & (SIGNALED | ENABLE_SIGNAL)) != 0) {
                return KEPT;
            }
            if ((s & LOCKED) == 0 && casState(s, s | ENABLE_SIGNAL | ENABLING)) {
                break;
            }
            Thread.onSpinWait();
        }
        enter();
        try {
            int answer = ask(opsAcquire());
            return answer == KEPT && isSignaled() ? ENABLED_TOO_LATE : answer;
        } finally {
            leave();
            for (int s = stateAcquire(); !casState(s, s & ~ENABLING); s = stateAcquire()) {
                Thread.onSpinWait();
            }
        }
    }

    /** Takes the external lock, as whoever locks a fence does, signalled or not. */
    public final int lock() {
        return lockMemory().touch();
    }

    /** Where the external lock lies. */
    protected Memory lockMemory() {
        return ownLock;
    }

    // ---- unloading --------------------------------------------------------------------------------------------------

    /** Signals what is left, waits for whoever may be in the driver, and frees it; unless somebody needs it. */
    public final int unload() {
        boolean unused = signal();
        if (isPinned()) {
            return KEPT;
        }
        awaitReaders();
        awaitDeferred();
        if (isKnown() && casOps(table, TOMBSTONE)) {
            awaitReaders();
        }
        table.free();
        return KEPT;
    }

    /** Whether a fence keeps its ops, and nobody forces the matter. */
    protected boolean isPinned() {
        return !force && opsAcquire() == table;
    }

    /** Whether the driver's ledger still has the fence; a detached one has no table to be replaced. */
    protected boolean isKnown() {
        return true;
    }

    protected final int referencesOpaque() {
        return (int) REFERENCES.getOpaque(this);
    }

    protected void awaitReaders() {
        gracePeriod();
    }

    /** As {@code RcuDomain.barrier}. */
    protected void awaitDeferred() {
        while ((int) DEFERRED.getAcquire(this) != 0) { // pairs with runDeferred
            Thread.onSpinWait();
        }
    }

    /** Before the race: the driver has deferred a callback of its own. */
    public final void defer() {
        deferred = 1;
    }

    /** As the callback thread does, after a grace period of its own. */
    public final int runDeferred() {
        int answer = call(table);
        DEFERRED.setRelease(this, 0); // pairs with awaitDeferred
        return answer;
    }

    private static final VarHandle DEFERRED;
    private static final VarHandle REFERENCES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            DEFERRED = lookup.findVarHandle(Protocol.class, "deferred", int.class);
            REFERENCES = lookup.findVarHandle(Protocol.class, "references", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
