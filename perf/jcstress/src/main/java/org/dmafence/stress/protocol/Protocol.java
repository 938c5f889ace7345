package org.dmafence.stress.protocol;

import static org.dmafence.stress.protocol.Race.CALLBACK_LOST;
import static org.dmafence.stress.protocol.Race.DETACHED_UNSIGNALED;
import static org.dmafence.stress.protocol.Race.ENABLED_TOO_LATE;
import static org.dmafence.stress.protocol.Race.FREED;
import static org.dmafence.stress.protocol.Race.KEPT;
import static org.dmafence.stress.protocol.Race.NO_PAYLOAD;
import static org.dmafence.stress.protocol.Race.NO_TABLE;
import static org.dmafence.stress.protocol.Race.SPUN_ON_CALLBACK;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One fence, its driver, one reader's slot and the unloading, step by step: the sound one. What a twin gets wrong is one
 * overridden method. For two threads.
 */
public class Protocol {
    // The names, the modes and the order are those of FenceState, FenceSignaling, DmaFence, FenceNames, RcuReader
    // (FENCE),
    // GracePeriods and Unload, less what no scenario needs: errors, time-outs, nesting, more than one reader.

    protected static final int SIGNALED = 1;
    protected static final int TIMESTAMP = 1 << 1;
    protected static final int ENABLE_SIGNAL = 1 << 2;
    protected static final int LOCKED = 1 << 3;
    protected static final int ENABLING = 1 << 4;

    /** Something that can be freed; plain, so that only the protocol orders it. */
    public static class Memory {
        private int freed;

        /** Uses it. */
        public final int touch() {
            return freed == 0 ? KEPT : FREED;
        }

        public final void free() {
            freed = 1;
        }
    }

    /** The driver: its table, its strings and its data in one, as a fence refers to them. */
    public static final class Table extends Memory {
        /** Whether it implements wait or release, so that signalling leaves it. */
        final boolean keeps;

        /** What the ops work on. */
        public @Nullable Object payload = "payload";

        Table(boolean keeps) {
            this.keeps = keeps;
        }
    }

    /** A consumer's callback; plain, so that only the protocol orders it. */
    public static final class Callback {
        @Nullable Callback next;

        int runs;
    }

    /** In {@link #callbacks} while a thread runs what was there. */
    private static final Callback DRAINING = new Callback();

    /** What forced unloading leaves in the place of a table. */
    private static final Table TOMBSTONE = new Table(true);

    protected final Table table;
    private final Memory ownLock = new Memory();
    private final boolean force;

    protected @Nullable Table ops;

    private @Nullable Callback callbacks;
    private int state;
    private int inCallback;
    private int deferred;
    private int references = 1;
    private long epoch = 1;
    private long slot;

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

    // ---- read sections and grace periods ----------------------------------------------------------------------------

    protected final void enter() {
        SLOT.setOpaque(this, (long) EPOCH.getOpaque(this));
        VarHandle.fullFence(); // pairs with that of gracePeriod
    }

    protected final void leave() {
        SLOT.setRelease(this, 0L); // pairs with the scan
    }

    private void gracePeriod() {
        long target = (long) EPOCH.getAndAdd(this, 1L) + 1;
        VarHandle.fullFence(); // pairs with that of enter
        for (; ; ) {
            long seen = (long) SLOT.getAcquire(this);
            if (seen == 0 || seen >= target) {
                return;
            }
            Thread.onSpinWait();
        }
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

    /** As {@code FenceWaits.waitTimeout} for ops with a wait op: the op runs outside the section, and may sleep in there. */
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

    /** As {@code FenceSignaling.releaseLast} for ops with a release op. */
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

    // ---- signalling -------------------------------------------------------------------------------------------------

    /** True for the one that signalled. */
    public boolean signal() {
        int locked = testAndSet();
        if (locked == 0) {
            return false;
        }
        finish(locked);
        return true;
    }

    /** SIGNALED and LOCKED at once; 0 if it was signalled. */
    protected int testAndSet() {
        for (; ; ) {
            int s = stateAcquire();
            if ((s & SIGNALED) != 0) {
                return 0;
            }
            if ((s & LOCKED) == 0 && !isHeldByEnabler(s) && casState(s, s | SIGNALED | LOCKED)) {
                return s | SIGNALED | LOCKED;
            }
            Thread.onSpinWait();
        }
    }

    protected boolean isHeldByEnabler(int s) {
        return (s & ENABLING) != 0;
    }

    protected void finish(int locked) {
        detach();
        Callback list = takeCallbacks();
        unlock(locked | TIMESTAMP);
        drain(list);
    }

    protected void detach() {
        Table attached = ops;
        if (attached != null && !attached.keeps) {
            OPS.setRelease(this, null);
        }
    }

    protected final @Nullable Callback takeCallbacks() {
        Callback list = callbacks;
        if (list != null) {
            callbacks = DRAINING;
        }
        return list;
    }

    protected final void drain(@Nullable Callback list) {
        if (list == null) {
            return;
        }
        IN_CALLBACK.setRelease(this, 1); // pairs with isSpunOnCallback
        for (Callback callback = list; callback != null; callback = callback.next) {
            callback.runs++;
        }
        IN_CALLBACK.setRelease(this, 0);
        CALLBACKS.setRelease(this, null); // pairs with awaitDrained
    }

    // ---- callbacks --------------------------------------------------------------------------------------------------

    /** Before anybody else has the fence. */
    public final void beginWith(Callback callback) {
        callbacks = callback;
    }

    /** False if the fence has signalled. */
    public final boolean add(Callback callback) {
        if (isSignaled()) {
            return false;
        }
        int locked = lockUnsignaled();
        if (locked == 0) {
            return false;
        }
        callback.next = callbacks;
        callbacks = callback;
        unlock(locked | ENABLE_SIGNAL);
        return true;
    }

    /** 0 if the fence has signalled. */
    protected int lockUnsignaled() {
        for (; ; ) {
            int s = stateAcquire();
            if ((s & SIGNALED) != 0) {
                return 0;
            }
            if ((s & LOCKED) == 0 && casState(s, s | LOCKED)) {
                return s | LOCKED;
            }
            Thread.onSpinWait();
        }
    }

    /**
     * Takes the only callback back.
     *
     * @return 0 if that went by the laws
     */
    public final int remove(Callback callback) {
        boolean spun = false;
        boolean removed = false;
        if ((stateAcquire() & TIMESTAMP) == 0) {
            int s = stateAcquire();
            for (; (s & LOCKED) != 0 || !casState(s, s | LOCKED); s = stateAcquire()) {
                spun |= isSpunOnCallback();
                Thread.onSpinWait();
            }
            if ((s & TIMESTAMP) == 0) {
                callbacks = null;
                removed = true;
            }
            unlock(s);
        }
        if (!removed) {
            awaitDrained();
        }
        return spun ? SPUN_ON_CALLBACK : callback.runs == (removed ? 0 : 1) ? KEPT : CALLBACK_LOST;
    }

    /** Whether the lock bit that the remover waits for is held around a callback. Nobody but the signaller takes it. */
    private boolean isSpunOnCallback() {
        return (int) IN_CALLBACK.getAcquire(this) != 0 && (stateAcquire() & LOCKED) != 0;
    }

    protected void awaitDrained() {
        while (CALLBACKS.getAcquire(this) != null) { // pairs with drain
            Thread.onSpinWait();
        }
    }

    /** How often a callback ran, for whoever comes after both. */
    public static int runs(Callback callback) {
        return callback.runs;
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
        if (isKnown() && OPS.compareAndSet(this, table, TOMBSTONE)) {
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

    // ---- fields -----------------------------------------------------------------------------------------------------

    public final boolean isSignaled() {
        return (stateAcquire() & SIGNALED) != 0;
    }

    protected final int stateAcquire() {
        return (int) STATE.getAcquire(this); // pairs with unlock
    }

    /** What a reader would see that nothing orders. */
    protected final int statePlain() {
        return state;
    }

    protected final boolean casState(int expected, int next) {
        return STATE.compareAndSet(this, expected, next);
    }

    protected final void unlock(int locked) {
        STATE.setRelease(this, locked & ~LOCKED); // pairs with stateAcquire
    }

    protected final @Nullable Table opsAcquire() {
        return (Table) OPS.getAcquire(this); // pairs with nothing: grace periods do it
    }

    private static final VarHandle STATE;
    private static final VarHandle OPS;
    private static final VarHandle CALLBACKS;
    private static final VarHandle IN_CALLBACK;
    private static final VarHandle DEFERRED;
    private static final VarHandle REFERENCES;
    private static final VarHandle EPOCH;
    private static final VarHandle SLOT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Protocol.class, "state", int.class);
            OPS = lookup.findVarHandle(Protocol.class, "ops", Table.class);
            CALLBACKS = lookup.findVarHandle(Protocol.class, "callbacks", Callback.class);
            IN_CALLBACK = lookup.findVarHandle(Protocol.class, "inCallback", int.class);
            DEFERRED = lookup.findVarHandle(Protocol.class, "deferred", int.class);
            REFERENCES = lookup.findVarHandle(Protocol.class, "references", int.class);
            EPOCH = lookup.findVarHandle(Protocol.class, "epoch", long.class);
            SLOT = lookup.findVarHandle(Protocol.class, "slot", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
