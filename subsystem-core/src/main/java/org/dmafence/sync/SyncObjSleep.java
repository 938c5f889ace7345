package org.dmafence.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Objects;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.Parking;
import org.dmafence.sync.SyncObjWait.Flag;
import org.dmafence.sync.SyncObjWait.Result;
import org.jspecify.annotations.Nullable;

/**
 * One thread in a {@link SyncObjWait}. Kernel counterpart: {@code drm_syncobj_array_wait_timeout()}, whose order of
 * steps this keeps: which fences are polled, enabled and given a deadline shows.
 */
final class SyncObjSleep implements AutoCloseable {
    /*
     * Overview. An entry's `fence` is null until the point has one, then the fence with a reference, or FREED if
     * somebody dropped references that were the wait's; GONE when the wait is over: a fence that is offered after that
     * is refused. It is set once, by CAS, before it is GONE.
     *
     *   field          written by                           read by            mode
     *   Entry.fence    the sleeper, who brings a fence      the sleeper        CAS; getAcquire
     *   Entry.wake     the sleeper                          the sleeper        plain
     *
     * No wake-up is lost: a thread that changes what the sleeper looks at unparks it afterwards, and the sleeper looks
     * at everything again after each park.
     */
    private static final Object GONE = "gone";
    private static final Object FREED = "freed";

    private final FenceRuntime runtime;
    private final Parking parking;
    private final Thread thread = Thread.currentThread();
    private final SyncObjWait wait;
    private final boolean all;
    private final boolean available;
    private final boolean forSubmit;
    private final Entry[] entries;

    SyncObjSleep(SyncObjWait wait) {
        this.wait = wait;
        runtime = wait.runtime();
        parking = runtime.parking();
        all = wait.flags.contains(Flag.ALL);
        available = wait.flags.contains(Flag.AVAILABLE);
        forSubmit = available || wait.flags.contains(Flag.FOR_SUBMIT);
        List<SyncObjPoint> points = wait.points;
        entries = new Entry[points.size()];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new Entry(points.get(i));
        }
    }

    Result run(long timeoutNs) throws InterruptedException {
        long startNs = timeoutNs == Long.MAX_VALUE ? 0 : runtime.clock().nanoTime();
        for (Entry entry : entries) {
            entry.open();
        }
        int index = -1;
        int reached = 0;
        for (int i = 0; i < entries.length; i++) {
            if (entries[i].look() && (available || entries[i].held().pollSignaled())) {
                index = reached == 0 ? i : index;
                reached++;
            }
        }
        if (reached == entries.length || (reached > 0 && !all)) {
            return new Result(true, index);
        }
        register();
        setDeadline();
        for (; ; ) {
            int found = look();
            if (found >= 0) {
                return new Result(true, all ? index : found);
            }
            long leftNs = timeoutNs == Long.MAX_VALUE
                    ? timeoutNs
                    : timeoutNs - (runtime.clock().nanoTime() - startNs);
            if (leftNs <= 0) {
                return Result.TIMED_OUT;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted in " + wait);
            }
            if (timeoutNs == Long.MAX_VALUE) {
                parking.park(wait);
            } else {
                parking.parkNanos(wait, leftNs);
            }
        }
    }

    private void register() {
        if (forSubmit) {
            for (Entry entry : entries) {
                if (entry.fence() == null) {
                    entry.at.object().add(entry);
                }
            }
        }
    }

    private void setDeadline() {
        if (wait.deadlineNs != null) {
            for (Entry entry : entries) {
                DmaFence fence = entry.fence();
                if (fence != null) {
                    fence.setDeadline(wait.deadlineNs);
                }
            }
        }
    }

    /** Looks at what there is, with a callback on each fence; the first point that is reached, -1 if it is not over. */
    private int look() {
        int reached = 0;
        for (int i = 0; i < entries.length; i++) {
            if (entries[i].isReached()) {
                if (!all) {
                    return i;
                }
                reached++;
            }
        }
        return reached == entries.length ? 0 : -1;
    }

    /** The fence of a point that was found, with a new reference. */
    DmaFence fence(int index) {
        return entries[index].held().retain();
    }

    /** Takes callbacks and waiters back, without waiting for those that run, and drops the references. */
    @Override
    public void close() {
        for (Entry entry : entries) {
            entry.close();
        }
    }

    /** Wakes the sleeper when a fence signals; or for no reason, if it has gone meanwhile. */
    private final class Wake extends FenceCallback {
        @Override
        protected void onSignaled(DmaFence fence) {
            parking.unpark(thread);
        }
    }

    private final class Entry extends SyncObjWaiter {
        private @Nullable Object fence;
        private @Nullable Wake wake;
        private boolean opened;

        Entry(SyncObjPoint at) {
            super(at);
        }

        void open() {
            at.object().retain();
            opened = true;
        }

        /** Takes the fence that is there; false if there is none yet. */
        boolean look() {
            DmaFence found = at.object().fenceAt(at.point());
            if (found == null) {
                if (!forSubmit) {
                    throw SyncObjException.nothingAt(at.object(), at.point());
                }
                return false;
            }
            fence = found; // nobody else knows the entry yet
            return true;
        }

        boolean isReached() {
            DmaFence known = fence();
            if (known == null) {
                if (FENCE.getAcquire(this) == FREED) {
                    throw new IllegalStateException(at + " was freed although the wait for it holds a reference; "
                            + "somebody dropped more references than they took");
                }
                return false;
            }
            if (available || known.pollSignaled()) {
                return true;
            }
            if (wake != null) {
                return false;
            }
            Wake added = new Wake();
            if (!known.addCallback(added)) {
                return true;
            }
            wake = added;
            return false;
        }

        @Nullable DmaFence fence() {
            return FENCE.getAcquire(this) instanceof DmaFence known ? known : null; // pairs with the CAS in accept
        }

        DmaFence held() {
            return Objects.requireNonNull(fence(), "a fence for a point that was reached");
        }

        @Override
        boolean isWaiting() {
            return FENCE.getAcquire(this) == null;
        }

        @Override
        boolean accept(DmaFence offered) {
            if (!FENCE.compareAndSet(this, null, offered)) { // pairs with fence()
                return false;
            }
            parking.unpark(thread);
            return true;
        }

        @Override
        void onFreed() {
            if (FENCE.compareAndSet(this, null, FREED)) {
                parking.unpark(thread);
            }
        }

        void close() {
            if (!opened) {
                return;
            }
            Object was = FENCE.getAndSet(this, GONE);
            if (was instanceof DmaFence known) {
                if (wake != null) {
                    boolean unused = known.withdrawCallback(wake);
                }
                known.release();
            } else {
                at.object().remove(this);
            }
            at.object().release();
        }
    }

    private static final VarHandle FENCE;

    static {
        try {
            FENCE = MethodHandles.lookup().findVarHandle(Entry.class, "fence", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
