package org.dmafence.rcu;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * {@code syscall(2)} through JNA. Loading this class loads JNA's native part; only {@link Membarrier} touches it,
 * inside a catch block.
 *
 * <p>So that the core can leave: not by JNA's direct mapping, as {@link MappedSyscall}, for JNA never releases a class
 * that was mapped so; and by the address alone, since a thread of JNA's lives as long as one of its libraries is in
 * use. The C library stays where it is anyhow.
 *
 * <p>{@code syscall} is variadic in C. On Linux x86_64 and aarch64, the only two for which {@link Membarrier} knows a
 * number, variadic integer arguments travel like ordinary ones.
 */
final class MembarrierSyscall {
    private static final Function SYSCALL =
            Function.getFunction(new Pointer(Pointer.nativeValue(Function.getFunction("c", "syscall"))));

    private MembarrierSyscall() {}

    static long syscall(Object[] numberCommandFlagsAndCpu) {
        return SYSCALL.invokeLong(numberCommandFlagsAndCpu);
    }

    static int errno() {
        return Native.getLastError();
    }
}
