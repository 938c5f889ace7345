package org.dmafence.conform;

/**
 * Something that happened while an op was carried out and on which a deviation may rest. What an op can't know itself,
 * such as that the kernel's answer differs, is not noted; the rules in {@link Deviations} put the two together.
 */
enum Note {
    /** The op asked for something that 7.2 has no more, so it was not carried out and the rest means nothing. */
    NOT_EXPRESSIBLE,
    /** An array of no fences was asked for, which we refuse. */
    EMPTY_ARRAY,
    /** The issuer is unloaded, and a tombstone answered in its place. */
    ISSUER_GONE,
    /** A fence of an issuer that was unloaded had not signalled, so unloading signalled it with an error. */
    ENDED_BY_POLICY,
    /** An issuer was unloaded although a fence needed its ops or its lock. */
    CUT_OFF,
    /** The object asked about is an array that has not completed, or that somebody else signalled. */
    PENDING_ARRAY,
    /** An array was signalled by somebody else before it had completed. */
    ARRAY_SIGNALED_EARLY,
    /** An error was set on a fence that is a positive number, so none. */
    POSITIVE_ERROR,
    /** The object asked about is the stub that everybody shares. */
    SHARED_STUB,
    /** Two fences with the same context and sequence number were merged. */
    TIED_MERGE,
    /** A module's set_deadline op was called. */
    MODULE_DEADLINE,
    /** A null fence was passed. */
    NULL_FENCE,
    /** Somebody tried to destroy syncobj 0, which there is not. */
    HANDLE_0_DESTROYED,
    /** The fence asked about is that of the last job which an entity handed out. */
    LAST_OF_ENTITY,
    /** A driver answered a timeout without putting the job back, so the kernel has forgotten it. */
    NOT_PUT_BACK,
    /** A job was pushed to an entity that had been killed. */
    PUSHED_TO_KILLED,
    /** An armed job was cleaned up without having been pushed. */
    ABANDONED,
    /** A scheduler was torn down that had jobs which nobody had canceled. */
    TORN_DOWN,
    /** A scheduler was torn down, and its driver canceled the jobs that were left. */
    CANCELED_AT_FINI,
    /** An entity's priority was changed. */
    PRIORITY_CHANGED,
    /** Jobs were to be resubmitted that the hardware had. */
    NOT_STOPPED,
    /** An entity was finished twice. */
    FINISHED_TWICE,
    /** A dependency was to be added to a job that had its fences. */
    LATE_DEPENDENCY,
    /** The kernel itself went another way when it was run with other timing. */
    TIMING_SENSITIVE,
    /** The scheduler's policy is round robin. */
    ROUND_ROBIN,
    /** An entity was to be made without a scheduler. */
    NO_SCHEDULER
}
