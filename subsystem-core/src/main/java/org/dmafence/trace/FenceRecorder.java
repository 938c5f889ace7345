package org.dmafence.trace;

import org.jspecify.annotations.Nullable;

/**
 * The way to the flight recorder, for whoever traces fences. Apart from the events' base class on purpose: that one must not mention
 * its subclasses, or the recorder, which links it while it loads the first of them, has that loaded twice.
 *
 * <p>Nobody is told when a recording starts, stops or changes its settings: each tracepoint asks the event's type, which the
 * recorder keeps up to date and the compiler knows to be off while no recorder was ever started. So this keeps nothing alive.
 */
public final class FenceRecorder {
    // One of each type, to be asked whether the type is on: each in a constant, so that the answer is compiled in
    // place.
    private static final FenceJfrEvent.Emit EMIT = new FenceJfrEvent.Emit();
    private static final FenceJfrEvent.Init INIT = new FenceJfrEvent.Init();
    private static final FenceJfrEvent.Destroy DESTROY = new FenceJfrEvent.Destroy();
    private static final FenceJfrEvent.EnableSignal ENABLE_SIGNAL = new FenceJfrEvent.EnableSignal();
    private static final FenceJfrEvent.Signaled SIGNALED = new FenceJfrEvent.Signaled();
    private static final FenceJfrEvent.Wait WAIT = new FenceJfrEvent.Wait();

    private FenceRecorder() {}

    /** Whether a running recording has chosen the events of this tracepoint; the two of a wait share one. */
    public static boolean isOn(FenceTracepoint point) {
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

    /**
     * Writes an event that takes no time; nothing if it is off.
     *
     * @param status as {@code dma_fence_get_status()} has it: 0 unsignalled, 1 signalled, or a negative errno
     */
    public static void record(FenceTracepoint point, FenceSubject subject, int status) {
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

    /** A wait begins; {@code null} if waits are not recorded. */
    public static @Nullable Wait beginWait() {
        if (!WAIT.isEnabled()) {
            return null;
        }
        FenceJfrEvent.Wait event = new FenceJfrEvent.Wait();
        event.begin();
        return new Wait(event);
    }

    /** A wait that is recorded. Belongs to the thread that waits. */
    public static final class Wait {
        private final FenceJfrEvent.Wait event;

        private Wait(FenceJfrEvent.Wait event) {
            this.event = event;
        }

        /** The wait is over; whether it took long enough to be recorded, so that {@link #record} is wanted. */
        public boolean end() {
            event.end();
            return event.shouldCommit();
        }

        /**
         * Writes the event.
         *
         * @param outcome how the wait ended, in a word
         * @param status the fence's status then, as in {@link FenceRecorder#record}
         */
        public void record(FenceSubject subject, String outcome, int status) {
            event.outcome = outcome;
            event.status = status;
            event.about(subject);
            event.commit();
        }
    }
}
