package org.dmafence.rcu;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Array;
import java.util.Optional;

/**
 * {@code syscall(2)} through the JDK's own foreign functions: quicker than JNA, and nothing to have on the class path.
 * By reflection, since the core is compiled for a JDK that has none.
 */
final class ForeignSyscall {
    /** They are there from 22 on, but warn about callers that may not use them until JNA does as well. */
    private static final int FIRST_JDK = 24;

    private ForeignSyscall() {}

    static boolean isThere() {
        return Runtime.version().feature() >= FIRST_JDK;
    }

    /**
     * A handle of type {@code (long number, int command, int flags, int cpu)long}.
     *
     * @throws ReflectiveOperationException also if the process may call no native code
     */
    static MethodHandle find() throws ReflectiveOperationException {
        Class<?> linkerType = type("Linker");
        Class<?> layoutType = type("MemoryLayout");
        Class<?> descriptorType = type("FunctionDescriptor");
        Object linker = linkerType.getMethod("nativeLinker").invoke(null);
        Object libraries = linkerType.getMethod("defaultLookup").invoke(linker);
        Optional<?> address = (Optional<?>)
                type("SymbolLookup").getMethod("find", String.class).invoke(libraries, "syscall");
        Object ofLong = type("ValueLayout").getField("JAVA_LONG").get(null);
        Object ofInt = type("ValueLayout").getField("JAVA_INT").get(null);
        Object arguments = array(layoutType, ofLong, ofInt, ofInt, ofInt);
        Object descriptor =
                descriptorType.getMethod("of", layoutType, arguments.getClass()).invoke(null, ofLong, arguments);
        Object variadic =
                type("Linker$Option").getMethod("firstVariadicArg", int.class).invoke(null, 1);
        Object options = array(type("Linker$Option"), variadic);
        return (MethodHandle) linkerType
                .getMethod("downcallHandle", type("MemorySegment"), descriptorType, options.getClass())
                .invoke(linker, address.orElseThrow(() -> new NoSuchMethodException("syscall")), descriptor, options);
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
        return Class.forName("java.lang.foreign." + name);
    }

    private static Object array(Class<?> of, Object... elements) {
        Object array = Array.newInstance(of, elements.length);
        for (int i = 0; i < elements.length; i++) {
            Array.set(array, i, elements[i]);
        }
        return array;
    }
}
