package org.dmafence.profile;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Text of no more than so many bytes, in lines of no more than so many. Used by one thread. */
final class BoundedInput extends FilterInputStream {
    private final String name;
    private final long most;
    private final int mostOfALine;
    private long read;
    private long ofLine;

    /** @param name what it is called when it is too large */
    BoundedInput(InputStream in, String name, long most, int mostOfALine) {
        super(in);
        this.name = name;
        this.most = most;
        this.mostOfALine = mostOfALine;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** @throws UncheckedIOException if it is too large; a {@code Scanner} takes an {@link IOException} for the end */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        for (int i = 0; i < count; i++) {
            ofLine = bytes[offset + i] == '\n' ? 0 : ofLine + 1;
            refuse(ofLine > mostOfALine, "has a line of more than ", mostOfALine);
        }
        read += Math.max(0, count);
        refuse(read > most, "is larger than ", most);
        return count;
    }

    private void refuse(boolean tooLarge, String what, long limit) {
        if (tooLarge) {
            throw new UncheckedIOException(
                    new IOException(name + " " + what + (limit >> 20) + " MiB, so it is not what it should be"));
        }
    }
}
