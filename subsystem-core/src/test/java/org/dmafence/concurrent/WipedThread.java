package org.dmafence.concurrent;

import java.lang.reflect.Field;

/** Clears a thread's thread locals behind its back, as the workers of the JDK's common pool do from JDK 25 on. */
public final class WipedThread {
    private WipedThread() {}

    /** Clears those of the calling thread. */
    public static void wipe() {
        try {
            Field locals = Thread.class.getDeclaredField("threadLocals");
            locals.setAccessible(true);
            locals.set(Thread.currentThread(), null);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Thread.threadLocals", e);
        }
    }
}
