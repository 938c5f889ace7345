package org.dmafence.resv;

/** What became of an attempt to lock with an {@link AcquireContext}. */
public enum LockResult {
    /** The calling thread holds the lock now. */
    LOCKED,
    /** This context held it before, and still does, once. Kernel counterpart: {@code -EALREADY}. */
    ALREADY,
    /**
     * Back off: unlock all that the context holds, {@linkplain WwMutex#lockSlow wait for this lock}, and take the
     * others again. Kernel counterpart: {@code -EDEADLK}.
     */
    DEADLOCK
}
