package org.dmafence.fence;

import org.jspecify.annotations.Nullable;

/**
 * The callback of a thread that waits: wakes it. The flag is set before the wake-up and is all the thread looks at.
 *
 * <p>Unlike other callbacks it knows what is before it, so that the many that give up at the same time don't each walk
 * the list.
 */
final class Waiter extends FenceCallback {
    final Thread thread;
    final Parking parking;
    volatile boolean woken;

    /** An interrupt was kept aside while a thread slept that none may wake; by the thread. */
    boolean interrupted;

    /**
     * What precedes it in the list, itself if it is alone; see {@link CallbackList}. Stale once the list is drained.
     */
    @Nullable FenceCallback before;

    /** @param parking what the thread sleeps by, which is not always that of the fence */
    Waiter(Thread thread, Parking parking) {
        this.thread = thread;
        this.parking = parking;
    }

    /** Gives the thread back the interrupt that was kept aside. */
    void restoreInterrupt() {
        if (interrupted) {
            thread.interrupt();
        }
    }

    @Override
    protected void onSignaled(DmaFence fence) {
        woken = true;
        parking.unpark(thread);
    }
}
