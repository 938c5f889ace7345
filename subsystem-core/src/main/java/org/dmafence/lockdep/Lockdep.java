package org.dmafence.lockdep;

import java.util.Objects;

/**
 * Whether the checker runs, and what it is asked to check besides locks. Kernel counterpart: {@code
 * CONFIG_PROVE_LOCKING} and {@code might_sleep()}.
 *
 * <p>Hooks of code that is called often ask {@link #ON} themselves; everything here does nothing while that is false.
 */
public final class Lockdep {
    /** The system property that turns the checker on. */
    public static final String PROPERTY = "dmafence.lockdep";

    /** Read once, so that the compilers see a constant. */
    public static final boolean ON = Boolean.getBoolean(PROPERTY);

    private static volatile LockdepReporter reporter = LockdepReporter.logging();

    private Lockdep() {}

    /** Where reports go, but for those of a {@link LockdepTrial}. Replaces what was there, and returns it. */
    public static LockdepReporter reportTo(LockdepReporter sink) {
        LockdepReporter before = reporter;
        reporter = Objects.requireNonNull(sink, "sink");
        return before;
    }

    /** Where reports go. */
    public static LockdepReporter reporter() {
        return reporter;
    }

    /**
     * Says that the caller may block here, whether it does this time or not: reported inside an RCU read section and
     * while a spin lock is held. Kernel counterpart: {@code might_sleep()}.
     *
     * @param what the call, in words, such as {@code "timer_delete_sync"}
     */
    public static void mightSleep(String what) {
        if (ON) {
            HeldLocks.current().mightSleep(what);
        }
    }

    /** The calling thread entered an RCU read section, or a nested one. */
    public static void enterReadSection() {
        if (ON) {
            HeldLocks.current().enterReadSection();
        }
    }

    /** The calling thread left what {@link #enterReadSection} said. */
    public static void leaveReadSection() {
        if (ON) {
            HeldLocks.current().leaveReadSection();
        }
    }

    /**
     * Reports that something which RCU protects was read outside a section. Kernel counterpart: "suspicious RCU usage".
     *
     * @param what was read
     */
    public static void readOutsideSection(String what) {
        if (ON) {
            HeldLocks held = HeldLocks.current();
            held.report(
                    LockdepReport.Kind.RCU_NOT_HELD,
                    what,
                    what + " by " + held.who() + " outside an RCU read section: it may be taken away meanwhile. "
                            + "Lock a reader around it");
        }
    }

    /** Clears what the calling thread holds; for simulators, which may end a thread in the midst of things. */
    public static void clearHeld() {
        if (ON) {
            HeldLocks.clear();
        }
    }

    /**
     * Reports what the calling thread still holds where it should hold nothing, such as "the end of the test", and
     * forgets it.
     */
    public static void checkNothingHeld(String where) {
        if (ON) {
            HeldLocks.checkHere(where);
        }
    }

    /** Reports the threads that have ended and never released what they had acquired; each once. */
    public static void checkEndedThreads() {
        if (ON) {
            HeldLocks.checkEnded();
        }
    }
}
