package org.dmafence.capture.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.dmafence.capture.PieceStream;
import org.jspecify.annotations.Nullable;

/** Turns UTF-16, which some editors and shells save text as, into UTF-8. */
final class Utf16 extends PieceStream {
    private static final int PIECE = 16 * 1024;
    private static final int ENOUGH = 8;

    /** Per cent of a capture's characters that are ASCII. */
    private static final int MOST = 80;

    private final InputStream in;
    private final Reader reader;
    private final char[] chars = new char[PIECE + 1];
    private int kept;

    Utf16(InputStream in, Charset charset) {
        this.in = in;
        reader = new InputStreamReader(in, charset);
    }

    /** The kind of UTF-16 a text is in, by its mark or by its zeros; null if it is none. */
    static @Nullable Charset of(byte[] beginning, int length) {
        if (length < 2) {
            return null;
        }
        int mark = (beginning[0] & 0xff) << 8 | (beginning[1] & 0xff);
        if (mark == 0xfffe) {
            return StandardCharsets.UTF_16LE;
        }
        if (mark == 0xfeff) {
            return StandardCharsets.UTF_16BE;
        }
        int pairs = Math.min(length / 2, 64);
        int little = 0;
        int big = 0;
        for (int i = 0; i < pairs; i++) {
            boolean first = beginning[2 * i] == 0;
            boolean second = beginning[2 * i + 1] == 0;
            little += !first && second ? 1 : 0;
            big += first && !second ? 1 : 0;
        }
        if (pairs < ENOUGH) {
            return null;
        }
        int most = pairs * MOST / 100;
        return little >= most ? StandardCharsets.UTF_16LE : big >= most ? StandardCharsets.UTF_16BE : null;
    }

    /** Half a character at the end of a piece waits for the next. */
    @Override
    protected byte @Nullable [] next() throws IOException {
        int read = reader.read(chars, kept, PIECE - kept);
        if (read < 0) {
            return null;
        }
        int length = kept + read;
        kept = length > 0 && Character.isHighSurrogate(chars[length - 1]) ? 1 : 0;
        String text = new String(chars, 0, length - kept);
        if (kept == 1) {
            chars[0] = chars[length - 1];
        }
        return (text.startsWith("\ufeff") ? text.substring(1) : text).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
