package org.dmafence.trace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * The switch and the fan-out of the tracepoints of one runtime.
 *
 * <p>Off, which is the default, a tracepoint costs the read of one plain flag. It is on while a listener is registered or any
 * flight recording runs; the recording then decides by its own settings which events it keeps (all are disabled there by
 * default: {@code +dmafence.FenceSignaled#enabled=true}).
 */
public final class FenceTrace {
    private final List<FenceTraceListener> listeners = new CopyOnWriteArrayList<>();

    /**
     * Written by whoever adds or removes a listener and by the flight recorder's own thread, under this object's monitor;
     * read by every tracepoint. Opaque suffices on both sides: an event that races with the switch may go either way.
     */
    private boolean on;

    private boolean recording;

    /** A switched-off tracer; starts nothing and loads no flight recorder. */
    public FenceTrace() {
        JfrSwitch.follow(this);
    }

    /** Whether anybody listens; callers skip building an event otherwise. */
    public boolean isOn() {
        return (boolean) ON.getOpaque(this);
    }

    /** Registers a listener; it may miss events that are under way. */
    public void addListener(FenceTraceListener listener) {
        listeners.add(listener);
        update();
    }

    /** Removes a listener; it may still see events that are under way. */
    public void removeListener(FenceTraceListener listener) {
        listeners.remove(listener);
        update();
    }

    /** Hands one event to everybody. A listener that throws is dropped from this event only; the others still see it. */
    public void fire(FenceTracepoint point, String driver, String timeline, long context, long seqno) {
        if ((boolean) RECORDING.getOpaque(this)) { // or the first listener would pay for setting up the flight recorder
            FenceJfr.commit(point, driver, timeline, context, seqno);
        }
        for (FenceTraceListener listener : listeners) {
            try {
                listener.onFence(point, driver, timeline, context, seqno);
            } catch (Throwable e) {
                System.getLogger(FenceTrace.class.getName())
                        .log(System.Logger.Level.WARNING, "a fence trace listener failed at " + point, e);
            }
        }
    }

    private synchronized void update() {
        ON.setOpaque(this, recording || !listeners.isEmpty());
    }

    private synchronized void recording(boolean running) {
        RECORDING.setOpaque(this, running);
        update();
    }

    /** Tells tracers when flight recordings start and stop, without keeping the tracers alive. */
    private static final class JfrSwitch implements FlightRecorderListener {
        private final java.lang.ref.WeakReference<FenceTrace> trace;

        private JfrSwitch(FenceTrace trace) {
            this.trace = new java.lang.ref.WeakReference<>(trace);
        }

        static void follow(FenceTrace trace) {
            if (!FlightRecorder.isAvailable()) {
                return;
            }
            FlightRecorder.addListener(new JfrSwitch(trace));
            if (FlightRecorder.isInitialized()) {
                // Only ever on: a recording that ends meanwhile is told of by recordingStateChanged.
                if (anyRunning()) {
                    trace.recording(true);
                }
            }
        }

        @Override
        public void recordingStateChanged(Recording changed) {
            FenceTrace target = trace.get();
            if (target == null) {
                FlightRecorder.removeListener(this);
            } else {
                target.recording(anyRunning());
            }
        }

        private static boolean anyRunning() {
            return FlightRecorder.getFlightRecorder().getRecordings().stream()
                    .anyMatch(r -> r.getState() == RecordingState.RUNNING);
        }
    }

    private static final VarHandle ON;
    private static final VarHandle RECORDING;

    static {
        try {
            ON = MethodHandles.lookup().findVarHandle(FenceTrace.class, "on", boolean.class);
            RECORDING = MethodHandles.lookup().findVarHandle(FenceTrace.class, "recording", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
