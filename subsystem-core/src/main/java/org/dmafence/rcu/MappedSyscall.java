package org.dmafence.rcu;

import com.sun.jna.Native;

/**
 * {@code syscall(2)} through JNA's direct mapping, which saves more than half of what {@link MembarrierSyscall} costs.
 * JNA never lets go of a class that was mapped so: only for a core that stays as long as the JVM, see {@link
 * Membarrier}.
 */
final class MappedSyscall {
    static {
        Native.register(MappedSyscall.class, "c");
    }

    private MappedSyscall() {}

    /** {@code syscall} is variadic in C; for that see {@link MembarrierSyscall}. */
    static native long syscall(long number, int command, int flags, int cpu);

    static int errno() {
        return Native.getLastError();
    }
}
