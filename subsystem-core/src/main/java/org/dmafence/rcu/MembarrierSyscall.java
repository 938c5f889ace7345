package org.dmafence.rcu;

import com.sun.jna.Native;

/**
 * {@code syscall(2)} through JNA's direct mapping. Loading this class loads JNA's native part; only {@link Membarrier}
 * touches it, inside a catch block.
 *
 * <p>{@code syscall} is variadic in C. On Linux x86_64 and aarch64, the only two for which {@link Membarrier} knows a
 * number, variadic integer arguments travel like ordinary ones.
 */
final class MembarrierSyscall {
    static {
        Native.register(MembarrierSyscall.class, "c");
    }

    private MembarrierSyscall() {}

    static native long syscall(long number, int command, int flags, int cpu);

    static int errno() {
        return Native.getLastError();
    }
}
