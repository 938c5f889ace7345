package org.dmafence.fence;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A driver's table made to order: each op does what the test puts into its field, and counts its calls. */
final class TestOps extends FenceOps {
    /** Never equal to each other: a timeline that answers with the driver's name must be seen. */
    static final String DRIVER = "test-driver";

    static final String TIMELINE = "test-timeline";

    final AtomicInteger namesAsked = new AtomicInteger();
    final AtomicInteger enables = new AtomicInteger();
    final AtomicInteger polls = new AtomicInteger();
    final AtomicInteger waits = new AtomicInteger();
    final AtomicInteger releases = new AtomicInteger();
    final AtomicInteger deadlines = new AtomicInteger();

    volatile UnaryOperator<@Nullable String> onName = name -> name;
    volatile Predicate<DmaFence> onEnable = fence -> true;
    volatile Predicate<DmaFence> onPoll = fence -> false;
    volatile LongUnaryOperator onWait = timeoutNs -> timeoutNs;
    volatile Function<DmaFence, Object> onRelease = fence -> fence;
    volatile LongUnaryOperator onDeadline = deadlineNs -> deadlineNs;

    private TestOps(Op... implemented) {
        super(implemented);
    }

    static TestOps with(Op... implemented) {
        return new TestOps(implemented);
    }

    @Override
    protected @Nullable String driverName(DmaFence fence) {
        namesAsked.incrementAndGet();
        return onName.apply(DRIVER);
    }

    @Override
    protected @Nullable String timelineName(DmaFence fence) {
        namesAsked.incrementAndGet();
        return onName.apply(TIMELINE);
    }

    @Override
    protected boolean enableSignaling(DmaFence fence) {
        enables.incrementAndGet();
        return onEnable.test(fence);
    }

    @Override
    protected boolean signaled(DmaFence fence) {
        polls.incrementAndGet();
        return onPoll.test(fence);
    }

    @Override
    protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
        waits.incrementAndGet();
        return onWait.applyAsLong(timeoutNs);
    }

    @Override
    protected void release(DmaFence fence) {
        releases.incrementAndGet();
        Object unused = onRelease.apply(fence);
    }

    @Override
    protected void setDeadline(DmaFence fence, long deadlineNs) {
        deadlines.incrementAndGet();
        long unused = onDeadline.applyAsLong(deadlineNs);
    }
}
