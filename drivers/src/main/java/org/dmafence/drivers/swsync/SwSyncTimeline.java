package org.dmafence.drivers.swsync;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.WeakHashMap;
import org.dmafence.driver.DriverContext;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.SequenceNumbers;
import org.jspecify.annotations.Nullable;

/**
 * A counter that only goes up, and the fences of the values it will reach. Kernel counterpart: {@code struct sync_timeline}.
 *
 * <p>Any thread may call. Fences signal on the thread that increments, in the order of their values, under the timeline's
 * lock: their callbacks may come back to this timeline but must not wait for another thread.
 */
public final class SwSyncTimeline implements AutoCloseable {
    /*
     * Overview. `lock` guards everything but `value`, which pollers read as it is. `pending` holds the points ahead of the
     * value, so all of them lie within 2^31 of it and of each other, and comparing by signed distance is a total order on
     * them however often the counter wraps. It holds no references: the last release takes a point out. `points` finds the
     * point of a fence that has signalled, too; it must not keep either alive.
     */
    private final String name;
    private final FenceLock lock;
    private final FenceContext context;
    private final NavigableMap<Integer, DmaFence> pending = new TreeMap<>(SwSyncTimeline::compareByDistance);
    private final Map<DmaFence, SwSyncPoint> points = new WeakHashMap<>();
    private volatile int value;
    private boolean closed;

    SwSyncTimeline(DriverContext driver, String name) {
        this.name = name;
        lock = FenceLock.ownedBy(this);
        context = driver.newContext(name).lock(lock).build();
    }

    /** The timeline's name; in the kernel that of the task which opened it. */
    public String name() {
        return name;
    }

    /** How far the timeline has come; starts at 0 and wraps. */
    public int value() {
        return value;
    }

    /**
     * A fence that signals when the timeline reaches a value. It has signalled already if the value lies behind, by less than
     * 2<sup>31</sup>. Kernel counterpart: {@code SW_SYNC_IOC_CREATE_FENCE}.
     *
     * @param at the value, as 32 bits without a sign
     * @return the fence, with a reference for the caller; the same one for the same value as long as it is pending
     * @throws IllegalStateException if the timeline was closed
     */
    public DmaFence point(int at) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("timeline " + name + " was closed and makes no fence at "
                        + Integer.toUnsignedString(at) + "; open another");
            }
            DmaFence same = pending.get(at);
            if (same != null && same.tryRetain()) {
                return same;
            }
            SwSyncPoint point = new SwSyncPoint(this, at);
            DmaFence fence = context.newFence(point, Integer.toUnsignedLong(at));
            points.put(fence, point);
            if (hasReached(at)) {
                context.signalLocked(fence);
            } else {
                pending.put(at, fence);
            }
            return fence;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves the timeline, and signals what it passes: in steps of at most {@link Integer#MAX_VALUE}, so that no point is
     * jumped over. Kernel counterpart: {@code SW_SYNC_IOC_INC}.
     *
     * @throws IllegalArgumentException if the count does not fit 32 bits without a sign
     */
    public void increment(long count) {
        if (count < 0 || count > 0xffff_ffffL) {
            throw new IllegalArgumentException(
                    "timeline " + name + " incremented by " + count + "; use 0 to " + 0xffff_ffffL);
        }
        long left = count;
        for (; left > Integer.MAX_VALUE; left -= Integer.MAX_VALUE) {
            step(Integer.MAX_VALUE);
        }
        step((int) left);
    }

    /**
     * By when somebody would like a fence of this timeline. Kernel counterpart: {@code SW_SYNC_GET_DEADLINE}.
     *
     * @return the soonest deadline on the runtime's clock
     * @throws SwSyncException {@code -EINVAL} for a fence of another timeline or driver, {@code -ENOENT} if there is none
     */
    public long deadlineNs(DmaFence fence) throws SwSyncException {
        lock.lock();
        try {
            SwSyncPoint point = points.get(fence);
            if (point == null) {
                throw new SwSyncException(FenceError.EINVAL, fence + " is not of timeline " + name);
            }
            if (!point.hasDeadline()) {
                throw new SwSyncException(FenceError.ENOENT, fence + " has no deadline; set one first");
            }
            return point.deadlineNs();
        } finally {
            lock.unlock();
        }
    }

    /** Ends what is pending with {@code -ENOENT}; the timeline makes no more fences. */
    @Override
    public void close() {
        close(FenceError.ENOENT);
    }

    void close(FenceError error) {
        List<DmaFence> ended = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (Map.Entry<Integer, DmaFence> first = pending.pollFirstEntry();
                    first != null;
                    first = pending.pollFirstEntry()) {
                end(first.getValue(), error, ended);
            }
        } finally {
            lock.unlock();
        }
        ended.forEach(DmaFence::release);
    }

    /** Sets what a pending fence of this timeline will end with. */
    void setError(DmaFence fence, FenceError error) {
        lock.lock();
        try {
            if (!fence.isSignaled()) {
                context.setError(fence, error);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean hasReached(int at) {
        return !SequenceNumbers.isLater(at, value, false);
    }

    FenceLock lock() {
        return lock;
    }

    /** The last reference is gone. */
    void unlink(SwSyncPoint point, DmaFence fence) {
        lock.lock();
        try {
            pending.remove(point.value(), fence); // unless a younger one has its place
        } finally {
            lock.unlock();
        }
    }

    private void step(int count) {
        List<DmaFence> ended = new ArrayList<>();
        lock.lock();
        try {
            int reached = value + count; // nobody else writes it: we hold the lock
            value = reached;
            // One at a time: a callback may add points.
            for (Map.Entry<Integer, DmaFence> first = pending.firstEntry();
                    first != null && hasReached(first.getKey());
                    first = pending.firstEntry()) {
                pending.pollFirstEntry();
                end(first.getValue(), null, ended);
            }
        } finally {
            lock.unlock();
        }
        // Outside the lock, which a last release takes inside a read section.
        ended.forEach(DmaFence::release);
    }

    /** Signals under the lock, unless the last reference is gone and its release waits for the lock. */
    private void end(DmaFence fence, @Nullable FenceError error, List<DmaFence> ended) {
        if (fence.tryRetain()) {
            ended.add(fence);
            if (error != null && !fence.isSignaled()) {
                context.setError(fence, error);
            }
            context.signalLocked(fence);
        }
    }

    private static int compareByDistance(int a, int b) {
        return a - b;
    }

    @Override
    public String toString() {
        return "timeline " + name + ": " + value;
    }
}
