package org.dmafence.capture;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes that can be read at any place: a file, or what was read from a stream. */
public abstract class Data implements Closeable {
    /** What comes out of a stream is kept in memory up to here, and in a temporary file beyond. */
    private static final int IN_MEMORY = 16 << 20;

    /** How many bytes there are. */
    public abstract long size();

    /**
     * Copies bytes.
     *
     * @return how many; fewer than asked for only at the end
     */
    public abstract int read(long position, byte[] target, int offset, int length) throws IOException;

    @Override
    public void close() throws IOException {}

    /** Some bytes in memory. */
    public static Data of(byte[] bytes, int length) {
        return new Data() {
            @Override
            public long size() {
                return length;
            }

            @Override
            public int read(long position, byte[] target, int offset, int count) {
                int available = (int) Math.max(0, Math.min(count, length - position));
                if (available > 0) {
                    System.arraycopy(bytes, (int) position, target, offset, available);
                }
                return available;
            }
        };
    }

    /** A file. */
    public static Data of(Path file) throws IOException {
        return of(FileChannel.open(file, StandardOpenOption.READ));
    }

    private static Data of(FileChannel channel) throws IOException {
        long size = channel.size();
        return new Data() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public int read(long position, byte[] target, int offset, int count) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(target, offset, count);
                long at = position;
                while (buffer.hasRemaining()) {
                    int read = at < 0 || at >= size ? -1 : channel.read(buffer, at);
                    if (read < 0) {
                        break;
                    }
                    at += read;
                }
                return count - buffer.remaining();
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /**
     * All that a stream has left, which is closed. What does not fit into memory goes to a file that nobody else sees.
     */
    public static Data of(InputStream stream) throws IOException {
        try (stream) {
            byte[] beginning = stream.readNBytes(IN_MEMORY);
            if (beginning.length < IN_MEMORY) {
                return of(beginning, beginning.length);
            }
            Path file = Files.createTempFile("dmafence", ".capture");
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            try {
                byte[] piece = beginning;
                int length = piece.length;
                while (length > 0) {
                    ByteBuffer buffer = ByteBuffer.wrap(piece, 0, length);
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                    length = stream.readNBytes(piece, 0, piece.length);
                }
                return of(channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }
    }
}
