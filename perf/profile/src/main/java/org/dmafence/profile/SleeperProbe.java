package org.dmafence.profile;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;

/** Follows a job that a thread sleeps for; passed on by the callback or by that thread, whoever is last. */
final class SleeperProbe extends Probe {
    private final AtomicBoolean firstIsThrough = new AtomicBoolean();
    private long wokeNs = NEVER;

    SleeperProbe(int client, long intendedNs, NanoClock clock, Consumer<? super Probe> recorder) {
        super(client, intendedNs, clock, recorder);
    }

    /** The thread goes on; {@link #NEVER} for one that did not sleep. */
    void woke(long timeNs) {
        wokeNs = timeNs;
        ended();
    }

    @Override
    void ended() {
        if (!firstIsThrough.compareAndSet(false, true)) {
            super.ended();
        }
    }

    @Override
    long wokeNs() {
        return wokeNs;
    }
}
