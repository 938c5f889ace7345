package org.dmafence.fence;

import java.util.concurrent.CompletionException;

/**
 * A fence signalled with an error, for APIs that speak in exceptions.
 *
 * <p>A {@link CompletionException}, so that stages which depend on a failed one pass this very object on: one that
 * wrapped it would be made on the signalling thread, and with a driver's frames in it. For the same reason it has no
 * stack trace: it is made where a fence is signalled, which says nothing about the fence, and keeping it keeps no
 * driver.
 */
public final class FenceErrorException extends CompletionException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * @param what the fence or the work, in words
     * @param error what it ended with
     */
    public FenceErrorException(String what, FenceError error) {
        super(what);
        errno = error.errno();
    }

    /** Made when it is asked for: where a fence is signalled there may be no memory for it. */
    @Override
    public String getMessage() {
        return super.getMessage() + " ended with " + error();
    }

    /** What it ended with. */
    public FenceError error() {
        return FenceError.of(errno);
    }

    /** Records no frames, which would refer to the classes on the stack and pin a driver: this may be kept. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
