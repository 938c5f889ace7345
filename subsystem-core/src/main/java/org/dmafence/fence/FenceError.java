package org.dmafence.fence;

import java.util.concurrent.CancellationException;

/**
 * Why a fence, or a call, ended in an error: an errno of the kernel with its name.
 *
 * <p>Numbers appear only at the edges (shims, traces, golden results); inside, errors are these values. Kernel
 * counterpart: the negative errno in {@code dma_fence.error}.
 */
public final class FenceError {
    /** The largest errno a fence can carry, as the kernel's {@code MAX_ERRNO}. */
    public static final int MAX_ERRNO = 4095;

    /** Causes may form a circle. */
    private static final int MAX_CAUSES = 32;

    public static final FenceError ENOENT = new FenceError(2, "ENOENT");
    public static final FenceError ESRCH = new FenceError(3, "ESRCH");
    public static final FenceError EINTR = new FenceError(4, "EINTR");
    public static final FenceError EIO = new FenceError(5, "EIO");
    public static final FenceError EAGAIN = new FenceError(11, "EAGAIN");
    public static final FenceError ENOMEM = new FenceError(12, "ENOMEM");
    public static final FenceError EBUSY = new FenceError(16, "EBUSY");
    public static final FenceError ENODEV = new FenceError(19, "ENODEV");
    public static final FenceError EINVAL = new FenceError(22, "EINVAL");
    public static final FenceError EDEADLK = new FenceError(35, "EDEADLK");
    public static final FenceError ENODATA = new FenceError(61, "ENODATA");
    public static final FenceError ETIME = new FenceError(62, "ETIME");
    public static final FenceError EOPNOTSUPP = new FenceError(95, "EOPNOTSUPP");
    public static final FenceError ETIMEDOUT = new FenceError(110, "ETIMEDOUT");
    public static final FenceError EALREADY = new FenceError(114, "EALREADY");
    public static final FenceError ECANCELED = new FenceError(125, "ECANCELED");
    public static final FenceError ERESTARTSYS = new FenceError(512, "ERESTARTSYS");

    static final FenceError[] NAMED = {
        ENOENT,
        ESRCH,
        EINTR,
        EIO,
        EAGAIN,
        ENOMEM,
        EBUSY,
        ENODEV,
        EINVAL,
        EDEADLK,
        ENODATA,
        ETIME,
        EOPNOTSUPP,
        ETIMEDOUT,
        EALREADY,
        ECANCELED,
        ERESTARTSYS
    };

    private final int errno;
    private final String name;

    private FenceError(int errno, String name) {
        this.errno = errno;
        this.name = name;
    }

    /**
     * The error of a kernel number, with either sign.
     *
     * @throws IllegalArgumentException if the number is 0 or beyond {@link #MAX_ERRNO}
     */
    public static FenceError of(int errno) {
        if (errno == 0 || errno > MAX_ERRNO || errno < -MAX_ERRNO) {
            throw new IllegalArgumentException("errno " + errno + " is not between 1 and " + MAX_ERRNO);
        }
        int positive = Math.abs(errno);
        for (FenceError named : NAMED) {
            if (named.errno == positive) {
                return named;
            }
        }
        return new FenceError(positive, "E" + positive);
    }

    /**
     * The error of work that threw: that of a {@link FenceErrorException} among it and its causes, {@link #ECANCELED}
     * for a cancellation, {@link #ENODEV} for a {@link ModuleGoneException}, {@link #EIO} for anything else. Throws
     * nothing, though causes are foreign code.
     */
    public static FenceError ofThrown(Throwable failure) {
        try {
            Throwable cause = failure;
            for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++, cause = cause.getCause()) {
                if (cause instanceof FenceErrorException fence) {
                    return fence.error();
                }
                if (cause instanceof CancellationException) {
                    return ECANCELED;
                }
                if (cause instanceof ModuleGoneException) {
                    return ENODEV;
                }
            }
        } catch (Throwable e) {
            return EIO;
        }
        return EIO;
    }

    /**
     * The error of a name such as {@code ECANCELED} or {@code -ECANCELED}.
     *
     * @throws IllegalArgumentException if no error has that name; the message lists those that exist
     */
    public static FenceError named(String name) {
        String bare = name.startsWith("-") ? name.substring(1) : name;
        for (FenceError named : NAMED) {
            if (named.name.equalsIgnoreCase(bare)) {
                return named;
            }
        }
        throw new IllegalArgumentException(
                "no error is called \"" + name + "\"; use one of " + java.util.Arrays.toString(NAMED));
    }

    /** The number as the kernel returns it, always negative. */
    public int errno() {
        return -errno;
    }

    /** The kernel's name without a sign, such as {@code ECANCELED}. */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FenceError that && that.errno == errno;
    }

    @Override
    public int hashCode() {
        return errno;
    }

    @Override
    public String toString() {
        return "-" + name;
    }
}
