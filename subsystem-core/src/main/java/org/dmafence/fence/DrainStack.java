package org.dmafence.fence;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The fences whose callbacks a thread runs just now, innermost last: one inside the other where callbacks signal.
 * Touched by that thread only, but for what {@link CallbackWatchdog} reads. Refers to its thread weakly.
 */
abstract sealed class DrainStack extends WeakReference<Thread> permits OpStack {
    /** How deep callbacks that signal fences may nest before the stack is spared. */
    private static final int MAX_DEPTH = 32;

    /** The mark of a fence whose callbacks run, or are put off. */
    static final class Draining extends FenceCallback {
        @Override
        protected void onSignaled(DmaFence fence) {
            throw new AssertionError("a mark is no callback; it was run for " + fence);
        }
    }

    /**
     * Grows with each callback begun or drain ended; 0 in the lowest bit while nothing drains. Written by the owning
     * thread, read by the watchdog, opaque on both sides: a stale value delays a report by one look, no more.
     */
    private long progress;

    /**
     * Stands in for the callbacks of a fence that this thread drains: so the fence knows whose it is, and this
     * long-lived object need not refer to the fence, which would cost a card mark per signal.
     */
    final Draining mark = new Draining();

    /**
     * Fences and the callbacks left to run of drains that have more than one, for {@link LeftWork#removePending}. At
     * full size from the start: a drain that has been won must not fail for want of memory.
     */
    private final @Nullable DmaFence[] draining = new DmaFence[MAX_DEPTH];

    private final @Nullable FenceCallback[] pending = new FenceCallback[MAX_DEPTH];
    private int drainDepth;

    /**
     * The outermost fence being drained, for the watchdog's report. Plain, and the context only stored when it changes:
     * a report that reads one of the two too early names another fence of this thread, and nothing else depends on
     * them.
     */
    private Reference<FenceContext> drainedContext = new WeakReference<>(null);

    private long drainedSeqno;

    DrainStack(Thread thread) {
        super(thread);
    }

    /** Begins to run a fence's callbacks. */
    final void beginDrain(DmaFence fence) {
        if (drainDepth++ == 0) {
            Reference<FenceContext> context = fence.owner().weak();
            if (drainedContext != context) {
                drainedContext = context;
            }
            drainedSeqno = fence.seqno;
        }
    }

    final void endDrain() {
        PROGRESS.setOpaque(this, --drainDepth == 0 ? (progress + 2) & ~1 : progress + 2);
    }

    /** Takes the only callback of a drain, unlinked. */
    final FenceCallback takeOnly(FenceCallback callback) {
        callback.next = null;
        PROGRESS.setOpaque(this, (progress | 1) + 2);
        return callback;
    }

    /** Begins with a drain of several; the list belongs to this stack from now on, see {@link #takeNext}. */
    final void beginList(DmaFence fence, FenceCallback last) {
        draining[drainDepth - 1] = fence;
        pending[drainDepth - 1] = last;
    }

    final void endList() {
        draining[drainDepth - 1] = null;
        pending[drainDepth - 1] = null;
    }

    /** Takes the next callback of the innermost drain of several, unlinked; {@code null} when all have run. */
    final @Nullable FenceCallback takeNext() {
        FenceCallback last = pending[drainDepth - 1];
        if (last == null) {
            return null;
        }
        FenceCallback first = CallbackList.next(last);
        if (first == last) {
            pending[drainDepth - 1] = null;
        } else {
            last.next = first.next;
        }
        return takeOnly(first);
    }

    /** What {@link #progress} was when the watchdog last looked; odd means that a callback runs. */
    final long progressOpaque() {
        return (long) PROGRESS.getOpaque(this);
    }

    /** The context of the outermost fence being drained; racy, for reports. */
    final @Nullable FenceContext drainedContextRacy() {
        return drainedContext.get();
    }

    /** The number of the outermost fence being drained; racy, for reports. */
    final long drainedSeqnoRacy() {
        return drainedSeqno;
    }

    /**
     * Whether callbacks have signalled fences whose callbacks signalled fences... to the point of endangering the
     * stack.
     */
    final boolean isTooDeep() {
        return drainDepth >= MAX_DEPTH;
    }

    final boolean isDraining() {
        return drainDepth != 0;
    }

    /** Where a drain of several of this fence's callbacks is on the stack; -1 if there is none. */
    final int drainIndex(DmaFence fence) {
        for (int i = drainDepth - 1; i >= 0; i--) {
            if (draining[i] == fence) {
                return i;
            }
        }
        return -1;
    }

    /** The last of the callbacks that are left of a drain of several. */
    final @Nullable FenceCallback pendingAt(int index) {
        return pending[index];
    }

    final void pendingAt(int index, @Nullable FenceCallback last) {
        pending[index] = last;
    }

    private static final VarHandle PROGRESS;

    static {
        try {
            PROGRESS = MethodHandles.lookup().findVarHandle(DrainStack.class, "progress", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
