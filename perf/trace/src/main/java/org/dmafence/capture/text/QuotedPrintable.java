package org.dmafence.capture.text;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.dmafence.capture.Ascii;
import org.dmafence.capture.PieceStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes off what mail programs do to text: {@code =3D} stands for an equals sign, and a line that ends in one goes on
 * with the next.
 */
final class QuotedPrintable extends PieceStream {
    private static final int PIECE = 16 * 1024;
    private static final int ENOUGH = 6;

    private final InputStream in;
    private final byte[] read = new byte[PIECE];
    private int kept;
    private boolean ended;

    QuotedPrintable(InputStream in) {
        this.in = in;
    }

    /** Whether every equals sign of a text begins such a code, and enough of them one for themselves. */
    static boolean isUsed(byte[] beginning, int length) {
        int signs = 0;
        for (int i = 0; i < length - 3; i++) {
            if (beginning[i] != '=') {
                continue;
            }
            boolean line = beginning[i + 1] == '\n' || beginning[i + 1] == '\r';
            if (!line && code(beginning, i) < 0) {
                return false;
            }
            signs += code(beginning, i) == '=' ? 1 : 0;
        }
        return signs >= ENOUGH;
    }

    private static int code(byte[] bytes, int at) {
        int high = Character.digit(bytes[at + 1], 16);
        int low = Character.digit(bytes[at + 2], 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** A code at the end of a piece waits for the rest of it. */
    @Override
    protected byte @Nullable [] next() throws IOException {
        if (ended) {
            return null;
        }
        int count = in.read(read, kept, PIECE - kept);
        ended = count < 0;
        int length = kept + Math.max(0, count);
        byte[] decoded = new byte[length];
        int to = 0;
        int at = 0;
        while (at < length && (ended || read[at] != '=' || at + 2 < length)) {
            int code = read[at] == '=' && at + 2 < length ? code(read, at) : -1;
            int line = read[at] == '=' ? newline(at + 1, length) : -1;
            if (line > 0) {
                at = line;
            } else if (code >= 0) {
                decoded[to++] = (byte) code;
                at += 3;
            } else {
                decoded[to++] = read[at++];
            }
        }
        kept = length - at;
        System.arraycopy(read, at, read, 0, kept);
        return Arrays.copyOf(decoded, to);
    }

    /** The place after a line's end, or -1. */
    private int newline(int at, int length) {
        int i = Ascii.skipBlanks(read, at, length);
        i += i < length && read[i] == '\r' ? 1 : 0;
        return i < length && read[i] == '\n' ? i + 1 : -1;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
