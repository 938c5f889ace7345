package org.dmafence.ftrace;

/** A fence some step of the replay refers to. */
public sealed interface FenceRef {

    /** What a job waits for before it may run. */
    sealed interface Dependency extends FenceRef {}

    /** The finished fence of a job of this trace; signals when the hardware is done with it. */
    record Finished(long jobKey) implements Dependency {}

    /**
     * The scheduled fence of a job of this trace; signals when it is handed to the hardware. The kernel gives an entity
     * two consecutive contexts, so this is the fence one context before the finished one, with the same seqno.
     */
    record Scheduled(long jobKey) implements Dependency {}

    /**
     * A fence that is no job submitted earlier in this trace. After {@link ReplayStep.ForeignSignaled} a key is not
     * used by any later submission: a fence that is waited for again gets a new one.
     *
     * @param key unique in the stream
     * @param driver the driver at the fence's initialisation, empty when that was not traced
     * @param timeline the timeline at the fence's initialisation, empty when that was not traced
     */
    record Foreign(long key, FenceIdentity fence, String driver, String timeline) implements Dependency {}

    /** A fence that somebody waits for, but that no job of this trace is or depends on. */
    record Unrelated(FenceIdentity fence, String driver, String timeline) implements FenceRef {}
}
