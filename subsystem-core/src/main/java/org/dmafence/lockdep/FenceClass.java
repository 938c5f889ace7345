package org.dmafence.lockdep;

import java.util.regex.Pattern;

/**
 * The fences of all timelines of one name of one driver, as the checker sees them: two classes that are acquired by
 * waiting.
 *
 * <p>The first is the <i>signal</i>. A thread that waits for a fence waits for whatever its signaller has to acquire
 * before: what it holds when it signals, what it acquired and released earlier in the same {@link Turn}, and what the
 * callbacks take, which may come before the waiter's own. The other is the <i>callbacks</i>: a thread that removes a
 * callback waits for those that run, and one that polls or enables a fence may run them itself.
 *
 * <p>Finer than the kernel's {@link SignalingSections one map of all fences}, and in addition to it: it finds circles
 * through locks whose holders may well wait for other fences, and sees signallers that marked no section. One timeline
 * may wait for another and the other for it, one number after the other, so orders among fences are not learnt.
 */
public final class FenceClass {
    /**
     * Fences that have signalled before anybody else learns of them: a thread that waits for one waits for nobody, and
     * what its maker held then is nobody's business.
     */
    public static final FenceClass BORN_SIGNALED = new FenceClass("signaled from birth");

    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final LockClass signal;
    private final LockClass callbacks;

    private FenceClass(String name) {
        signal = LockClass.promise("fence " + name);
        callbacks = LockClass.promise("callbacks of " + name);
    }

    /** The class of a timeline; numbers in its name, which tell instances apart, don't count. */
    public static FenceClass of(String driverName, String timelineName) {
        String names = driverName + " " + timelineName;
        return new FenceClass(NUMBER.matcher(names).replaceAll("#").trim());
    }

    /** The caller may wait for a fence of this class. */
    public void await() {
        if (this == BORN_SIGNALED) {
            return;
        }
        HeldLocks.current().await(signal, "waited for");
    }

    /** The caller may wait for callbacks to return. */
    public void awaitCallbacks() {
        if (this == BORN_SIGNALED) {
            return;
        }
        HeldLocks.current().await(callbacks, "waited for to remove one");
    }

    /** The caller may find the fence done, and run its callbacks itself. */
    public void mayRunCallbacks() {
        if (this == BORN_SIGNALED) {
            return;
        }
        HeldLocks.current().runsHere(callbacks, "run by who polls or enables the fence");
    }

    /** The caller has signalled a fence of this class. */
    public void signaled() {
        if (this == BORN_SIGNALED) {
            return;
        }
        HeldLocks.current().owed(signal, "signalled");
    }

    /** The caller runs callbacks from here on, before it does anything else. */
    public void beginCallbacks() {
        HeldLocks held = HeldLocks.current();
        held.hold(signal, LockClass.Mode.EXCLUSIVE, false, "signalled");
        held.hold(callbacks, LockClass.Mode.EXCLUSIVE, false, "running");
    }

    /** The callbacks that {@link #beginCallbacks} told of have run. */
    public void endCallbacks() {
        callbacks.release();
        signal.release();
    }
}
