package org.dmafence.sync;

import java.util.Objects;

/**
 * A point of a {@link SyncObj}: what a wait waits for.
 *
 * @param object borrowed
 * @param point unsigned; 0 is the object's fence, whichever it is
 */
public record SyncObjPoint(SyncObj object, long point) {
    /** Checks its arguments. */
    public SyncObjPoint {
        Objects.requireNonNull(object, "object");
    }

    @Override
    public String toString() {
        return "point " + Long.toUnsignedString(point) + " of " + object;
    }
}
