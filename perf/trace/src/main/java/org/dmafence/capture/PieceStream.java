package org.dmafence.capture;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A stream that is made a piece at a time. Used by one thread. */
public abstract class PieceStream extends InputStream {
    private byte[] piece = new byte[0];
    private int at;

    /** The next bytes, which may be none; null at the end. */
    protected abstract byte @Nullable [] next() throws IOException;

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        while (at == piece.length) {
            byte[] next = next();
            if (next == null) {
                return -1;
            }
            piece = next;
            at = 0;
        }
        int count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, target, offset, count);
        at += count;
        return count;
    }
}
