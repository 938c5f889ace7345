package org.dmafence.rcu;

import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The process-wide expedited barrier of Linux, probed once.
 *
 * <p>Registration is process-wide and permanent, so there is one instance. The system call goes through {@link
 * ForeignSyscall} where the JDK has that, and through JNA elsewhere: mapped directly where the core is on the class
 * path and stays, not where it may have to leave with a class loader of its own. JNA is reached only through {@link
 * MappedSyscall} and {@link MembarrierSyscall}, which nothing touches before the probe: without JNA on the class path
 * this class still loads and says why it is unavailable.
 */
final class Membarrier {
    private static final int CMD_QUERY = 0;
    private static final int CMD_PRIVATE_EXPEDITED = 1 << 3;
    private static final int CMD_REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    /** One command; answers as the system call does, 0 or more for success. */
    private interface Call {
        long command(int command);

        /** Why the last command was refused, in a word or two. */
        String refusal();
    }

    private final @Nullable Call call;
    private final String unavailableReason;

    private Membarrier(@Nullable Call call, String unavailableReason) {
        this.call = call;
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
        Call known = Objects.requireNonNull(call, "asked for without having been found");
        if (known.command(CMD_PRIVATE_EXPEDITED) != 0) {
            // Readers of this process do not fence, so there is nothing to fall back to at this point.
            throw new IllegalStateException("membarrier(PRIVATE_EXPEDITED) was refused (" + known.refusal()
                    + ") after it had worked; was a seccomp filter installed later?"
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
            Call call = find(number);
            long commands = call.command(CMD_QUERY);
            long needed = CMD_PRIVATE_EXPEDITED | CMD_REGISTER_PRIVATE_EXPEDITED;
            if (commands < 0) {
                return unavailable("membarrier(QUERY) failed with " + call.refusal());
            }
            if ((commands & needed) != needed) {
                return unavailable("this kernel has no private expedited membarrier (commands 0x"
                        + Long.toHexString(commands) + ")");
            }
            if (call.command(CMD_REGISTER_PRIVATE_EXPEDITED) != 0) {
                return unavailable("registration was refused with " + call.refusal());
            }
            if (call.command(CMD_PRIVATE_EXPEDITED) != 0) {
                return unavailable("first use was refused with " + call.refusal());
            }
            return new Membarrier(call, "");
        } catch (LinkageError e) {
            return unavailable("JNA (net.java.dev.jna:jna) is missing or cannot load: " + e);
        } catch (RuntimeException e) {
            return unavailable("JNA failed: " + e);
        }
    }

    private static Call find(long number) {
        if (ForeignSyscall.isThere()) {
            try {
                return new ForeignCall(ForeignSyscall.find(), number);
            } catch (ReflectiveOperationException mayNot) {
                // the process may call no native code, or the JDK has changed; JNA may still do
            }
        }
        return isHereForGood(Membarrier.class.getClassLoader()) ? new MappedCall(number) : new JnaCall(number);
    }

    /** Whether a loader lives as long as the JVM, so that what keeps its classes for ever costs nothing. */
    static boolean isHereForGood(@Nullable ClassLoader loader) {
        for (ClassLoader at = ClassLoader.getSystemClassLoader(); at != null; at = at.getParent()) {
            if (at == loader) {
                return true;
            }
        }
        return loader == null;
    }

    private static final class ForeignCall implements Call {
        private final MethodHandle syscall;
        private final long number;

        ForeignCall(MethodHandle syscall, long number) {
            this.syscall = syscall;
            this.number = number;
        }

        @Override
        public long command(int command) {
            try {
                return (long) syscall.invokeExact(number, command, 0, 0);
            } catch (Throwable e) {
                throw new IllegalStateException("syscall " + number + " could not be called", e);
            }
        }

        @Override
        public String refusal() {
            return "an error";
        }
    }

    private static final class MappedCall implements Call {
        private final long number;

        MappedCall(long number) {
            this.number = number;
        }

        @Override
        public long command(int command) {
            return MappedSyscall.syscall(number, command, 0, 0);
        }

        @Override
        public String refusal() {
            return "errno " + MappedSyscall.errno();
        }
    }

    private static final class JnaCall implements Call {
        private final long number;

        /** The arguments of a barrier, made once. */
        private final Object[] barrier;

        JnaCall(long number) {
            this.number = number;
            barrier = arguments(CMD_PRIVATE_EXPEDITED);
        }

        @Override
        public long command(int command) {
            return MembarrierSyscall.syscall(command == CMD_PRIVATE_EXPEDITED ? barrier : arguments(command));
        }

        private Object[] arguments(int command) {
            return new Object[] {number, command, 0, 0};
        }

        @Override
        public String refusal() {
            return "errno " + MembarrierSyscall.errno();
        }
    }

    private static Membarrier unavailable(String reason) {
        return new Membarrier(null, reason);
    }

    private static final class Holder {
        // JNA starts a cleaner thread that inherits from the thread that loads it, hence the detached thread.
        static final Membarrier INSTANCE = DetachedThreads.call("dmafence-rcu-probe", Membarrier::probe);
    }
}
