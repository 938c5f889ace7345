package org.dmafence.ftrace;

/** Turns events into changes of a {@link StreamState}. */
interface EventSink {
    void accept(TraceEvent event);

    /** The trace ended: nothing needs to be held back any longer. */
    void end();
}
