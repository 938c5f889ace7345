package org.dmafence.lockdep;

import org.jspecify.annotations.Nullable;

/**
 * One piece of work that begins and ends holding nothing, whichever thread does it: an actor's message, an engine's
 * batch.
 *
 * <p>The actor is the holder then, not the thread of its dispatcher, and reports name it. What a turn has acquired is
 * remembered until its end: a fence that it signals had to wait for all that.
 *
 * <pre>{@code
 * try (Turn turn = Turn.begin("actor " + path)) {
 *     handle(message);
 * }
 * }</pre>
 */
public final class Turn implements AutoCloseable {
    private static final Turn OFF = new Turn(null);

    private final @Nullable HeldLocks locks;

    private Turn(@Nullable HeldLocks locks) {
        this.locks = locks;
    }

    /**
     * Begins a turn of the calling thread, inside another if there is one.
     *
     * @param name of the actor, or of another whose turn it is, for reports
     */
    public static Turn begin(String name) {
        return Lockdep.ON ? new Turn(HeldLocks.beginTurn(name)) : OFF;
    }

    /** Ends it, on the same thread; what it still holds is reported. */
    @Override
    public void close() {
        if (locks != null) {
            locks.endTurn();
        }
    }
}
