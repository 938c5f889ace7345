package org.dmafence.uapi;

/** Error results of calls, negative as the kernel returns them. */
public final class Errno {
    public static final int EPERM = -1;
    public static final int ENOENT = -2;
    public static final int EINTR = -4;
    public static final int EBADF = -9;
    public static final int EAGAIN = -11;
    public static final int ENOMEM = -12;
    public static final int EFAULT = -14;
    public static final int EINVAL = -22;
    public static final int EMFILE = -24;
    public static final int ENOTTY = -25;
    public static final int ETIME = -62;
    public static final int EOPNOTSUPP = -95;

    private Errno() {}
}
