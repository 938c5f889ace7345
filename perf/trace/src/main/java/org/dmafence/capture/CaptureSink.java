package org.dmafence.capture;

/** Is told of what a reader finds. */
public interface CaptureSink {
    /** What became of an event. */
    enum Verdict {
        /** Understood. */
        TAKEN,
        /** Of no interest, or of a name nobody knows. */
        SKIPPED,
        /** Of a known name, but its arguments are cut or damaged. Nothing was noted of it. */
        DAMAGED
    }

    /** What is no event. */
    enum Note {
        COMMENT,
        BLANK,
        /** A remark of the tool that wrote the capture. */
        REMARK,
        /** The kernel lost events here. */
        LOST,
        /** Cut or damaged. */
        MALFORMED,
        /** Nothing that belongs into a capture. */
        UNEXPLAINED,
        /** The input ends early. */
        CUT
    }

    /** An event; see {@link CaptureEvent} for how long it is good. */
    Verdict event(CaptureEvent event);

    /**
     * Something that is no event.
     *
     * @param position line or record, counted from 1
     * @param reason what is wrong with it, may be empty
     * @param bytes together with {@code from} and {@code to} what it says, for a message
     */
    void note(Note note, long position, String reason, byte[] bytes, int from, int to);

    /** Why the last event was {@link Verdict#DAMAGED}. */
    String reason();

    /** A CPU's buffer begins here: before, events of that CPU may be missing. */
    default void bufferBegins(int cpu) {}
}
