package org.dmafence.lockdep;

import java.util.List;

/**
 * One acquisition.
 *
 * @param again whether the holder may acquire the very lock once more
 * @param how what was done to it, in a word
 * @param at where
 */
record Held(LockClass lockClass, LockClass.Mode mode, boolean again, String how, Site at) {
    boolean isShared() {
        return mode != LockClass.Mode.EXCLUSIVE;
    }

    boolean isRecursive() {
        return mode == LockClass.Mode.RECURSIVE;
    }

    LockdepReport.Place place() {
        return new LockdepReport.Place(toString(), how, List.of(at.frames()));
    }

    @Override
    public String toString() {
        return lockClass + (isRecursive() ? " (recursive read)" : isShared() ? " (read)" : "");
    }
}
