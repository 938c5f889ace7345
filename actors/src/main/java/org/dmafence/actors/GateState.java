package org.dmafence.actors;

import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * Whether a scheduler takes jobs.
 *
 * <pre>
 *   Open  -> Shut     the driver's unloading begins
 *   Shut  -> Open     it was refused
 *   any   -> Closed   the scheduler has ended, for ever
 * </pre>
 */
sealed interface GateState {
    /** It takes them. */
    enum Open implements GateState {
        OPEN
    }

    /** It takes none for now; what it has goes on. */
    record Shut(String reason) implements GateState {}

    /**
     * It takes none any more.
     *
     * @param error what jobs end with that were admitted before and come now, {@code null} for success
     */
    record Closed(String reason, @Nullable FenceError error) implements GateState {}

    /** Why it takes none. */
    default String reason() {
        if (this instanceof Shut shut) {
            return shut.reason;
        }
        return this instanceof Closed closed ? closed.reason : "it is open again";
    }
}
