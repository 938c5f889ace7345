package org.dmafence.rcu;

import java.util.Locale;

/**
 * The process-wide expedited barrier of Linux, probed once.
 *
 * <p>Registration is process-wide and permanent, so there is one instance. JNA is reached only through
 * {@link MembarrierSyscall}, which nothing touches before the probe: without JNA on the class path this class still
 * loads and says why it is unavailable.
 */
final class Membarrier {
    private static final int CMD_QUERY = 0;
    private static final int CMD_PRIVATE_EXPEDITED = 1 << 3;
    private static final int CMD_REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    /** The arguments of a barrier, made once. */
    private final Object[] barrier;

    private final String unavailableReason;

    private Membarrier(long syscallNumber, String unavailableReason) {
        this.barrier = arguments(syscallNumber, CMD_PRIVATE_EXPEDITED);
        this.unavailableReason = unavailableReason;
    }

    static Membarrier instance() {
        return Holder.INSTANCE;
    }

    boolean isAvailable() {
        return unavailableReason.isEmpty();
    }

    /** Why {@link #issue} cannot be used; empty when it can. */
    String unavailableReason() {
        return unavailableReason;
    }

    /**
     * Returns after every running thread of this process has executed a full memory barrier; threads that are not
     * running have executed one when they were switched out. The calling thread is included.
     */
    void issue() {
        long result = MembarrierSyscall.syscall(barrier);
        if (result != 0) {
            // Readers of this process do not fence, so there is nothing to fall back to at this point.
            throw new IllegalStateException("membarrier(PRIVATE_EXPEDITED) was refused (errno "
                    + MembarrierSyscall.errno() + ") after it had worked; was a seccomp filter installed later?"
                    + " Start with -D" + RcuOrdering.PROPERTY + "=fence");
        }
    }

    private static Membarrier probe() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return unavailable("membarrier(2) exists on Linux only, this is " + System.getProperty("os.name"));
        }
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        long number;
        switch (arch) {
            case "amd64", "x86_64" -> number = 324;
            case "aarch64" -> number = 283;
            default -> {
                return unavailable("no system call number known for " + arch);
            }
        }
        try {
            long commands = MembarrierSyscall.syscall(arguments(number, CMD_QUERY));
            long needed = CMD_PRIVATE_EXPEDITED | CMD_REGISTER_PRIVATE_EXPEDITED;
            if (commands < 0) {
                return unavailable("membarrier(QUERY) failed with errno " + MembarrierSyscall.errno());
            }
            if ((commands & needed) != needed) {
                return unavailable("this kernel has no private expedited membarrier (commands 0x"
                        + Long.toHexString(commands) + ")");
            }
            if (MembarrierSyscall.syscall(arguments(number, CMD_REGISTER_PRIVATE_EXPEDITED)) != 0) {
                return unavailable("registration was refused with errno " + MembarrierSyscall.errno());
            }
            if (MembarrierSyscall.syscall(arguments(number, CMD_PRIVATE_EXPEDITED)) != 0) {
                return unavailable("first use was refused with errno " + MembarrierSyscall.errno());
            }
            return new Membarrier(number, "");
        } catch (LinkageError e) {
            return unavailable("JNA (net.java.dev.jna:jna) is missing or cannot load: " + e);
        } catch (RuntimeException e) {
            return unavailable("JNA failed: " + e);
        }
    }

    private static Object[] arguments(long number, int command) {
        return new Object[] {number, command, 0, 0};
    }

    private static Membarrier unavailable(String reason) {
        return new Membarrier(0, reason);
    }

    private static final class Holder {
        // JNA starts a cleaner thread that inherits from whoever loads it, hence the detached thread.
        static final Membarrier INSTANCE = DetachedThreads.call("dmafence-rcu-probe", Membarrier::probe);
    }
}
