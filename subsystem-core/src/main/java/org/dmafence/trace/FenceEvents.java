package org.dmafence.trace;

import org.jspecify.annotations.Nullable;

/**
 * The types of the recorder's events, and their writing. Apart from {@link FenceRecorder}, which works without a
 * recorder. Apart from the events' base class too: that one must not mention its subclasses, or the recorder, which
 * links it while it loads the first of them, has that loaded twice.
 */
final class FenceEvents {
    // One of each type, to be asked whether the type is on: each in a constant, so that the answer is compiled in
    // place.
    private static final FenceJfrEvent.Emit EMIT = new FenceJfrEvent.Emit();
    private static final FenceJfrEvent.Init INIT = new FenceJfrEvent.Init();
    private static final FenceJfrEvent.Destroy DESTROY = new FenceJfrEvent.Destroy();
    private static final FenceJfrEvent.EnableSignal ENABLE_SIGNAL = new FenceJfrEvent.EnableSignal();
    private static final FenceJfrEvent.Signaled SIGNALED = new FenceJfrEvent.Signaled();
    private static final FenceJfrEvent.Wait WAIT = new FenceJfrEvent.Wait();

    private FenceEvents() {}

    /** Whether a running recording has chosen the events of this tracepoint. */
    static boolean isOn(FenceTracepoint point) {
        // No switch: with a constant tracepoint all but one of these are gone after compilation.
        if (point == FenceTracepoint.SIGNALED) {
            return SIGNALED.isEnabled();
        }
        if (point == FenceTracepoint.INIT) {
            return INIT.isEnabled();
        }
        if (point == FenceTracepoint.ENABLE_SIGNAL) {
            return ENABLE_SIGNAL.isEnabled();
        }
        if (point == FenceTracepoint.DESTROY) {
            return DESTROY.isEnabled();
        }
        return point == FenceTracepoint.EMIT ? EMIT.isEnabled() : WAIT.isEnabled();
    }

    static void record(FenceTracepoint point, FenceSubject subject, int status) {
        FenceJfrEvent event = switch (point) {
            case EMIT -> new FenceJfrEvent.Emit();
            case INIT -> new FenceJfrEvent.Init();
            case DESTROY -> new FenceJfrEvent.Destroy();
            case ENABLE_SIGNAL -> new FenceJfrEvent.EnableSignal();
            case SIGNALED -> new FenceJfrEvent.Signaled();
            case WAIT_START, WAIT_END ->
                throw new IllegalArgumentException(point + " is part of a wait: beginWait() and end()");
        };
        if (event.shouldCommit()) {
            if (event instanceof FenceJfrEvent.Signaled signaled) {
                signaled.status = status;
            }
            event.about(subject);
            event.commit();
        }
    }

    static FenceRecorder.@Nullable Wait beginWait() {
        if (!WAIT.isEnabled()) {
            return null;
        }
        FenceJfrEvent.Wait event = new FenceJfrEvent.Wait();
        event.begin();
        return new FenceRecorder.Wait(event);
    }
}
