package org.dmafence.fence;

import java.util.Collection;
import java.util.function.Supplier;
import org.dmafence.concurrent.Shortage;
import org.dmafence.concurrent.ThreadBound;

/**
 * What the calling thread is doing to fences right now: whose callbacks it runs and whose enable op it is in.
 *
 * <p>This is how re-entering code is told from another thread: the first must not wait for itself, the second must
 * wait.
 *
 * <p>One object in four classes, each with its own fields: a signal must not follow one more reference.
 */
final class Signaler extends LeftWork {
    private static final ThreadBound<Signaler> CURRENT = new ThreadBound<>();

    /** Made beforehand: where memory is short there may be none for this either. */
    private static final Supplier<Signaler> MAKER = Signaler::makeOnce;

    private Signaler() {
        super(Thread.currentThread());
    }

    /**
     * That of the calling thread. A context remembers one of its signalers, and most have but one: that saves half a
     * dozen loads, each of which waits for the one before, on the way to the signal's atomic update.
     */
    static Signaler current(FenceContext context) {
        Signaler last = context.signaler; // racy: what another thread published here fails the next test, torn or not
        if (last != null && last.refersTo(Thread.currentThread())) {
            return last;
        }
        Signaler signaler = current();
        if (last == null || last.refersTo(null)) {
            context.signaler = signaler;
        }
        return signaler;
    }

    /** That of the calling thread, made on first use. */
    static Signaler current() {
        Signaler signaler = CURRENT.get();
        return signaler == null ? make() : signaler;
    }

    /** Whether the calling thread is inside the fence's enable op; makes none for a thread that has none. */
    static boolean isEnablingHere(DmaFence fence) {
        Signaler signaler = CURRENT.peek();
        return signaler != null && signaler.isEnabling(fence);
    }

    /** Many a signal comes from a thread's first call, and nobody might make it again. */
    private static Signaler make() {
        return Shortage.outlast(MAKER);
    }

    private static Signaler makeOnce() {
        Signaler signaler = new Signaler();
        CURRENT.set(signaler);
        return signaler;
    }

    /** All threads', for the watchdog; that of a thread that has ended goes when the collector has found the thread. */
    static Collection<Signaler> all() {
        return CURRENT.all();
    }

    /** How many are known, ended ones included; for tests. */
    static int known() {
        return CURRENT.all().size();
    }
}
