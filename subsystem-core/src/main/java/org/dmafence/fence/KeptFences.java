package org.dmafence.fence;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fences that signalled and keep something of their issuer, each with where it was made. Held weakly, until they
 * are freed or collected. Any thread.
 */
final class KeptFences {
    private final Map<Kept, String> kept = new ConcurrentHashMap<>();
    private final ReferenceQueue<DmaFence> collected = new ReferenceQueue<>();

    /** Adds a fence, unless it is freed; one that is freed meanwhile does not stay. */
    void add(DmaFence fence, String site) {
        if (!isGone(fence)) {
            kept.put(new Kept(fence, collected), site);
            if (isGone(fence)) { // the last release may have come between
                kept.remove(new Kept(fence, null));
            }
            expunge();
        }
    }

    void remove(DmaFence fence) {
        kept.remove(new Kept(fence, null));
    }

    void clear() {
        kept.clear();
    }

    void forEach(BiConsumer<DmaFence, String> action) {
        expunge();
        kept.forEach((reference, site) -> {
            DmaFence fence = reference.get();
            if (fence != null && !isGone(fence)) {
                action.accept(fence, site);
            }
        });
    }

    /**
     * Whether the last release has finished: the thread that dropped the last reference may not have asked the release
     * op yet.
     */
    private static boolean isGone(DmaFence fence) {
        return fence.isFreed() && fence.isDetached();
    }

    private void expunge() {
        for (Object dead = collected.poll(); dead != null; dead = collected.poll()) {
            kept.remove(dead);
        }
    }

    /** A weak key that is equal to another one of the same fence. */
    private static final class Kept extends WeakReference<DmaFence> {
        private final int hash;

        Kept(DmaFence fence, @Nullable ReferenceQueue<DmaFence> queue) {
            super(fence, queue);
            hash = System.identityHashCode(fence);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            DmaFence fence = get();
            return fence != null && other instanceof Kept that && that.get() == fence;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
