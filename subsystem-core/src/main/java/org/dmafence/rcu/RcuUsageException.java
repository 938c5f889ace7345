package org.dmafence.rcu;

import org.dmafence.foreign.Stacks;

/**
 * RCU was used where it cannot work: waiting for a grace period inside a read section, dereferencing outside of one,
 * deferring to a closed domain. The message names the call and says what to do instead.
 *
 * <p>Kernel counterpart: the "suspicious RCU usage" and "Illegal synchronize_rcu() in RCU read-side critical section"
 * reports of lockdep, which warn and go on; this one stops the call.
 */
public final class RcuUsageException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    RcuUsageException(String message) {
        super(message);
        setStackTrace(Stacks.here());
    }

    /**
     * Records no frames but those set as text: they would refer to the classes on the stack and pin a driver; this may
     * be kept.
     */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
