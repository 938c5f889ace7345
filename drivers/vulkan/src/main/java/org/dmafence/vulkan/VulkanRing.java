package org.dmafence.vulkan;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.dmafence.driver.DeviceWork;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.jspecify.annotations.Nullable;
import org.lwjgl.vulkan.VkCommandBuffer;

/**
 * A timeline of the device: jobs go into its queue in order, and each raises the ring's semaphore to the sequence
 * number of its fence. The payload of a job is a {@link DeviceWork}; one without a payload fills about as much memory
 * as takes its duration, one that somebody else completes is given to the device when they do, and one that hangs hangs
 * there.
 *
 * <p>{@code submit}, {@code advance} and {@code complete} are the engine's, one at a time; anybody may kill and poll.
 */
final class VulkanRing implements HardwareRing {
    /*
     * Overview. Jobs have the numbers done < n <= tail and lie in jobs[n & mask].
     *
     *   done       the device has passed it, its result is out and its fence signalled
     *   offered    it is on its way into the device's queue: no counter is beyond; offered >= handed
     *   handed     it is there; handed >= done
     *   tail       it was submitted to the ring; tail >= handed, and the jobs between have holds
     *
     * `lock` guards all four and what the jobs say is guarded by it. Whoever drops the last hold of a job pumps: gives
     * the device what is ready at the front. That may be a fence's callback, so beneath `lock` nothing but Vulkan is
     * called, once the fence is made.
     *
     * R1  One thread at a time retires, and signals in order, without the lock. Who comes meanwhile, from another
     *     thread or from a callback beneath, leaves that to it (`retiring` counts them).
     * R2  A fence is taken out of its job under the lock, by who signals and releases it: retire, complete with an
     *     error, or kill.
     * R3  What the device said counts only if the device was not lost afterwards: a lost one may say anything.
     *
     *   field      written by       read by         mode
     *   offered    under the lock   polls           volatile, before the submission
     *   handed     under the lock   polls           volatile, after it
     *   done       under the lock   polls, busy     volatile
     *   killedBy   under the lock   anybody         volatile
     */
    private static final long FALLBACK_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long ROOM_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long ROOM_LOOK_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final int MAX_BYTES = 8 << 20;

    /** About as fast as memory is filled. */
    private static final int FILLED_BYTES_PER_NS = 4;

    private final VulkanDevice device;
    private final DeviceQueue queue;
    private final RingSpec spec;
    private final FenceContext context;
    private final NanoClock clock;
    private final long semaphore;

    /** What jobs that hang wait for on the device: their numbers. */
    private final HostSemaphore gate;

    private final SubmitBatch batch;
    private final SlotMemory memory;
    private final DeviceTimes times = new DeviceTimes();
    private final Object lock = new Object();
    private final int mask;
    private final @Nullable VulkanJob[] jobs;
    private final AtomicInteger retiring = new AtomicInteger();
    private long tail;
    private volatile long offered;
    private volatile long handed;
    private volatile long done;
    private volatile @Nullable FenceError killedBy;

    /** The engine's: when it looks at the counter though no interrupt came. */
    private long lookNs = Long.MIN_VALUE;

    /** Guarded by {@link #retiring}. */
    private final List<DmaFence> passed = new ArrayList<>();

    VulkanRing(VulkanDevice device, DeviceQueue queue, RingSpec spec, FenceContext context, long semaphore) {
        this.device = device;
        this.queue = queue;
        this.spec = spec;
        this.context = context;
        this.semaphore = semaphore;
        clock = context.runtime().clock();
        gate = new HostSemaphore(device.handle());
        batch = new SubmitBatch(semaphore, queue.interrupt());
        memory = new SlotMemory(device, spec.slots());
        mask = spec.slots() - 1;
        jobs = new VulkanJob[spec.slots()];
    }

    @Override
    public RingSpec spec() {
        return spec;
    }

    /** The timeline's semaphore. */
    long semaphore() {
        return semaphore;
    }

    /** How long the device worked on each job. */
    DeviceTimes times() {
        return times;
    }

    DeviceQueue queue() {
        return queue;
    }

    /** Whether a fence is a value of this ring's semaphore. */
    boolean owns(DmaFence fence) {
        return context.owns(fence);
    }

    // ---- the way in -------------------------------------------------------------------------------------------------

    @Override
    public DmaFence submit(RingJob job) {
        DeviceWork work = workOf(job);
        makeRoom();
        VulkanJob made;
        DmaFence fence;
        synchronized (lock) {
            checkTakes(job);
            long seqno = tail + 1;
            made = new VulkanJob(this, seqno, job, work);
            fence = context.newFence64(made, seqno);
            made.begin(fence.retain()); // one reference is ours, one the caller's
            jobs[(int) seqno & mask] = made;
            tail = seqno;
        }
        for (DmaFence before : work.after()) {
            if (!before.isSignaled() && !waitsOnDevice(made, before)) {
                ForeignWait.add(this, made, before);
            }
        }
        if (made.letGo()) {
            pump();
        }
        if (device.isLost()) {
            device.killAll(FenceError.ENODEV);
        }
        return fence;
    }

    /** Waits a moment for the device if it has all slots, as drivers do for the slot of an earlier job. */
    private void makeRoom() {
        long untilNs = System.nanoTime() + ROOM_NS;
        while (tail - done >= spec.slots() && handed > done && System.nanoTime() - untilNs < 0) {
            look();
            LockSupport.parkNanos(this, ROOM_LOOK_NS);
        }
    }

    private void checkTakes(RingJob job) {
        if (device.isLost()) {
            throw new FenceErrorException("job " + job.id() + " for device " + device.name(), FenceError.ENODEV);
        }
        FenceError killed = killedBy;
        if (killed != null) {
            throw new IllegalStateException("ring " + spec.name() + " was killed with " + killed + " and takes no job "
                    + job.id() + "; open another ring");
        }
        if (tail - done >= spec.slots()) {
            throw new IllegalStateException("ring " + spec.name() + " has all its " + spec.slots()
                    + " slots in flight and no room for job " + job.id() + "; submit again after one has ended");
        }
    }

    private DeviceWork workOf(RingJob job) {
        if (job.payload() instanceof DeviceWork work) {
            if (work.bytes() > MAX_BYTES) {
                throw new FenceErrorException(
                        "job " + job.id() + " works on " + work.bytes() + " bytes; use " + MAX_BYTES + " or fewer",
                        FenceError.EINVAL);
            }
            return work;
        }
        if (job.payload() != null) {
            throw new FenceErrorException(
                    "job " + job.id() + " has a payload of class "
                            + job.payload().getClass().getName() + "; use a DeviceWork",
                    FenceError.EINVAL);
        }
        long durationNs = job.durationNs();
        boolean timed = durationNs > 0 && durationNs != RingJob.HANG;
        long bytes = timed ? Math.min(durationNs, MAX_BYTES / FILLED_BYTES_PER_NS) * FILLED_BYTES_PER_NS : 0;
        return bytes == 0 ? DeviceWork.empty() : DeviceWork.fill((int) bytes, (int) job.id());
    }

    /** The device waits for its own work by itself, if that is in a queue before ours; false if it is not. */
    private boolean waitsOnDevice(VulkanJob job, DmaFence before) {
        VulkanRing issuer = owns(before) ? this : device.ringOf(before);
        if (issuer == null || issuer.handed < before.seqno()) {
            return issuer == this; // the ring is in order
        }
        if (issuer != this && job.waits().size() < SubmitBatch.MAX_WAITS - 1) {
            job.waits().add(new VulkanJob.Wait(issuer.semaphore, before.seqno()));
            return true;
        }
        return issuer == this;
    }

    /** Gives the device what has no hold at the front. Any thread, also in a fence's callback. */
    void pump() {
        synchronized (lock) {
            while (handed < tail && killedBy == null && !device.isLost()) {
                VulkanJob next = Objects.requireNonNull(jobs[(int) (handed + 1) & mask]);
                if (!next.isReady()) {
                    return;
                }
                hand(next);
            }
        }
    }

    private void hand(VulkanJob job) {
        int slot = (int) job.seqno() & mask;
        VkCommandBuffer commands = null;
        try {
            commands = memory.record(slot, job.work());
        } catch (RuntimeException | OutOfMemoryError e) {
            job.giveUp(FenceError.ENOMEM);
        }
        batch.begin(commands, job.seqno());
        if (job.hangs()) {
            batch.after(gate.handle(), job.seqno());
        }
        for (VulkanJob.Wait wait : job.waits()) {
            batch.after(wait.semaphore(), wait.value());
        }
        offered = job.seqno();
        int result = queue.submit(batch);
        if (result == 0) {
            handed = job.seqno();
        } else {
            device.lose("vkQueueSubmit answered " + result); // nobody would raise the semaphore to this number
        }
    }

    // ---- the way back -----------------------------------------------------------------------------------------------

    /** Signals what the device has passed. Any thread. */
    void look() {
        if (handed == done) {
            return;
        }
        long value = reached();
        if (value > done) {
            retire(value);
        }
    }

    /** The counter, 0 if it can't be trusted. Calls nothing but Vulkan, and nothing once all is done. */
    long reached() {
        long given = handed;
        return given == done ? given : Math.min(given, device.reached(semaphore, () -> offered));
    }

    private void retire(long value) {
        if (retiring.getAndIncrement() != 0) {
            return; // R1
        }
        try {
            long upTo = value;
            for (int seen = 1; seen != 0; seen = retiring.addAndGet(-seen)) {
                signalUpTo(upTo);
                upTo = reached();
            }
        } catch (RuntimeException | Error e) {
            retiring.set(0);
            throw e;
        }
    }

    private void signalUpTo(long value) {
        long nowNs = clock.nanoTime();
        for (long seqno = done + 1; seqno <= value; seqno++) {
            int slot = (int) seqno & mask;
            VulkanJob job = Objects.requireNonNull(jobs[slot]);
            times.record(memory.fetch(
                    slot, job.work(), job.isTaken() ? null : job.work().out()));
            DmaFence fence;
            synchronized (lock) {
                fence = job.take();
                jobs[slot] = null;
                done = seqno;
            }
            FenceError error = job.error();
            if (fence == null) {
                continue;
            }
            if (error == null) {
                passed.add(fence);
            } else {
                signalPassed(nowNs);
                end(fence, error);
            }
        }
        signalPassed(nowNs);
    }

    private void signalPassed(long nowNs) {
        try {
            int unused = context.signalAllAt(passed, nowNs);
        } finally {
            passed.forEach(DmaFence::release);
            passed.clear();
        }
    }

    private void end(DmaFence fence, FenceError error) {
        try {
            context.signal(fence, error);
        } finally {
            fence.release();
        }
    }

    @Override
    public long advance(long nowNs) {
        if (device.isLost()) {
            device.killAll(FenceError.ENODEV);
        }
        if (handed == done) {
            lookNs = Long.MIN_VALUE;
            return Long.MAX_VALUE;
        }
        if (lookNs == Long.MIN_VALUE) {
            lookNs = nowNs + FALLBACK_NS;
        } else if (nowNs >= lookNs) {
            look();
            lookNs = nowNs + FALLBACK_NS;
        }
        return lookNs;
    }

    // ---- ends -------------------------------------------------------------------------------------------------------

    /**
     * {@inheritDoc}
     *
     * <p>What waited for this goes on now. What the device works on it ends by itself: an error ends the job's fence at
     * once, and the slot stays taken until the device is through.
     */
    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        DmaFence ended = null;
        synchronized (lock) {
            long last = seqnoOf(jobId);
            if (last == 0) {
                return false;
            }
            for (long seqno = handed + 1; seqno <= last; seqno++) {
                Objects.requireNonNull(jobs[(int) seqno & mask]).openGate();
            }
            VulkanJob job = Objects.requireNonNull(jobs[(int) last & mask]);
            gate.raise(last);
            if (error != null || last > handed) {
                job.setError(error);
            }
            if (error != null) {
                ended = job.take();
            }
        }
        pump();
        if (ended != null) {
            end(ended, Objects.requireNonNull(error));
        }
        return true;
    }

    private long seqnoOf(long jobId) {
        for (long seqno = done + 1; seqno <= tail; seqno++) {
            VulkanJob job = jobs[(int) seqno & mask];
            if (job != null && job.id() == jobId && !job.isTaken()) {
                return seqno;
            }
        }
        return 0;
    }

    @Override
    public void kill(FenceError error) {
        List<VulkanJob> alive = new ArrayList<>();
        List<DmaFence> fences = new ArrayList<>();
        synchronized (lock) {
            if (killedBy != null) {
                return;
            }
            killedBy = Objects.requireNonNull(error, "error");
            for (long seqno = done + 1; seqno <= tail; seqno++) {
                VulkanJob job = Objects.requireNonNull(jobs[(int) seqno & mask]);
                alive.add(job);
                DmaFence fence = job.take();
                if (fence != null) {
                    fences.add(fence);
                }
            }
        }
        alive.forEach(VulkanJob::forgetForeign);
        fences.forEach(fence -> end(fence, error));
    }

    @Override
    public int inFlight() {
        synchronized (lock) {
            return killedBy != null ? 0 : (int) (tail - done);
        }
    }

    /** How many submissions the device has not passed. */
    long onDevice() {
        return handed - Math.max(done, reached());
    }

    /** For tests: the device goes on with jobs that hang, up to a number. */
    void openGate(long seqno) {
        gate.raise(seqno);
    }

    /** What was given to the device and is over. */
    long retired() {
        return done;
    }

    /** After the device is idle, and nobody polls any more. */
    void free() {
        memory.free();
        gate.free();
        batch.free();
    }

    @Override
    public String toString() {
        return "ring " + spec.name() + " (" + inFlight() + "/" + spec.slots() + " in flight)";
    }
}
