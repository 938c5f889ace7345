package org.dmafence.fence;

import org.jspecify.annotations.Nullable;

/**
 * Where the subsystem says that somebody broke a rule and that it went on regardless. Kernel counterpart: {@code
 * WARN()}.
 *
 * <p>Called on the thread that noticed, which may hold an external lock; must not block.
 */
@FunctionalInterface
public interface FenceReporter {
    /** What kind of rule was broken. */
    enum Kind {
        /** A call that the kernel would answer with a {@code WARN}: misuse of the API. */
        WARN,
        /** A callback threw. */
        CALLBACK_FAILED,
        /** A callback has been running for too long. */
        CALLBACK_STALLED,
        /** A driver's op threw, or broke its contract. */
        OP_FAILED,
        /** A driver's op, or a lock in its memory, has been holding up the core for too long. */
        OP_STALLED
    }

    /**
     * One report.
     *
     * @param message names the fence, what happened and what the subsystem did
     * @param cause a copy of what foreign code threw, if anything: a {@link org.dmafence.foreign.ForeignException},
     *     which may be kept
     */
    void report(Kind kind, String message, @Nullable Throwable cause);

    /**
     * Reports to the platform's logger {@code org.dmafence.fence} as warnings, {@linkplain #limited limited} to what
     * somebody may want to read.
     */
    static FenceReporter logging() {
        System.Logger logger = System.getLogger("org.dmafence.fence");
        return limited((kind, message, cause) -> logger.log(System.Logger.Level.WARNING, kind + ": " + message, cause));
    }

    /**
     * Passes on the first three reports of a cause as they are; of the rest the tenth, hundredth, thousandth..., as one
     * line with that number. A cause is the kind and the first line of the message without its numbers.
     */
    static FenceReporter limited(FenceReporter next) {
        return new LimitedReporter(next);
    }
}
