package org.dmafence.trace;

import org.jspecify.annotations.Nullable;

/**
 * The way to the flight recorder. A JVM may have none: an image that was linked without {@code jdk.jfr}. Then no event
 * is ever on.
 *
 * <p>Nobody is told when a recording starts, stops or changes its settings: each tracepoint asks the event's type,
 * which the recorder keeps up to date and the compiler knows to be off while no recorder was ever started. So this
 * keeps nothing alive.
 */
public final class FenceRecorder {
    /** Asked before every use of {@link FenceEvents} and {@link Wait}: without the recorder neither can be linked. */
    private static final boolean AVAILABLE = lookFor();

    private FenceRecorder() {}

    private static boolean lookFor() {
        try {
            Class.forName("jdk.jfr.Event", false, FenceRecorder.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError without) {
            return false;
        }
    }

    /** Whether the JVM has a flight recorder. */
    static boolean isAvailable() {
        return AVAILABLE;
    }

    /** Whether a running recording has chosen the events of this tracepoint; the two of a wait share one. */
    public static boolean isOn(FenceTracepoint point) {
        return AVAILABLE && FenceEvents.isOn(point);
    }

    /**
     * Writes an event that takes no time; nothing if it is off.
     *
     * @param status as {@code dma_fence_get_status()} has it: 0 unsignalled, 1 signalled, or a negative errno
     */
    public static void record(FenceTracepoint point, FenceSubject subject, int status) {
        if (AVAILABLE) {
            FenceEvents.record(point, subject, status);
        }
    }

    /** A wait begins; {@code null} if waits are not recorded. */
    public static @Nullable Wait beginWait() {
        return AVAILABLE ? FenceEvents.beginWait() : null;
    }

    /** A wait that is recorded. Belongs to the thread that waits. */
    public static final class Wait {
        private final FenceJfrEvent.Wait event;

        Wait(FenceJfrEvent.Wait event) {
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
