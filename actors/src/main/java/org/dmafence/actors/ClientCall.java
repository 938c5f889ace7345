package org.dmafence.actors;

import org.jspecify.annotations.Nullable;

/** A client's code that is to run on one of the {@link ClientThreads}; in their queue at most once at a time. */
abstract class ClientCall {
    /** Of the {@link ClientThreads}: which call is next. */
    @Nullable ClientCall next;

    /** On one of the threads; throws nothing. */
    abstract void answer();
}
