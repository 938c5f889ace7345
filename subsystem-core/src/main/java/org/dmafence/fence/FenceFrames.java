package org.dmafence.fence;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Supplier;
import org.dmafence.concurrent.Shortage;
import org.dmafence.concurrent.ThreadBound;
import org.jspecify.annotations.Nullable;

/**
 * What the calling thread is doing to fences right now: whose callbacks it runs and whose enable op it is in.
 *
 * <p>This is how re-entering code is told from another thread: the first must not wait for itself, the second must wait.
 * Touched by that thread only, but for what {@link CallbackWatchdog} reads. Refers to its thread weakly.
 */
final class FenceFrames extends WeakReference<Thread> {
    private static final ThreadBound<FenceFrames> CURRENT = new ThreadBound<>();

    /** Made beforehand: where memory is short there may be none for this either. */
    private static final Supplier<FenceFrames> MAKER = FenceFrames::makeOnce;

    /** The mark of a fence whose callbacks run, or are put off. */
    static final class Draining extends FenceCallback {
        @Override
        protected void onSignaled(DmaFence fence) {
            throw new AssertionError("a mark is no callback; it was run for " + fence);
        }
    }

    /**
     * Grows with each callback begun or drain ended; 0 in the lowest bit while nothing drains. Written by the owning thread,
     * read by the watchdog, opaque on both sides: a stale value delays a report by one look, no more.
     */
    private long progress;

    /** How deep callbacks that signal fences may nest before the stack is spared. */
    private static final int MAX_DEPTH = 32;

    /**
     * Stands in for the callbacks of a fence that this thread drains: so the fence knows whose it is, and this long-lived
     * object need not refer to the fence, which would cost a card mark per signal.
     */
    final Draining mark = new Draining();

    /**
     * Fences and the callbacks left to run of drains that have more than one, for {@link #removePending}. At full size from the
     * start: a drain that has been won must not fail for want of memory.
     */
    private final @Nullable DmaFence[] draining = new DmaFence[MAX_DEPTH];

    private final @Nullable FenceCallback[] pending = new FenceCallback[MAX_DEPTH];
    private int drainDepth;

    /**
     * The outermost fence being drained, for the watchdog's report. Plain, and the context only stored when it changes: a
     * report that reads one of the two too early names another fence of this thread, and nothing else depends on them.
     */
    private Reference<FenceContext> drainedContext = new WeakReference<>(null);

    private long drainedSeqno;

    /** The drains put off, first to last, linked by {@code next}. */
    private @Nullable Postponed postponed;

    private @Nullable Postponed lastPostponed;

    /** For the next signal that may have to put its drain off; see {@link #reservePostponed}. */
    private @Nullable Postponed reserved;

    /** Made beforehand, as {@link #MAKER}. */
    private final Supplier<Postponed> roomMaker = this::makeRoom;

    private boolean runningPostponed;

    /** A stack of callbacks whose deferred work is to run, linked by {@code next}; the lowest one's is itself. */
    private @Nullable FenceCallback deferred;

    /** Where deferred work that throws is reported: the runtime of what was deferred last. */
    private @Nullable FenceRuntime deferredOf;

    private boolean runningDeferred;

    /** Something was postponed or deferred since {@link #runLeft} last found nothing. */
    private boolean left;

    /** How many external locks this thread holds by hand. */
    private int lockDepth;

    /** How often to make as if there were no memory for a drain that is put off; for tests. */
    int starved;

    /** A drain for later, with the callbacks that are left of it. */
    static final class Postponed {
        @Nullable DmaFence fence;

        @Nullable FenceCallback last;

        @Nullable Postponed next;
    }

    private @Nullable DmaFence[] enabling = new DmaFence[2];
    private int enableDepth;

    private FenceFrames() {
        super(Thread.currentThread());
    }

    /**
     * Those of the calling thread. A context remembers those of one of its signallers, most have but one: that saves half a
     * dozen loads, each of which waits for the one before, on the way to the signaller's atomic update.
     */
    static FenceFrames current(FenceContext context) {
        FenceFrames last = context.frames; // racy: what another thread published here fails the next test, torn or not
        if (last != null && last.refersTo(Thread.currentThread())) {
            return last;
        }
        FenceFrames frames = current();
        if (last == null || last.refersTo(null)) {
            context.frames = frames;
        }
        return frames;
    }

    /** Those of the calling thread, made on first use. */
    static FenceFrames current() {
        FenceFrames frames = CURRENT.get();
        return frames == null ? make() : frames;
    }

    /** Whether the calling thread is inside the fence's enable op; makes no frames for one that has none. */
    static boolean isEnablingHere(DmaFence fence) {
        FenceFrames frames = CURRENT.peek();
        return frames != null && frames.isEnabling(fence);
    }

    /** Many a signal comes from a thread's first call, and nobody might make it again. */
    private static FenceFrames make() {
        return Shortage.outlast(MAKER);
    }

    private static FenceFrames makeOnce() {
        FenceFrames frames = new FenceFrames();
        CURRENT.set(frames);
        return frames;
    }

    /** Begins to run a fence's callbacks. */
    void beginDrain(DmaFence fence) {
        if (drainDepth++ == 0) {
            Reference<FenceContext> context = fence.owner().weak();
            if (drainedContext != context) {
                drainedContext = context;
            }
            drainedSeqno = fence.seqno;
        }
    }

    void endDrain() {
        PROGRESS.setOpaque(this, --drainDepth == 0 ? (progress + 2) & ~1 : progress + 2);
    }

    /** Takes the only callback of a drain, unlinked. */
    FenceCallback takeOnly(FenceCallback callback) {
        callback.next = null;
        PROGRESS.setOpaque(this, (progress | 1) + 2);
        return callback;
    }

    /** Begins with a drain of several; the list belongs to this frame from now on, see {@link #takeNext}. */
    void beginList(DmaFence fence, FenceCallback last) {
        draining[drainDepth - 1] = fence;
        pending[drainDepth - 1] = last;
    }

    void endList() {
        draining[drainDepth - 1] = null;
        pending[drainDepth - 1] = null;
    }

    /** Takes the next callback of the innermost drain of several, unlinked; {@code null} when all have run. */
    @Nullable FenceCallback takeNext() {
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

    /** What {@link #progress} was when last looked at, by whoever looks; odd means that a callback runs. */
    long progressOpaque() {
        return (long) PROGRESS.getOpaque(this);
    }

    /** The context of the outermost fence being drained; racy, for reports. */
    @Nullable FenceContext drainedContextRacy() {
        return drainedContext.get();
    }

    /** The number of the outermost fence being drained; racy, for reports. */
    long drainedSeqnoRacy() {
        return drainedSeqno;
    }

    /** All frames, for the watchdog; those of threads that have ended go when the collector has found the threads. */
    static Collection<FenceFrames> all() {
        return CURRENT.all();
    }

    /** How many threads' frames are known, ended ones included; for tests. */
    static int known() {
        return CURRENT.all().size();
    }

    /** Whether callbacks have signalled fences whose callbacks signalled fences... to the point of endangering the stack. */
    boolean isTooDeep() {
        return drainDepth >= MAX_DEPTH;
    }

    /**
     * Makes room for a drain that may have to be put off; right before a signal is won, since it may fail. Whoever has won
     * {@linkplain #takeReserved takes it} before any foreign code runs, which might signal as well.
     */
    void reservePostponed() {
        if (isTooDeep() && reserved == null) {
            reserved = newRoom();
        }
    }

    /** What was reserved, {@code null} if nothing was. */
    @Nullable Postponed takeReserved() {
        Postponed room = reserved;
        if (room != null) {
            reserved = null;
        }
        return room;
    }

    /** Room of one's own for a drain that may have to be put off; {@code null} if it would be none. */
    @Nullable Postponed newRoom() {
        return isTooDeep() ? Shortage.outlast(roomMaker) : null;
    }

    private Postponed makeRoom() {
        if (starved > 0) {
            starved--;
            throw new OutOfMemoryError("as a test wants it");
        }
        return new Postponed();
    }

    /** Keeps a drain for when the outermost one of this thread is through. */
    void postpone(Postponed drain, DmaFence fence, FenceCallback last) {
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
        if (drainDepth == 0 && !runningPostponed && postponed != null) {
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
    void defer(FenceCallback callback, FenceRuntime runtime) {
        if (callback.next != null) {
            throw new IllegalStateException("a callback that is on a fence, or deferred already, can't be deferred");
        }
        callback.next = deferred == null ? callback : deferred;
        deferred = callback;
        deferredOf = runtime;
        left = true;
    }

    /** Runs what was postponed and deferred, when its time has come. */
    void runLeft() {
        if (left) {
            runPostponed();
            runDeferred();
            left = deferred != null || postponed != null;
        }
    }

    /**
     * Runs what was deferred, unless this thread is inside callbacks, an enable op or a {@link FenceLock}: what waits
     * for this thread to leave those must not be waited for here. What is deferred meanwhile runs after what was before.
     */
    void runDeferred() {
        if (deferred == null || drainDepth != 0 || enableDepth != 0 || lockDepth != 0 || runningDeferred) {
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
    boolean removePending(DmaFence fence, FenceCallback callback) {
        int index = drainIndex(fence);
        Postponed later = index < 0 ? postponed(fence) : null;
        FenceCallback last = later != null ? later.last : index < 0 ? null : pending[index];
        if (last == null || !CallbackList.contains(last, callback)) {
            return false;
        }
        FenceCallback left = CallbackList.remove(last, callback);
        if (later != null) {
            later.last = left;
        } else {
            pending[index] = left;
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

    private int drainIndex(DmaFence fence) {
        for (int i = drainDepth - 1; i >= 0; i--) {
            if (draining[i] == fence) {
                return i;
            }
        }
        return -1;
    }

    void beginLocked() {
        lockDepth++;
    }

    void endLocked() {
        lockDepth--;
    }

    void beginEnable(DmaFence fence) {
        if (enableDepth == enabling.length) {
            enabling = Arrays.copyOf(enabling, enableDepth * 2);
        }
        enabling[enableDepth++] = fence;
    }

    void endEnable() {
        enabling[--enableDepth] = null;
    }

    /** Whether this thread is inside the fence's enable op, at any depth. */
    private boolean isEnabling(DmaFence fence) {
        for (int i = enableDepth - 1; i >= 0; i--) {
            if (enabling[i] == fence) {
                return true;
            }
        }
        return false;
    }

    private static final VarHandle PROGRESS;

    static {
        try {
            PROGRESS = MethodHandles.lookup().findVarHandle(FenceFrames.class, "progress", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
