package org.dmafence.actors;

/**
 * What a client is told that submits a job to a scheduler with {@code max-unfinished-jobs} unfinished ones. No policy
 * lets a queue grow beyond that.
 */
public enum WhenFull {
    /** The submission fails with {@link SubmitRefusedException.Reason#BACK_PRESSURE}; the default. */
    FAIL,
    /**
     * The submitter sleeps until there is room, through the runtime's parking. Not for threads that fences signal on,
     * the actors' above all: they are the ones that make room.
     */
    BLOCK,
    /** As {@link #FAIL}, and the entity's {@link EntitySpec#onCredit()} runs as soon as there is room again. */
    CREDIT_CALLBACK
}
