package org.dmafence.inspect;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of a job's or a wait's time.
 *
 * @param because whose fence, behind whom, or on what, if that is known
 */
public record Part(Kind kind, long ns, @Nullable String because) {
    /** What it went to. */
    public enum Kind {
        /** Waiting for another fence. */
        DEPENDENCY("waited for a dependency"),
        /** Nothing held the job back but those before it. */
        TURN("waited for its turn"),
        /** The ring had no credits left until another job ended. */
        CREDITS("waited for credits"),
        /** The thread that runs jobs could run, and had no CPU. */
        WORKER("the worker waited for a CPU"),
        /** Handed over, behind others on the same ring. */
        BEHIND("behind others on the hardware"),
        /** The hardware was at it. */
        HARDWARE("on the hardware"),
        /** Done, and its fence did not signal yet. */
        SIGNAL("from end to signal"),
        /** A wait's: its fence's job was not yet handed over. */
        QUEUED("the job was queued"),
        /** A wait's: the fence did not signal, and of what kind it is the capture does not tell. */
        UNSIGNALED("until the signal"),
        /** Signalled, and the thread that waits was not woken yet. */
        WAKE("from signal to wake-up"),
        /** Woken, and it had no CPU. */
        CPU("the waiter waited for a CPU"),
        /** Going on, until it said that its wait ended. */
        RETURN("from signal to return");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** For a person. */
        public String words() {
            return words;
        }
    }
}
