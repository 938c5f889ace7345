package org.dmafence.sched;

/**
 * Says that a client has hung the hardware: jobs of its entities are still handed to the ring, but with {@code
 * ECANCELED} on {@code finished} already, so that the driver skips them. Kernel counterpart: the {@code atomic_t
 * *guilty} that the entities of a context share. Any thread may use it.
 */
public final class GuiltyFlag {
    private volatile boolean guilty;

    /** An innocent client's. */
    public GuiltyFlag() {}

    /** Whether the client is guilty. */
    public boolean isGuilty() {
        return guilty;
    }

    /** Finds the client guilty, or pardons it. */
    public void set(boolean isGuilty) {
        guilty = isGuilty;
    }
}
