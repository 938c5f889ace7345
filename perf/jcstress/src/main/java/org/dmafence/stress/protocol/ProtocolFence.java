package org.dmafence.stress.protocol;

import static org.dmafence.stress.protocol.Race.CALLBACK_LOST;
import static org.dmafence.stress.protocol.Race.KEPT;
import static org.dmafence.stress.protocol.Race.SPUN_ON_CALLBACK;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The state word of one fence, its table and its callbacks: how it signals, and how callbacks come and go. */
public abstract class ProtocolFence extends ProtocolSections {
    // The names, the modes and the order are those of FenceState, FenceSignaling and FenceEnabling, less errors.

    protected static final int SIGNALED = 1;
    protected static final int TIMESTAMP = 1 << 1;
    protected static final int ENABLE_SIGNAL = 1 << 2;
    protected static final int LOCKED = 1 << 3;
    protected static final int ENABLING = 1 << 4;

    /** A consumer's callback; plain, so that only the protocol orders it. */
    public static final class Callback {
        @Nullable Callback next;

        int runs;
    }

    /** In {@link #callbacks} while a thread runs what was there. */
    private static final Callback DRAINING = new Callback();

    protected @Nullable Table ops;

    private @Nullable Callback callbacks;
    private int state;
    private int inCallback;

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

    /** Swaps the table for a tombstone; false if it is gone. */
    final boolean casOps(Table expected, Table replacement) {
        return OPS.compareAndSet(this, expected, replacement);
    }

    private static final VarHandle STATE;
    private static final VarHandle OPS;
    private static final VarHandle CALLBACKS;
    private static final VarHandle IN_CALLBACK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(ProtocolFence.class, "state", int.class);
            OPS = lookup.findVarHandle(ProtocolFence.class, "ops", Table.class);
            CALLBACKS = lookup.findVarHandle(ProtocolFence.class, "callbacks", Callback.class);
            IN_CALLBACK = lookup.findVarHandle(ProtocolFence.class, "inCallback", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
