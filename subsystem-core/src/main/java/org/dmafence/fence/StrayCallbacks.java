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
    private final Set<Stray> strays = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<FenceCallback> gone = new ReferenceQueue<>();

    void add(DmaFence fence, FenceCallback callback) {
        for (Reference<?> dead = gone.poll(); dead != null; dead = gone.poll()) {
            strays.remove(dead);
        }
        strays.add(new Stray(fence, callback, gone));
    }

    /** Takes them all off; those that had still to run, in words. */
    List<String> withdraw() {
        List<String> withdrawn = new ArrayList<>();
        for (Stray stray : strays) {
            FenceCallback callback = stray.get();
            DmaFence fence = stray.fence.get();
            if (callback != null && fence != null && fence.withdrawCallback(callback)) {
                withdrawn.add("callback " + callback.foreign().getClass().getName() + " on " + fence
                        + ", which is not its own");
            }
        }
        return withdrawn;
    }

    /** How many are on fences whose callbacks run just now: those can't be taken off any more. */
    int running() {
        int running = 0;
        for (Stray stray : strays) {
            DmaFence fence = stray.fence.get();
            running += fence != null && fence.isSignaled() && fence.callbacksAcquire() != null ? 1 : 0;
        }
        return running;
    }

    private static final class Stray extends WeakReference<FenceCallback> {
        final WeakReference<DmaFence> fence;

        Stray(DmaFence fence, FenceCallback callback, ReferenceQueue<FenceCallback> gone) {
            super(callback, gone);
            this.fence = new WeakReference<>(fence);
        }
    }
}
