package org.dmafence.lockdep;

/**
 * The order of locks that every driver has to keep to, known before anybody locks. Kernel counterpart: {@code
 * dma_resv_lockdep()}, which takes them all once at boot.
 *
 * <p>Each of these may be held by a thread that waits for a fence, or by one that the holder of an earlier one waits
 * for. So none of them may be acquired in a signalling section.
 */
final class KnownOrder {
    static final String RESERVATION = "reservation_ww_class";

    private static final String[] ORDER = {
        "mmap_lock",
        RESERVATION + "_acquire",
        RESERVATION + "_mutex",
        Reclaim.NAME,
        "i_mmap_rwsem",
        "mmu_notifier_invalidate_range_start",
        SignalingSections.NAME
    };

    private KnownOrder() {}

    private static LockClass lockClass(String name) {
        return name.equals(SignalingSections.NAME) ? LockClass.promise(name) : LockClass.of(name);
    }

    static void prime(LockGraph graph) {
        if (Lockdep.ON) {
            for (int i = 1; i < ORDER.length; i++) {
                graph.give(lockClass(ORDER[i - 1]), lockClass(ORDER[i]));
            }
        }
    }
}
