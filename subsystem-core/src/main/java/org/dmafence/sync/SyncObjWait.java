package org.dmafence.sync;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.lockdep.SignalingSections;
import org.jspecify.annotations.Nullable;

/**
 * Waiting for one or all of several points. Kernel counterpart: {@code DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT}.
 *
 * <pre>{@code
 * SyncObjWait.Result first = SyncObjWait.on(new SyncObjPoint(frame, 7), new SyncObjPoint(upload, 0))
 *     .with(SyncObjWait.Flag.FOR_SUBMIT)
 *     .awaitUntil(clock.nanoTime() + 16_000_000);
 * }</pre>
 *
 * <p>A wait takes the fence of each point as it is when it starts, or the first that comes after, and stays with it if
 * the object gets another. Immutable, and may be used any number of times from any thread; not to be waited with in a
 * read section or by an actor. Errors of the fences are not its business: reached is reached.
 */
public final class SyncObjWait {
    /** What may be asked of a wait. */
    public enum Flag {
        /** Wait for all points instead of for the first. */
        ALL,
        /** Points that are not submitted yet may be so during the wait; without it they are an error. */
        FOR_SUBMIT,
        /** Wait only until the points are submitted, not until they are reached. */
        AVAILABLE
    }

    /**
     * How a wait ended.
     *
     * @param reached false if the time passed first
     * @param index which point: the first reached, by position; with {@link Flag#ALL} the first that had been reached
     *     when the wait started. -1 if there is none
     */
    public record Result(boolean reached, int index) {
        static final Result TIMED_OUT = new Result(false, -1);
    }

    final List<SyncObjPoint> points;
    final Set<Flag> flags;
    final @Nullable Long deadlineNs;

    private SyncObjWait(List<SyncObjPoint> points, Set<Flag> flags, @Nullable Long deadlineNs) {
        this.points = points;
        this.flags = flags;
        this.deadlineNs = deadlineNs;
    }

    /** A wait for the first of some points. */
    public static SyncObjWait on(SyncObjPoint... points) {
        return on(List.of(points));
    }

    /**
     * A wait for the first of some points.
     *
     * @param points at least one; their objects are retained while the wait goes on
     */
    public static SyncObjWait on(List<SyncObjPoint> points) {
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a wait for no points would not know when to end; give at least one");
        }
        return new SyncObjWait(List.copyOf(points), Set.of(), null);
    }

    /** The same wait with more flags. */
    public SyncObjWait with(Flag... more) {
        EnumSet<Flag> all = EnumSet.noneOf(Flag.class);
        all.addAll(flags);
        Collections.addAll(all, more);
        return new SyncObjWait(points, Collections.unmodifiableSet(all), deadlineNs);
    }

    /** The same wait that tells the issuers by when the fences would be welcome, on the runtime's clock; a hint. */
    public SyncObjWait withDeadline(long atNs) {
        return new SyncObjWait(points, flags, atNs);
    }

    /**
     * Looks, without sleeping; enables signalling all the same.
     *
     * @throws SyncObjException if a point is not submitted, and the wait is not for that
     */
    public Result poll() {
        try (SyncObjSleep sleep = new SyncObjSleep(this)) {
            return sleep.run(0);
        } catch (InterruptedException e) {
            throw new AssertionError("a poll was interrupted, though it does not sleep", e);
        }
    }

    /**
     * Waits.
     *
     * @throws SyncObjException if a point is not submitted, and the wait is not for that
     */
    public Result await() throws InterruptedException {
        return await(Long.MAX_VALUE);
    }

    /**
     * Waits up to a time.
     *
     * @param atNs on the clock of the first object's runtime; {@link Long#MAX_VALUE} for ever, the past to look only
     * @throws SyncObjException if a point is not submitted, and the wait is not for that
     */
    public Result awaitUntil(long atNs) throws InterruptedException {
        return await(
                atNs == Long.MAX_VALUE ? atNs : left(atNs, runtime().clock().nanoTime()));
    }

    /** How long it is until a time, 0 if that is past; clocks may be negative, and callers give any number. */
    static long left(long atNs, long nowNs) {
        if (atNs <= nowNs) {
            return 0;
        }
        long left = atNs - nowNs;
        return left > 0 ? left : Long.MAX_VALUE; // more than 292 years
    }

    private Result await(long timeoutNs) throws InterruptedException {
        mightSleep("SyncObjWait.await");
        try (SyncObjSleep sleep = new SyncObjSleep(this)) {
            return sleep.run(timeoutNs);
        }
    }

    /** The fence of a point, with a new reference; {@code null} if it is not submitted in time. */
    static @Nullable DmaFence submitted(SyncObjPoint at, long timeoutNs) throws InterruptedException {
        SyncObjWait wait = on(at).with(Flag.FOR_SUBMIT, Flag.AVAILABLE);
        wait.mightSleep("SyncObj.awaitFenceAt");
        try (SyncObjSleep sleep = new SyncObjSleep(wait)) {
            return sleep.run(timeoutNs).reached() ? sleep.fence(0) : null;
        }
    }

    FenceRuntime runtime() {
        return points.get(0).object().runtime();
    }

    private void mightSleep(String call) {
        if (runtime().rcu().isHeld()) {
            runtime().warn(call + " inside an RCU read section holds up every grace period: leave the section first");
        }
        SignalingSections.mightWait(call);
    }

    @Override
    public String toString() {
        return "wait for " + points + " " + flags;
    }
}
