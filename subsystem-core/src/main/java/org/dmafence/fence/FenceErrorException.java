package org.dmafence.fence;

/** A fence signalled with an error, for APIs that speak in exceptions. */
public final class FenceErrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param what the fence or the work, in words
     * @param error what it ended with
     */
    public FenceErrorException(String what, FenceError error) {
        super(what + " ended with " + error);
        errno = error.errno();
    }

    /** What it ended with. */
    public FenceError error() {
        return FenceError.of(errno);
    }
}
