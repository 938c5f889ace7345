package org.dmafence.race;

/**
 * What no schedule may do.
 *
 * @param name short, for files and tests
 * @param words what happened, for a reader, when it is broken
 * @param fatal whether the machine stops there, so that nothing comes after it
 */
public record Law(String name, String words, boolean fatal) {
    /** Broken by the explorer itself: every party that has not ended waits. */
    public static final Law STUCK = new Law("stuck", "no party can move any more, and not all have ended");

    /** Broken by the explorer itself: somebody can always move, and whatever they do, not all will end. */
    public static final Law LIVELOCK = new Law("livelock", "parties go round for ever: no schedule leads to an end");

    public static final Law NULL_TABLE = fatal("null-table", "a call goes through an ops table that is null");
    public static final Law FREED_TABLE =
            fatal("freed-table", "a call goes into the code of a module that has been unloaded");
    public static final Law NULL_PAYLOAD =
            fatal("null-payload", "an op is called whose table is there and whose payload is gone");
    public static final Law FREED_STRING = fatal("freed-string", "a string is used after its module was unloaded");
    public static final Law FREED_LOCK = fatal("freed-lock", "a lock is touched in memory that has been freed");
    public static final Law FREED_FENCE = fatal("freed-fence", "a fence is touched after its last reference is gone");
    public static final Law WRONG_NAME = new Law("wrong-name", "the driver's name is answered for the timeline's");
    public static final Law EARLY_LITERAL =
            new Law("early-literal", "a fence that has not signalled is named as a detached one");
    public static final Law CALLBACK_TWICE = new Law("callback-twice", "a callback runs twice");
    public static final Law CALLBACK_NEVER =
            new Law("callback-never", "a callback that was added neither runs nor is removed");
    public static final Law CALLBACK_AFTER_REMOVE =
            new Law("callback-after-remove", "a callback runs although removing it answered true");
    public static final Law CALLBACK_UNFINISHED =
            new Law("callback-unfinished", "removing a callback answers false while it has yet to finish");
    public static final Law CALLBACK_NOT_DUE =
            new Law("callback-not-due", "a callback runs that adding answered was not added");
    public static final Law CALLBACK_UNDER_LOCK =
            new Law("callback-under-lock", "foreign code runs while the fence's lock bit is set");
    public static final Law ENABLED_TWICE = new Law("enabled-twice", "the driver is asked twice to enable signalling");
    public static final Law ENABLED_LATE =
            new Law("enabled-late", "the driver is asked to enable signalling of a fence that has signalled");
    public static final Law SIGNALED_TWICE = new Law("signaled-twice", "a fence signals twice");
    public static final Law TIMESTAMP_LOST =
            new Law("timestamp-lost", "the first timestamp is lost, or read before it is there");
    public static final Law WAIT_TOO_EARLY = new Law("wait-too-early", "a wait ends before its fence has signalled");
    public static final Law REFERENCES = new Law("references", "a reference is dropped twice, or never");
    public static final Law FREED_JOB = fatal("freed-job", "a job is looked at that has been freed");
    public static final Law JOB_TWICE = new Law("job-twice", "a job runs twice");
    public static final Law STATUS_CHANGED = new Law("status-changed", "a fence's status, once read, changes");

    /** A law whose breach other laws may follow. */
    public Law(String name, String words) {
        this(name, words, false);
    }

    /** A law whose breach stops the machine. */
    public static Law fatal(String name, String words) {
        return new Law(name, words, true);
    }
}
