package org.dmafence.sync;

import org.dmafence.fence.DmaFence;

/**
 * Somebody who waits for a point to have a fence. Kernel counterpart: {@code struct syncobj_wait_entry} and
 * {@code struct syncobj_eventfd_entry}.
 */
abstract class SyncObjWaiter {
    final SyncObjPoint at;

    SyncObjWaiter(SyncObjPoint at) {
        this.at = at;
    }

    /** Whether there is still something to wait for. */
    abstract boolean isWaiting();

    /**
     * Gives it the fence; called by the thread that puts one into the object, outside the object's lock.
     *
     * @return true if the caller's reference was taken over; false if it had got a fence, or had given up
     */
    abstract boolean accept(DmaFence fence);

    /** The object is gone, so nothing will come. */
    abstract void onFreed();
}
