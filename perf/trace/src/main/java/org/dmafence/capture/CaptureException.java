package org.dmafence.capture;

import java.io.IOException;

/** The input is no capture that can be read; the message says why. */
public final class CaptureException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Problem {
        /** Not a single byte. */
        EMPTY,
        /** Neither text nor a binary format that is known. */
        BINARY,
        /** Text, but no line so far is of a capture. */
        NOT_A_CAPTURE,
        /** A known format, but damaged, or of a kind that can't be read. */
        DAMAGED
    }

    private final Problem problem;
    private final String remedy;

    /** @param remedy what the user can do; empty if only a better file helps */
    public CaptureException(Problem problem, String reason, String remedy) {
        super(reason);
        this.problem = problem;
        this.remedy = remedy;
    }

    public Problem problem() {
        return problem;
    }

    public String remedy() {
        return remedy;
    }
}
