package org.dmafence.ftrace;

/** The input is not a trace that can be replayed: which file, where, why, and what to do about it. */
public final class TraceFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the input. */
    public enum Problem {
        /** No such file. */
        MISSING,
        /** A directory, not a file. */
        DIRECTORY,
        /** Exists, but reading it fails. */
        UNREADABLE,
        /** Not a single byte. */
        EMPTY,
        /** Not text. */
        BINARY,
        /** Text, but none of its first lines is ftrace's. */
        NOT_A_TRACE,
        /** A trace without any event of a job or of a fence. */
        NO_EVENTS
    }

    private final Problem problem;
    private final String file;
    private final long line;
    private final String reason;
    private final String remedy;

    TraceFormatException(Problem problem, String file, long line, String reason, String remedy) {
        super((line > 0 ? file + ":" + line : file) + ": " + reason + "; " + remedy);
        this.problem = problem;
        this.file = file;
        this.line = line;
        this.reason = reason;
        this.remedy = remedy;
    }

    public Problem problem() {
        return problem;
    }

    /** The input as the user named it; {@code <stdin>} for standard input. */
    public String file() {
        return file;
    }

    /** The line reading stopped at, counted from 1; 0 when no line is concerned. */
    public long line() {
        return line;
    }

    public String reason() {
        return reason;
    }

    /** What the user can do. */
    public String remedy() {
        return remedy;
    }
}
