package org.dmafence.lockdep;

/**
 * Allocation that may wait: for memory that others have to give back first. Kernel counterpart: {@code
 * fs_reclaim_acquire()} and {@code might_alloc()}.
 *
 * <p>The JVM's own heap needs none of this. It is for allocators that, when they run out, call their users to give
 * something back (shrinkers), and those wait for the fences of what they give back: buffer pools, video memory, ring
 * space. A thread that allocates from such a one in a signalling section may wait for itself.
 */
public final class Reclaim {
    static final String NAME = "fs_reclaim";

    private static final LockClass RECLAIM = LockClass.of(NAME);

    private Reclaim() {}

    /**
     * Says that the caller allocates and may have to wait for memory to be given back, whether it does this time or
     * not. Not called where an allocation rather fails. Kernel counterpart: {@code might_alloc(GFP_KERNEL)}.
     *
     * @param what is allocated, in words
     */
    public static void mightReclaim(String what) {
        if (Lockdep.ON) {
            HeldLocks held = HeldLocks.current();
            held.mightSleep(what);
            if (held.find(RECLAIM) == null) { // what reclaim allocates comes from reserves
                held.await(RECLAIM, "entered to allocate " + what);
            }
        }
    }

    /** Memory is being given back from here on, on behalf of who allocates. */
    public static void begin() {
        if (Lockdep.ON) {
            HeldLocks.current().acquire(RECLAIM, LockClass.Mode.EXCLUSIVE, null, false);
        }
    }

    /** The end of what {@link #begin} began. */
    public static void end() {
        RECLAIM.release();
    }
}
