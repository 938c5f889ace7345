package org.dmafence.resv;

import org.dmafence.foreign.Stacks;

/**
 * A reservation object, its lock or an acquire context was used against its rules; nothing was changed. The message
 * names the call and the remedy. Kernel counterpart: {@code BUG_ON}, lockdep's reports, and those of {@code
 * CONFIG_DEBUG_MUTEXES}.
 */
public final class ResvUsageException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    ResvUsageException(String message) {
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
