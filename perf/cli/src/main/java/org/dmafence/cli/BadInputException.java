package org.dmafence.cli;

import org.jspecify.annotations.Nullable;

/** What the user gave can't be used; the message names it, says why, and what to do. */
final class BadInputException extends Exception {
    private static final long serialVersionUID = 1L;

    BadInputException(String message) {
        this(message, null);
    }

    BadInputException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
