package org.dmafence.uapi;

/**
 * A reference to an open file for the length of a call. Kernel counterpart: {@code fdget()} and {@code fdput()}.
 *
 * @param file stays open until this is closed
 * @param object what the file stands for
 */
public record HeldFile<T>(OpenFile file, T object) implements AutoCloseable {
    @Override
    public void close() {
        file.release();
    }
}
