package org.dmafence.race;

import org.jspecify.annotations.Nullable;

/** A file that can't be replayed; the message says why. */
public final class ReplayException extends Exception {
    private static final long serialVersionUID = 1L;

    ReplayException(String message) {
        this(message, null);
    }

    ReplayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
