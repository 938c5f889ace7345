package org.dmafence.fence;

import java.util.Objects;
import java.util.function.Supplier;
import org.dmafence.concurrent.Shortage;
import org.jspecify.annotations.Nullable;

/**
 * What a thread has left for later: drains put off because callbacks nest too deep, and the work that callbacks
 * deferred. Room for a drain is made before its signal is won, since that may fail.
 */
abstract sealed class LeftWork extends OpStack permits Signaler {
    /** The drains put off, first to last, linked by {@code next}. */
    private @Nullable Postponed postponed;

    private @Nullable Postponed lastPostponed;

    /** For the next signal that may have to put its drain off; see {@link #reservePostponed}. */
    private @Nullable Postponed reserved;

    /** Made beforehand: where memory is short there may be none for this either. */
    private final Supplier<Postponed> roomMaker = this::makeRoom;

    private boolean runningPostponed;

    /** A stack of callbacks whose deferred work is to run, linked by {@code next}; the lowest one's is itself. */
    private @Nullable FenceCallback deferred;

    /** Where deferred work that throws is reported: the runtime of what was deferred last. */
    private @Nullable FenceRuntime deferredOf;

    private boolean runningDeferred;

    /** Something was postponed or deferred since {@link #runLeft} last found nothing. */
    private boolean left;

    /** How often to make as if there were no memory for a drain that is put off; for tests. */
    int starved;

    /** A drain for later, with the callbacks that are left of it. */
    static final class Postponed {
        @Nullable DmaFence fence;

        @Nullable FenceCallback last;

        @Nullable Postponed next;
    }

    LeftWork(Thread thread) {
        super(thread);
    }

    /**
     * Makes room for a drain that may have to be put off; right before a signal is won, since it may fail. The winner
     * {@linkplain #takeReserved takes it} before any foreign code runs, which might signal as well.
     */
    final void reservePostponed() {
        if (isTooDeep() && reserved == null) {
            reserved = newRoom();
        }
    }

    /** What was reserved, {@code null} if nothing was. */
    final @Nullable Postponed takeReserved() {
        Postponed room = reserved;
        if (room != null) {
            reserved = null;
        }
        return room;
    }

    /** Room of one's own for a drain that may have to be put off; {@code null} if it would be none. */
    final @Nullable Postponed newRoom() {
        return isTooDeep() ? Shortage.outlast(roomMaker) : null;
    }

    private Postponed makeRoom() {
        if (starved > 0) {
            starved--;
            throw new OutOfMemoryError("as a test wants it");
        }
        return new Postponed();
    }

    /** Keeps a drain until the outermost one of this thread has ended. */
    final void postpone(Postponed drain, DmaFence fence, FenceCallback last) {
        drain.fence = fence;
        drain.last = last;
        if (lastPostponed == null) {
            postponed = drain;
        } else {
            lastPostponed.next = drain;
        }
        lastPostponed = drain;
        left = true;
    }

    private @Nullable Postponed takePostponed() {
        Postponed first = postponed;
        if (first != null) {
            postponed = first.next;
            if (postponed == null) {
                lastPostponed = null;
            }
        }
        return first;
    }

    /** Runs what was postponed, from the outermost drain only. */
    private void runPostponed() {
        if (!isDraining() && !runningPostponed && postponed != null) {
            runningPostponed = true;
            try {
                for (Postponed drain = takePostponed(); drain != null; drain = takePostponed()) {
                    Objects.requireNonNull(drain.fence).drain(this, drain.last);
                }
            } finally {
                runningPostponed = false;
            }
        }
    }

    /** Keeps a callback's deferred work for {@link #runDeferred}. Allocates nothing, so it can't fail. */
    final void defer(FenceCallback callback, FenceRuntime runtime) {
        if (callback.next != null) {
            throw new IllegalStateException("a callback that is on a fence, or deferred already, can't be deferred");
        }
        callback.next = deferred == null ? callback : deferred;
        deferred = callback;
        deferredOf = runtime;
        left = true;
    }

    /** Runs what was postponed and deferred, when its time has come. */
    final void runLeft() {
        if (left) {
            runPostponed();
            runDeferred();
            left = deferred != null || postponed != null;
        }
    }

    /**
     * Runs what was deferred, unless this thread is inside callbacks, an enable op or a {@link FenceLock}: what waits
     * for this thread to leave those must not be waited for here. What is deferred meanwhile runs after what was
     * before.
     */
    final void runDeferred() {
        if (deferred == null || isDraining() || isInOpOrLock() || runningDeferred) {
            return;
        }
        runningDeferred = true;
        try {
            for (FenceCallback batch = deferred; batch != null; batch = deferred) {
                deferred = null;
                for (FenceCallback callback = batch; callback != null; ) {
                    FenceCallback after = callback.next == callback ? null : callback.next;
                    callback.next = null;
                    FenceCalls.deferred(callback, deferredOf);
                    callback = after;
                }
            }
        } finally {
            runningDeferred = false;
        }
    }

    /** Unlinks a callback that this thread has not reached yet; false if it has run or runs now. */
    final boolean removePending(DmaFence fence, FenceCallback callback) {
        int index = drainIndex(fence);
        Postponed later = index < 0 ? postponed(fence) : null;
        FenceCallback last = later != null ? later.last : index < 0 ? null : pendingAt(index);
        if (last == null || !CallbackList.contains(last, callback)) {
            return false;
        }
        FenceCallback left = CallbackList.remove(last, callback);
        if (later != null) {
            later.last = left;
        } else {
            pendingAt(index, left);
        }
        return true;
    }

    private @Nullable Postponed postponed(DmaFence fence) {
        for (Postponed later = postponed; later != null; later = later.next) {
            if (later.fence == fence) {
                return later;
            }
        }
        return null;
    }
}
