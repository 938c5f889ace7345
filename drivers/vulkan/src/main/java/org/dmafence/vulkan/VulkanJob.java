package org.dmafence.vulkan;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.driver.DeviceWork;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.jspecify.annotations.Nullable;

/** One job on a ring: also the ops of its fence, which drops them when it signals. */
final class VulkanJob extends FenceOps {
    private final VulkanRing ring;
    private final long seqno;
    private final RingJob job;

    /** Guarded by the ring's lock for writing. */
    private volatile DeviceWork work;

    /** What has to happen before the device gets it; it may have it at 0. One is the submitting thread's. */
    private final AtomicInteger holds;

    /** Somebody else says when the job is done; so many of the holds. Guarded by the ring's lock. */
    private int gates;

    /** What the device waits for; written before the last hold goes. */
    private final List<Wait> waits = new ArrayList<>(2);

    /** Fences of others that are waited for; guarded by this list. */
    private final List<ForeignWait> foreign = new ArrayList<>(0);

    /** Ours, until somebody takes it to signal it; guarded by the ring's lock. */
    private @Nullable DmaFence fence;

    /** What the job ends with when the device is through; guarded by the ring's lock for writing. */
    private volatile @Nullable FenceError error;

    /** A value of a semaphore of the device. */
    record Wait(long semaphore, long value) {}

    VulkanJob(VulkanRing ring, long seqno, RingJob job, DeviceWork work) {
        super(Op.SIGNALED);
        this.ring = ring;
        this.seqno = seqno;
        this.job = job;
        this.work = work;
        error = job.error();
        gates = job.durationNs() == RingJob.EXTERNAL ? 1 : 0;
        holds = new AtomicInteger(1 + gates);
    }

    long seqno() {
        return seqno;
    }

    long id() {
        return job.id();
    }

    DeviceWork work() {
        return work;
    }

    List<Wait> waits() {
        return waits;
    }

    @Nullable FenceError error() {
        return error;
    }

    void setError(@Nullable FenceError next) {
        error = next;
    }

    /** The device can't have it: it does nothing, and the fence ends with an error in its turn. */
    void giveUp(FenceError why) {
        error = why;
        work = DeviceWork.empty();
    }

    /** Whether the device is to wait until it is told that the job is over. */
    boolean hangs() {
        return job.durationNs() == RingJob.HANG;
    }

    // ---- holds ------------------------------------------------------------------------------------------------------

    boolean isReady() {
        return holds.get() == 0;
    }

    void hold() {
        holds.incrementAndGet();
    }

    /** True for the last. */
    boolean letGo() {
        return holds.decrementAndGet() == 0;
    }

    /** Nobody has to say any more that the job is done. */
    void openGate() {
        holds.addAndGet(-gates);
        gates = 0;
    }

    void awaits(ForeignWait wait) {
        synchronized (foreign) {
            foreign.add(wait);
        }
    }

    /** The job is over before the fences that it waits for. */
    void forgetForeign() {
        List<ForeignWait> left;
        synchronized (foreign) {
            left = List.copyOf(foreign);
            foreign.clear();
        }
        left.forEach(ForeignWait::withdraw);
    }

    // ---- the fence --------------------------------------------------------------------------------------------------

    void begin(DmaFence made) {
        fence = made;
    }

    /** The fence, for the one who signals and releases it; {@code null} for anybody later. */
    @Nullable DmaFence take() {
        DmaFence taken = fence;
        fence = null;
        return taken;
    }

    boolean isTaken() {
        return fence == null;
    }

    @Override
    protected String driverName(DmaFence of) {
        return "vulkan";
    }

    @Override
    protected String timelineName(DmaFence of) {
        return ring.spec().name();
    }

    /** A result has to be fetched before its fence signals, and an error to be set; the ring does both. */
    @Override
    protected boolean signaled(DmaFence of) {
        return work.out() == null && error == null && ring.reached() >= seqno;
    }
}
