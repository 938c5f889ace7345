package org.dmafence.uapi;

import org.dmafence.fence.ModuleGoneException;
import org.jspecify.annotations.Nullable;

/** Has one of the foreign calls that a test's thread makes fail: the first, or the second, and so on. */
final class Saboteur {
    private @Nullable Thread victim;
    private int left = -1;
    private boolean struck;

    /** The call after so many others fails. */
    void arm(int after) {
        victim = Thread.currentThread();
        left = after;
        struck = false;
    }

    /** From now on nothing fails; whether something did. */
    boolean disarm() {
        left = -1;
        return struck;
    }

    boolean isArmed() {
        return left >= 0;
    }

    /** A foreign call. */
    void call(String what) {
        if (Thread.currentThread() == victim && left >= 0 && left-- == 0) {
            struck = true;
            // The one exception that is passed on from everywhere, drivers' ops included.
            throw new ModuleGoneException("sabotaged", what, "a fence");
        }
    }
}
