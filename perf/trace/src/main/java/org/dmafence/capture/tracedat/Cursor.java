package org.dmafence.capture.tracedat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;
import org.dmafence.capture.Data;

/** Reads numbers and texts one behind the other, in the file's byte order. */
final class Cursor {
    /** Descriptions of events, command lines and the like; the symbols of a kernel are a tenth of it. */
    private static final int MAX_BLOB = 256 << 20;

    private static final int MAX_TEXT = 64 * 1024;

    private final Data data;
    private final boolean bigEndian;
    private final byte[] number = new byte[8];
    private long at;

    Cursor(Data data, long at, boolean bigEndian) {
        this.data = data;
        this.at = at;
        this.bigEndian = bigEndian;
    }

    static CaptureException damaged(String what) {
        return new CaptureException(
                Problem.DAMAGED,
                "is a damaged trace.dat: " + what,
                "record it again, or convert what trace-cmd can still read: trace-cmd report trace.dat > trace.txt");
    }

    long position() {
        return at;
    }

    boolean atEnd() {
        return at >= data.size();
    }

    int u8() throws IOException {
        return (int) unsigned(1);
    }

    int u16() throws IOException {
        return (int) unsigned(2);
    }

    long u32() throws IOException {
        return unsigned(4);
    }

    long u64() throws IOException {
        return unsigned(8);
    }

    private long unsigned(int length) throws IOException {
        if (data.read(at, number, 0, length) < length) {
            throw damaged("it ends at " + data.size() + " in the middle of a number");
        }
        at += length;
        return Numbers.unsigned(number, 0, length, bigEndian);
    }

    byte[] bytes(long length) throws IOException {
        if (length < 0 || length > MAX_BLOB || length > data.size() - at) {
            throw damaged("a piece of " + Long.toUnsignedString(length) + " bytes at " + at + " does not fit");
        }
        byte[] bytes = new byte[(int) length];
        if (data.read(at, bytes, 0, bytes.length) < bytes.length) {
            throw damaged("it ends at " + data.size());
        }
        at += length;
        return bytes;
    }

    void skip(long length) throws CaptureException {
        if (length < 0 || length > data.size() - at) {
            throw damaged("a piece of " + Long.toUnsignedString(length) + " bytes at " + at + " does not fit");
        }
        at += length;
    }

    /** A text that ends in a zero. */
    String text() throws IOException {
        byte[] piece = new byte[256];
        StringBuilder text = new StringBuilder();
        while (text.length() < MAX_TEXT) {
            int read = data.read(at, piece, 0, piece.length);
            int end = 0;
            while (end < read && piece[end] != 0) {
                end++;
            }
            text.append(new String(piece, 0, end, StandardCharsets.UTF_8));
            at += end;
            if (end < read) {
                at++;
                return text.toString();
            }
            if (read < piece.length) {
                break;
            }
        }
        throw damaged("a text at " + at + " has no end");
    }

    /** Steps over a fixed word that must stand here. */
    void expect(String word) throws IOException {
        byte[] found = bytes(word.length());
        if (!new String(found, StandardCharsets.ISO_8859_1).equals(word)) {
            throw damaged("\"" + word.strip() + "\" does not stand at " + (at - word.length()));
        }
    }
}
