package org.dmafence.cli;

import org.jspecify.annotations.Nullable;

/** A driver did what none should do; the message names it, and says what. A finding. */
final class BadDriverException extends Exception {
    private static final long serialVersionUID = 1L;

    BadDriverException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
