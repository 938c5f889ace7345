package org.dmafence.cli;

/** There is nothing in a capture that could be replayed; the message says why, and what to record. A finding. */
final class NothingReplayedException extends Exception {
    private static final long serialVersionUID = 1L;

    NothingReplayedException(String message) {
        super(message);
    }
}
