package org.dmafence.capture.wrap;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.dmafence.capture.CaptureException;
import org.dmafence.capture.CaptureException.Problem;
import org.dmafence.capture.Expansion;

/**
 * Stands behind an unpacker. Whatever way it has to say that its input is cut or damaged comes out as an
 * {@link EOFException}, after all bytes that were good; too much output for the input is refused.
 */
final class Guarded extends FilterInputStream {
    private final Counted packed;
    private long bytes;

    Guarded(InputStream unpacked, Counted packed) {
        super(unpacked);
        this.packed = packed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read;
        try {
            read = in.read(target, offset, length);
        } catch (CaptureException | EOFException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            EOFException damaged = new EOFException("the compressed data is damaged: " + e.getMessage());
            damaged.initCause(e);
            throw damaged;
        }
        bytes += Math.max(0, read);
        if (Expansion.isBomb(bytes, packed.bytes())) {
            throw new CaptureException(
                    Problem.DAMAGED,
                    "unpacks to more than " + Expansion.MAX_RATIO + " times its size, as no capture does",
                    "unpack it yourself, and look at what is in it");
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] waste = new byte[(int) Math.min(count, 8192)];
        int read = count <= 0 ? 0 : read(waste, 0, waste.length);
        return Math.max(0, read);
    }

    @Override
    public int available() {
        return 0;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
