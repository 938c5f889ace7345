package org.dmafence.fence;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Callbacks of an issuer's on fences of others. Keeps neither callback nor fence. Any thread. */
final class StrayCallbacks {
    private static final int PURGE_AT = 64;

    private final Set<Stray> strays = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<FenceCallback> gone = new ReferenceQueue<>();

    /** Set once, for good. */
    private volatile boolean withdrawn;

    /** How many there may be before those that are over are looked for; racy, which costs a look more or less. */
    private volatile int purgeAt = PURGE_AT;

    /**
     * Adds a callback to a fence and notes it, first, for that may fail; takes it off at once if the others were taken
     * off already, since its adding may have begun before. So none stays.
     *
     * @return as {@link DmaFence#addCallback}
     */
    boolean add(DmaFence fence, FenceCallback callback) {
        for (Reference<?> dead = gone.poll(); dead != null; dead = gone.poll()) {
            strays.remove(dead);
        }
        if (strays.size() >= purgeAt) {
            strays.removeIf(Stray::isOver);
            purgeAt = 2 * strays.size() + PURGE_AT;
        }
        Stray stray = new Stray(fence, callback, gone);
        strays.add(stray);
        boolean added = false;
        try {
            added = fence.add(callback, false);
        } finally {
            if (!added) {
                strays.remove(stray);
            }
        }
        if (added && withdrawn && fence.withdrawCallback(callback)) { // volatile, after the entry; pairs with withdraw
            strays.remove(stray);
        }
        return added;
    }

    /** Takes them all off, and those that come later; those that had still to run, in words. */
    List<String> withdraw() {
        withdrawn = true; // before the look; pairs with add
        List<String> texts = new ArrayList<>();
        strays.removeIf(stray -> {
            FenceCallback callback = stray.get();
            DmaFence fence = stray.fence.get();
            if (callback != null && fence != null && fence.withdrawCallback(callback)) {
                texts.add("callback " + callback.foreign().getClass().getName() + " on " + fence
                        + ", which is not its own");
                return true;
            }
            return false;
        });
        return texts;
    }

    /** How many are on fences whose callbacks run just now: those can't be taken off any more. */
    int running() {
        int running = 0;
        for (Stray stray : strays) {
            DmaFence fence = stray.fence.get();
            running += stray.get() != null && fence != null && fence.isSignaled() && fence.callbacksAcquire() != null
                    ? 1
                    : 0;
        }
        return running;
    }

    private static final class Stray extends WeakReference<FenceCallback> {
        final WeakReference<DmaFence> fence;

        Stray(DmaFence fence, FenceCallback callback, ReferenceQueue<FenceCallback> gone) {
            super(callback, gone);
            this.fence = new WeakReference<>(fence);
        }

        /** Whether it can't run any more: the fence is gone, or has run its callbacks. */
        boolean isOver() {
            DmaFence on = fence.get();
            return on == null || get() == null || (on.isSignaled() && on.callbacksAcquire() == null);
        }
    }
}
