package org.dmafence.rcu;

/**
 * Told about readers that stall a grace period and readers that died inside a section.
 *
 * <p>Runs on the thread that waits for the grace period (an updater, or the callback thread), outside any read section
 * but with the domain's grace-period lock held: it must return soon and must not wait for a grace period of the same
 * domain. What it throws is logged and ignored.
 */
@FunctionalInterface
public interface StallListener {
    /** Logs each report as a warning. */
    StallListener LOGGING =
            stall -> System.getLogger(RcuDomain.class.getName()).log(System.Logger.Level.WARNING, stall::toString);

    /** One reader is in the way. Called for each of them, and again while it stays there. */
    void onStall(RcuStall stall);
}
