package org.dmafence.trace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.foreign.ForeignException;

/**
 * The tracepoints of one runtime: who listens, and whether anybody looks.
 *
 * <p>Off, which is the default, a tracepoint costs the read of one plain flag, and no issuer is asked for names. One is
 * on while a listener is registered, or while a flight recording runs that has chosen its event ({@code
 * dmafence.FenceSignaled} and so on; all are disabled there by default). Everything may be called from any thread.
 */
public final class FenceTrace {
    private final List<FenceTraceListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * Whether there are listeners. Written under this object's monitor, read by every tracepoint, opaquely on both
     * sides: an event that races with a change may go either way.
     */
    private boolean listening;

    /** Of a runtime that begins: nobody listens. */
    public FenceTrace() {}

    /** Whether anybody wants this tracepoint; callers skip building an event otherwise. */
    public boolean isOn(FenceTracepoint point) {
        return isListening() || FenceRecorder.isOn(point);
    }

    /** Whether anybody listens. */
    public boolean isListening() {
        return (boolean) LISTENING.getOpaque(this);
    }

    /** Registers a listener; it may miss events that are under way. */
    public synchronized void addListener(FenceTraceListener listener) {
        listeners.add(listener);
        LISTENING.setOpaque(this, true);
    }

    /** Removes a listener; it may still see events that are under way. */
    public synchronized void removeListener(FenceTraceListener listener) {
        listeners.remove(listener);
        LISTENING.setOpaque(this, !listeners.isEmpty());
    }

    /** Who listens. */
    public List<FenceTraceListener> listeners() {
        return List.copyOf(listeners);
    }

    /** Removes all listeners, which may pin whatever class loader they are of. */
    public synchronized void removeListeners() {
        listeners.clear();
        LISTENING.setOpaque(this, false);
    }

    /** Hands one event to all listeners. One that throws is dropped from this event only; the others still see it. */
    public void fire(FenceTracepoint point, String driver, String timeline, long context, long seqno) {
        for (FenceTraceListener listener : listeners) {
            try {
                listener.onFence(point, driver, timeline, context, seqno);
            } catch (Throwable e) {
                System.getLogger(FenceTrace.class.getName())
                        .log(
                                System.Logger.Level.WARNING,
                                "a fence trace listener failed at " + point,
                                ForeignException.of(e));
            }
        }
    }

    private static final VarHandle LISTENING;

    static {
        try {
            LISTENING = MethodHandles.lookup().findVarHandle(FenceTrace.class, "listening", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
