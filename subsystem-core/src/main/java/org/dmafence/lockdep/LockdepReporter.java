package org.dmafence.lockdep;

/**
 * Where reports go.
 *
 * <p>Called on the thread that is about to break a rule, whatever locks it holds; must not block. What it locks or
 * waits for itself is not checked, and what it throws is dropped.
 */
@FunctionalInterface
public interface LockdepReporter {
    /** One report; each is made once. */
    void report(LockdepReport report);

    /** Reports to the platform's logger {@code org.dmafence.lockdep} as warnings. */
    static LockdepReporter logging() {
        System.Logger logger = System.getLogger("org.dmafence.lockdep");
        return report -> logger.log(System.Logger.Level.WARNING, report.text());
    }
}
