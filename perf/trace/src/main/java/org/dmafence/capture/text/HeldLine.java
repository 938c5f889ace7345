package org.dmafence.capture.text;

import java.util.Arrays;
import org.dmafence.capture.CaptureSink;
import org.dmafence.capture.CaptureSink.Note;

/**
 * A line that breaks off, kept until it is clear whether the next one goes on with it: mail programs break long lines
 * at a blank.
 */
final class HeldLine {
    private static final int MAX_PIECES = 8;
    private static final int MAX_LENGTH = 8 * 1024;
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int length;
    private int firstLength;
    private int pieces;
    private long line;
    private String reason = "";

    boolean isEmpty() {
        return pieces == 0;
    }

    /** Begins with a line. */
    void hold(long newLine, String newReason, byte[] from, int start, int end) {
        line = newLine;
        reason = newReason;
        length = 0;
        pieces = 1;
        append(from, start, end);
        firstLength = length;
    }

    /** Whether another piece would be too much. */
    boolean isFull() {
        return pieces >= MAX_PIECES || length >= MAX_LENGTH;
    }

    /** Goes on with a line. */
    void add(byte[] from, int start, int end) {
        pieces++;
        if (length > 0 && length < MAX_LENGTH) {
            bytes[length++] = ' ';
        }
        append(from, start, end);
    }

    private void append(byte[] from, int start, int end) {
        int count = Math.min(end - start, MAX_LENGTH - length);
        if (bytes.length < length + count + 1) {
            bytes = Arrays.copyOf(bytes, Math.max(512, 2 * (length + count)));
        }
        System.arraycopy(from, start, bytes, length, count);
        length += count;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    long line() {
        return line;
    }

    /** The pieces made a whole, and each but the first was its continuation. */
    void joined(CaptureSink sink) {
        for (int i = 1; i < pieces; i++) {
            sink.note(Note.REMARK, line + i, "", bytes, 0, length);
        }
        pieces = 0;
    }

    /** Where the first piece ends. */
    int firstLength() {
        return firstLength;
    }

    /**
     * The pieces make no whole.
     *
     * @param first whether the first one does
     */
    void giveUp(CaptureSink sink, boolean first) {
        if (pieces == 0) {
            return;
        }
        if (!first) {
            sink.note(Note.MALFORMED, line, reason, bytes, 0, firstLength);
        }
        for (int i = 1; i < pieces; i++) {
            sink.note(Note.UNEXPLAINED, line + i, "", bytes, firstLength, length);
        }
        pieces = 0;
    }
}
