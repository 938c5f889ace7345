package org.dmafence.bench;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Virtual threads where there are any: the program is compiled for a JDK that has none. */
final class VirtualThreadStarter {
    static final String REMEDY =
            "no virtual threads in Java " + Runtime.version().feature() + ": use 21 or later";

    private VirtualThreadStarter() {}

    /** What such a thread does. */
    interface Body {
        void run() throws InterruptedException;
    }

    /** {@code Thread.startVirtualThread}, {@code null} before JDK 21. */
    static @Nullable MethodHandle starter() {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException olderThan21) {
            return null;
        }
    }

    static Thread start(MethodHandle starter, Body body) {
        Runnable task = () -> {
            try {
                body.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the waiters", e);
            }
        };
        try {
            return (Thread) starter.invokeExact(task);
        } catch (Throwable e) {
            throw new IllegalStateException("no virtual thread", e);
        }
    }
}
