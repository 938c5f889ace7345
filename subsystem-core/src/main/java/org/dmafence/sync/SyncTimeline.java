package org.dmafence.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.SequenceNumbers;
import org.jspecify.annotations.Nullable;

/**
 * A counter that only goes up, and the fences of the values it will reach. Kernel counterpart: {@code struct
 * sync_timeline} of {@code drivers/dma-buf/sw_sync.c}.
 *
 * <p>Any thread may call. Fences signal on the thread that increments, in the order of their values, under the
 * timeline's lock: their callbacks may come back to this timeline but must not wait for another thread, nor move a
 * timeline whose callbacks move this one. What was merged of them signals after the lock was given up. Values are
 * 32-bit and wrap.
 *
 * <p><b>Memory consistency effects.</b> What a thread did before it incremented <i>happens-before</i> whatever another
 * does after it saw a fence of a value so reached signalled.
 */
public final class SyncTimeline implements AutoCloseable {
    /*
     * Overview. `lock` guards everything but `reached`, which pollers read as it is. `pending` holds the points ahead
     * of the value, so all of them lie within 2^31 of it and of each other, and comparing by signed distance is a total
     * order on them however often the counter wraps. It holds no references: the last release takes a point out.
     *
     * A poller that sees the new value before the increment has signalled what it passed can't overtake it: signalling
     * takes the lock, too.
     *
     *   field     written by                    read by                  mode
     *   reached   step, lock held               pollers, step            volatile; a poller that sees it signals the fence
     *   pending   point, step, unlink, close    the same                 lock
     *   closed    close                         point                    lock
     */
    private final String name;
    private final FenceLock lock;
    private final FenceContext context;
    private final SyncPoint.Factory factory;
    private final NavigableMap<Integer, DmaFence> pending = new TreeMap<>(SyncTimeline::compareByDistance);

    /** Everything it was ever incremented by; the value is the low half. */
    private volatile long reached;

    private boolean closed;

    private SyncTimeline(String name, FenceContext.Builder builder, SyncPoint.Factory factory) {
        this.name = name;
        this.factory = factory;
        lock = FenceLock.ownedBy(this);
        context = builder.lock(lock).build();
    }

    /**
     * A timeline at 0.
     *
     * @param name in the kernel that of the task which opens it
     */
    public static SyncTimeline create(FenceRuntime runtime, String name) {
        return create(FenceContext.builder(runtime).name(name), name, SyncPoint::new);
    }

    /** A timeline of a driver's, whose fences are in the driver's ledger and of its class. */
    public static SyncTimeline create(FenceContext.Builder context, String name, SyncPoint.Factory points) {
        return new SyncTimeline(name, context, points);
    }

    /** The timeline's name. */
    public String name() {
        return name;
    }

    /** How far the timeline has come; starts at 0 and wraps. */
    public int value() {
        return (int) reached;
    }

    /**
     * A fence that signals when the timeline reaches a value. It has signalled already if the value lies in the past,
     * by not more than 2<sup>31</sup>. Kernel counterpart: {@code SW_SYNC_IOC_CREATE_FENCE}.
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
                        + Integer.toUnsignedString(at) + "; create another timeline");
            }
            return pointLocked(at);
        } finally {
            lock.unlock();
        }
    }

    private DmaFence pointLocked(int at) {
        DmaFence same = pending.get(at);
        if (same != null && same.tryRetain()) {
            return same;
        }
        DmaFence fence = context.newFence(factory.newPoint(this, at), Integer.toUnsignedLong(at));
        if (hasReached(at)) {
            context.signalLocked(fence);
            return fence;
        }
        try {
            pending.put(at, fence); // in the place of one whose last release waits for the lock, if any
            return fence;
        } catch (RuntimeException | Error e) { // no memory: it would not be found when it is reached
            context.signalLocked(fence);
            fence.release();
            throw e;
        }
    }

    /**
     * Moves the timeline, and signals what it passes: in steps of at most {@link Integer#MAX_VALUE}, so that no point
     * is jumped over. A closed one moves, too. Kernel counterpart: {@code SW_SYNC_IOC_INC}.
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

    private void step(int count) {
        List<DmaFence> ended = new ArrayList<>();
        try {
            context.locked(() -> {
                long now = reached + count; // nobody else writes it: we hold the lock
                reached = now;
                // One at a time: a callback may add points, and move the timeline on.
                for (Map.Entry<Integer, DmaFence> first = pending.firstEntry();
                        first != null && hasReached(first.getKey());
                        first = pending.firstEntry()) {
                    end(first, null, ended);
                }
            });
        } finally {
            // Outside the lock, which a last release takes inside a read section.
            ended.forEach(DmaFence::release);
        }
    }

    /**
     * Sets what a pending fence of this timeline will signal with, unless it has an error already or has signalled.
     *
     * @return whether it was set
     */
    public boolean setError(DmaFence fence, FenceError error) {
        return context.setFirstError(fence, error);
    }

    /** Ends what is pending with {@code -ENOENT}; the timeline makes no more fences. */
    @Override
    public void close() {
        close(FenceError.ENOENT);
    }

    /** Ends what is pending with an error; the timeline makes no more fences. */
    public void close(FenceError error) {
        List<DmaFence> ended = new ArrayList<>();
        try {
            context.locked(() -> {
                closed = true;
                for (Map.Entry<Integer, DmaFence> first = pending.firstEntry();
                        first != null;
                        first = pending.firstEntry()) {
                    end(first, error, ended);
                }
            });
        } finally {
            ended.forEach(DmaFence::release);
        }
    }

    /** Signals under the lock, unless the last reference is gone and its release waits for the lock. */
    private void end(Map.Entry<Integer, DmaFence> first, @Nullable FenceError error, List<DmaFence> ended) {
        DmaFence fence = first.getValue();
        ended.add(fence); // may fail, so it comes before the reference, and before nobody knows the fence any more
        pending.remove(first.getKey()); // a callback may want its place
        if (!fence.tryRetain()) {
            ended.remove(ended.size() - 1);
            return;
        }
        if (error != null) {
            context.setFirstError(fence, error);
        }
        boolean signaled = false;
        try {
            context.signalLocked(fence);
            signaled = true;
        } finally {
            if (!signaled) { // a clock that throws: the next step finds it
                pending.putIfAbsent(first.getKey(), fence);
            }
        }
    }

    /**
     * The values that the timeline reaches after somebody subscribed, each of them and in order, as fast as the
     * subscriber asks for them; they count on where the timeline wraps. A value says how far the timeline is, not how
     * the work of a fence of it ended. Closing the timeline ends the stream with a {@link
     * org.dmafence.fence.FenceErrorException}.
     *
     * @param executor runs the subscriber; with {@code Runnable::run} it is the thread that increments, under the lock
     */
    public Flow.Publisher<Long> values(Executor executor) {
        return new TimelinePublisher(context.runtime(), () -> reached + 1, this::futureOf, executor);
    }

    private CompletableFuture<FenceStatus> futureOf(long value) {
        DmaFence fence;
        lock.lock();
        try {
            if (value <= reached) {
                return CompletableFuture.completedFuture(FenceStatus.OK);
            }
            if (closed) {
                String what = this + ", closed before it reached " + value + ",";
                return CompletableFuture.failedFuture(new FenceErrorException(what, FenceError.ENOENT));
            }
            fence = pointLocked((int) value);
        } finally {
            lock.unlock();
        }
        return HeldFuture.of(fence, error -> value <= reached);
    }

    /**
     * Timelines and their pending fences, as the kernel prints them; polls. Kernel counterpart: {@code sync/info} in
     * debugfs.
     */
    public static String pollInfo(Iterable<SyncTimeline> timelines) {
        StringBuilder text = new StringBuilder("objs:\n--------------\n");
        for (SyncTimeline timeline : timelines) {
            timeline.pollInfo(text);
            text.append('\n');
        }
        return text.append("fences:\n--------------\n").toString();
    }

    private void pollInfo(StringBuilder text) {
        lock.lock();
        try {
            text.append(name).append(": ").append(value()).append('\n');
            for (DmaFence fence : List.copyOf(pending.values())) {
                if (fence.tryRetain()) { // the thread that dropped the last reference waits for the lock to take it out
                    try {
                        SyncStatus.pollInfo(text, fence, value());
                    } finally {
                        fence.release();
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    boolean hasReached(int at) {
        return !SequenceNumbers.isLater(at, value(), false);
    }

    FenceLock lock() {
        return lock;
    }

    /** The last reference is gone. */
    void unlink(SyncPoint point, DmaFence fence) {
        lock.lock();
        try {
            pending.remove(point.value(), fence); // unless a younger one has its place
        } finally {
            lock.unlock();
        }
    }

    private static int compareByDistance(int a, int b) {
        return a - b;
    }

    @Override
    public String toString() {
        return "timeline " + name + ": " + value();
    }
}
