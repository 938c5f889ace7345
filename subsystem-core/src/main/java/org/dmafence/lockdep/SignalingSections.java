package org.dmafence.lockdep;

import org.dmafence.lockdep.LockdepReport.Kind;

/**
 * Marks code that other threads wait for: from publishing a fence to signalling it. Kernel counterpart:
 * {@code dma_fence_begin_signalling()} and its relatives.
 *
 * <p>Inside such a section nothing may wait for a fence, or take a lock under which somebody does, or allocate by
 * waiting. Sections nest and belong to the thread, or to the {@link Turn} that it is in. To the checker a section is a
 * lock that is held for reading and was not waited for, and a wait for a fence acquires it for writing.
 */
public final class SignalingSections {
    static final String NAME = "dma_fence_map";

    private static final LockClass MAP = LockClass.promise(NAME);

    private SignalingSections() {}

    /**
     * Enters a section.
     *
     * @return what {@link #end} needs: true if there is nothing to leave, because the thread was inside one already, or
     *     may not block anyhow, or the checker is off
     */
    public static boolean begin() {
        if (!Lockdep.ON) {
            return true;
        }
        HeldLocks held = HeldLocks.current();
        if (held.find(MAP) != null || held.isAtomic()) {
            return true;
        }
        held.hold(MAP, LockClass.Mode.SHARED, false, "began");
        return false;
    }

    /** Leaves the section that the given cookie came from. */
    public static void end(boolean cookie) {
        if (!cookie) {
            MAP.release();
        }
    }

    /** Whether the calling thread is in a section; false while the checker is off. */
    public static boolean inside() {
        return MAP.isHeld();
    }

    /**
     * Says that the caller may wait for a fence: what it holds now depends on signalling sections. Inside one, waiting
     * is reported, which is stricter than the kernel. Kernel counterpart: {@code __dma_fence_might_wait()}.
     *
     * @param what the wait, in words
     */
    public static void mightWait(String what) {
        if (!Lockdep.ON) {
            return;
        }
        HeldLocks held = HeldLocks.current();
        held.mightSleep(what);
        if (held.find(MAP) != null) {
            held.report(
                    Kind.WAIT_IN_SIGNALING_SECTION,
                    what,
                    what + " by " + held.who()
                            + " inside a fence signalling section: a fence may be waiting for this section to end. Wait before it "
                            + "begins, or add a callback");
        }
        held.await(MAP, "entered by a wait for a fence, " + what);
    }
}
