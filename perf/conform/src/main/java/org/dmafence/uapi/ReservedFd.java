package org.dmafence.uapi;

/**
 * A descriptor that a call has reserved before it does anything else, as the kernel's calls do; given back with the end
 * of the call, however it ends, unless a file was installed.
 */
final class ReservedFd implements AutoCloseable {
    private final FileTable table;
    private final int number;
    private boolean installed;

    ReservedFd(FileTable table) {
        this.table = table;
        number = table.reserve();
    }

    /** The number, or {@code -EMFILE}. */
    int number() {
        return number;
    }

    /** Puts a file behind the number; the caller's reference becomes the table's. */
    void install(OpenFile file) {
        table.install(number, file);
        installed = true;
    }

    @Override
    public void close() {
        if (number >= 0 && !installed) {
            table.unreserve(number);
        }
    }
}
