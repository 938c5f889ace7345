package org.dmafence.stress.soak;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** Mistakes to plant, each as rare as a race would be. */
enum Mutant {
    /** Two signallers are told that they signalled. */
    SIGNALS_TWICE(() -> new Seam() {
        @Override
        boolean signal(FenceContext context, DmaFence fence, @Nullable FenceError error) {
            return super.signal(context, fence, error) || seldom();
        }
    }),

    /** A signaller's error gets lost. */
    LOSES_AN_ERROR(() -> new Seam() {
        @Override
        boolean signal(FenceContext context, DmaFence fence, @Nullable FenceError error) {
            return super.signal(context, fence, seldom() ? null : error);
        }
    }),

    /** A fence is never signalled, though its signaller was told so. */
    LOSES_A_SIGNAL(() -> new Seam() {
        @Override
        boolean signal(FenceContext context, DmaFence fence, @Nullable FenceError error) {
            return seldom() || super.signal(context, fence, error);
        }
    }),

    /** A callback runs twice. */
    CALLS_BACK_TWICE(() -> new Seam() {
        @Override
        boolean add(DmaFence fence, FenceCallback callback) {
            boolean added = super.add(fence, callback);
            if (added && seldom()) {
                FenceCallback again = FenceCallback.of(f -> ((SoakCallback) callback).onSignaled(f));
                boolean unused = fence.addCallback(again);
            }
            return added;
        }
    }),

    /** A callback is dropped between a signaller and whoever adds. */
    LOSES_A_CALLBACK(() -> new Seam() {
        @Override
        boolean add(DmaFence fence, FenceCallback callback) {
            return (!fence.isSignaled() && seldom()) || super.add(fence, callback);
        }
    }),

    /** A callback that was removed runs all the same. */
    REMOVES_TOO_LATE(() -> new Seam() {
        @Override
        boolean remove(DmaFence fence, FenceCallback callback) {
            return super.remove(fence, callback) || seldom();
        }
    }),

    /** A status once read becomes another one. */
    CHANGES_A_STATUS(() -> new Seam() {
        @Override
        int status(DmaFence fence) {
            int status = super.status(fence);
            return status != 0 && seldom() ? -FenceError.MAX_ERRNO : status;
        }
    }),

    /** A waiter wakes before the fence has signalled. */
    WAKES_EARLY(() -> new Seam() {
        @Override
        boolean await(DmaFence fence, long timeoutMs) {
            return true;
        }
    }),

    /** A waiter is forgotten. */
    FORGETS_A_WAITER(() -> new Seam() {
        @Override
        boolean await(DmaFence fence, long timeoutMs) {
            return false;
        }
    }),

    /** An array does not wait for one of its fences. */
    FORGETS_A_MEMBER(() -> new Seam() {
        @Override
        DmaFence array(List<DmaFence> members) {
            if ((ThreadLocalRandom.current().nextInt() & 0xf) != 0) { // of few arrays, and most end with another member
                return super.array(members);
            }
            members.get(members.size() - 1).release();
            return super.array(members.subList(0, members.size() - 1));
        }
    });

    private final Supplier<Seam> seam;

    Mutant(Supplier<Seam> seam) {
        this.seam = seam;
    }

    Seam seam() {
        return seam.get();
    }

    private static boolean seldom() {
        return (ThreadLocalRandom.current().nextInt() & 0x3ff) == 0;
    }
}
