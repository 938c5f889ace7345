package org.dmafence.capture.text;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.zip.ZipException;
import org.dmafence.capture.Ascii;

/**
 * Cuts a byte stream into lines without copying them: the current line is {@code bytes()[from(), to())} until the next
 * call of {@link #next}. Takes LF and CRLF, and a last line without either.
 */
final class LineSource implements AutoCloseable {
    /** Also the longest line; what exceeds it is dropped. ftrace's own limit is one page. */
    static final int BUFFER = 128 * 1024;

    private static final int LONGEST_KEY = 24;

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private boolean ended;
    private boolean inputCut;

    private long line;
    private long consumed;
    private int from;
    private int to;
    private boolean terminated;
    private boolean tooLong;

    LineSource(InputStream in) {
        this.in = in;
    }

    /** Reads a first piece and says how many bytes of it are in {@link #bytes()}; 0 when the input is empty. */
    int peek() throws IOException {
        if (limit == 0 && !ended) {
            fill();
            if (Ascii.startsWith(buffer, 0, limit, BYTE_ORDER_MARK)) {
                position = BYTE_ORDER_MARK.length;
            }
        }
        return limit;
    }

    /** What {@link #peek} showed, and the rest of the input: for somebody else to read. */
    InputStream unread() {
        return new SequenceInputStream(new ByteArrayInputStream(buffer, 0, limit), in);
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        int scan = position;
        while (true) {
            for (; scan < limit; scan++) {
                if (buffer[scan] == '\n') {
                    line(position, scan, true);
                    position = scan + 1;
                    return true;
                }
            }
            if (ended) {
                if (position == limit) {
                    return false;
                }
                line(position, limit, false);
                position = limit;
                return true;
            }
            if (position == 0 && limit == buffer.length) {
                cutLongLine();
                return true;
            }
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            scan -= position;
            position = 0;
            fill();
        }
    }

    private void line(int start, int end, boolean newline) {
        line++;
        consumed += end - start + 1;
        from = start;
        to = end > start && buffer[end - 1] == '\r' ? end - 1 : end;
        terminated = newline;
        tooLong = false;
    }

    /** Drops the rest of a line that fills the whole buffer, keeping a beginning to show. */
    private void cutLongLine() throws IOException {
        int kept = 256;
        boolean newline = false;
        while (!ended && !newline) {
            limit = kept;
            fill();
            for (int i = kept; i < limit && !newline; i++) {
                consumed++;
                if (buffer[i] == '\n') {
                    newline = true;
                    position = i + 1;
                }
            }
        }
        if (!newline) {
            position = limit;
        }
        line(0, kept, newline);
        consumed += BUFFER;
        tooLong = true;
    }

    private void fill() throws IOException {
        int read;
        try {
            read = in.read(buffer, limit, buffer.length - limit);
        } catch (EOFException | ZipException e) {
            // A compressed file that was cut or damaged: what came before is still good.
            inputCut = true;
            read = -1;
        }
        if (read < 0) {
            ended = true;
        } else {
            limit += read;
        }
    }

    /**
     * Whether the next line, as far as it was read, begins like {@code key=}: within an event, not with one. False
     * where it can't be seen.
     */
    boolean nextGoesOn() {
        int at = position;
        while (at < limit && (buffer[at] == ' ' || buffer[at] == '>')) {
            at++;
        }
        int word = at;
        while (at < limit && at - word < LONGEST_KEY && isOfKey(buffer[at])) {
            at++;
        }
        return at > word && at < limit && buffer[at] == '=';
    }

    private static boolean isOfKey(byte b) {
        return PlainFront.isNameByte(b) || b == ' ' || b == '?';
    }

    byte[] bytes() {
        return buffer;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Number of the current line, from 1. */
    long line() {
        return line;
    }

    /** Bytes of all lines up to the current one. */
    long consumed() {
        return consumed;
    }

    /** Whether the current line ends in a newline; only the last one may not. */
    boolean terminated() {
        return terminated;
    }

    boolean tooLong() {
        return tooLong;
    }

    /** Whether compressed input ended before its end. */
    boolean inputCut() {
        return inputCut;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
