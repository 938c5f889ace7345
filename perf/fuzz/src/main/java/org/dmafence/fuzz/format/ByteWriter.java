package org.dmafence.fuzz.format;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Numbers and texts one behind the other, in a byte order. */
public final class ByteWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean bigEndian;

    public ByteWriter(boolean bigEndian) {
        this.bigEndian = bigEndian;
    }

    /** A number of so many bytes. */
    public ByteWriter number(long value, int size) {
        for (int i = 0; i < size; i++) {
            out.write((int) (value >>> (8 * (bigEndian ? size - 1 - i : i))));
        }
        return this;
    }

    public ByteWriter raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    public ByteWriter text(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Zeros up to a multiple. */
    public ByteWriter pad(int to) {
        while (out.size() % to != 0) {
            out.write(0);
        }
        return this;
    }

    public int size() {
        return out.size();
    }

    public byte[] bytes() {
        return out.toByteArray();
    }
}
