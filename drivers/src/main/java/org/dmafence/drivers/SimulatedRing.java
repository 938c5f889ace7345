package org.dmafence.drivers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.agrona.concurrent.NanoClock;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * A hardware ring in software: runs its jobs in order, one after the other, each for as long as it says. A subclass is
 * the driver's code around it: how the fence of a job is made, and how it is signalled when the hardware says so.
 *
 * <p>A job starts when the one before it ends, or when it is submitted if the ring is idle; it ends after its duration,
 * when somebody completes it or a later one, or never if it hangs. Each ends with its own error. Time is the runtime's
 * clock and what {@link #advance} is given, whichever is later, so a run with a clock moved by hand repeats exactly.
 *
 * <p><b>Threads.</b> One engine at a time calls everything but {@link #kill}, which may come from any thread at any
 * time, and {@link #completedSeqno} and {@link #inFlight}, which anybody may ask. No lock is held while fences signal,
 * so their callbacks may come back to the ring.
 */
public abstract class SimulatedRing implements HardwareRing {
    /*
     * Overview. The jobs in flight have the sequence numbers head..tail and lie in the arrays at seqno & mask: what of
     * a job the hardware needs, as numbers, which cost a collector nothing to store. The engine alone writes everything
     * but `killedBy`. `lock` is held during emit and while `killedBy` is set, so that no fence is made behind kill's
     * back, and never during retire or forceCompletion, which run callbacks. A killed ring has nothing in flight,
     * whatever head and tail are.
     *
     *   field                             read by       mode
     *   head, tail, completed             anybody       release / acquire
     *   durationsNs                       isHung        plain, after head and tail; a stale answer does no harm
     *   jobIds                            anybody       plain, before tail, which tells whether it is written over
     *   nowNs, freeSinceNs, submittedNs,  the engine    plain
     *     errors
     *   raised, interrupting              the engine    plain
     *
     * A job leaves the ring before it is retired, and is retired before its interrupt is raised. When kill comes in
     * between, the subclass is asked to signal the fence from two threads at once; it makes sure that one of them gets
     * it, as FenceSlots does.
     *
     * Interrupts do not nest: what callbacks of one end, the same one comes to before it returns. So fences signal in
     * the order of their numbers though a callback comes back to the ring.
     *
     * `completed` is what a driver reads back from the hardware. The number of a job without an error is published
     * before it is retired, as hardware does; that of a failed one after its fence has its error, or a poll in between
     * would signal success.
     */
    private final DriverContext context;
    private final RingSpec spec;
    private final NanoClock clock;
    private final Object lock = new Object();
    private final int mask;
    private final long[] durationsNs;
    private final @Nullable FenceError[] errors;
    private final long[] submittedNs;

    /** Those of the last jobs, also when they have ended. */
    private final long[] jobIds;

    private long head = 1;
    private long tail;
    private long nowNs;
    private long freeSinceNs;
    private long completed;

    /** Whether jobs were retired that no interrupt has told of. */
    private boolean raised;

    private boolean interrupting;
    private volatile @Nullable FenceError killedBy;

    /** A ring without jobs. */
    protected SimulatedRing(DriverContext context, RingSpec spec) {
        this.context = context;
        this.spec = spec;
        clock = context.runtime().clock();
        mask = spec.slots() - 1;
        durationsNs = new long[spec.slots()];
        errors = new FenceError[spec.slots()];
        submittedNs = new long[spec.slots()];
        jobIds = new long[spec.slots()];
        nowNs = clock.nanoTime();
        freeSinceNs = nowNs;
    }

    /**
     * Makes room for the next job. Called by {@link #submit} before anything else and without the ring's lock: may
     * signal what is done, and may wait, as drivers do for the memory or the slot of an earlier job.
     */
    protected void makeRoom() {}

    /**
     * Makes the fence of a job and remembers it until it is retired. Called by {@link #submit} under the ring's lock:
     * must not signal.
     *
     * @param seqno the job's number on the ring: 1, 2, ...
     * @return the fence; its one reference is the subclass's own, {@code submit} takes another for its caller
     */
    protected abstract DmaFence emit(RingJob job, long seqno);

    /**
     * As {@link #emit(RingJob, long)}, by {@link FenceContext#newArmedFence}, whose second reference is for the caller
     * of {@code submit}; of rings that {@link #arms}.
     */
    protected DmaFence emit(RingJob job, long seqno, FenceCallback whenSignaled) {
        throw new UnsupportedOperationException(this + " does not arm its fences");
    }

    /**
     * The hardware has written a sequence number: signals the fence the way the driver does it, and lets go of it, here
     * or in the {@link #interrupt} that follows. Called once for each number, in order, but not for numbers that
     * {@link #forceCompletion} comes first for. It may come at the same time on another thread, and have taken the
     * fence already.
     *
     * @param error what the job ended with, {@code null} for success
     */
    protected abstract void retire(long seqno, @Nullable FenceError error);

    /**
     * The hardware has raised its interrupt: one for all the numbers that were retired since the last. For drivers that
     * signal in there whatever has passed, which is cheaper than one by one.
     */
    protected void interrupt() {}

    /**
     * Signals every fence that was made and not retired, with an error. Called once at most; nothing is emitted after
     * it.
     */
    protected abstract void forceCompletion(FenceError error);

    /**
     * Runs the driver's own timers; the jobs whose time has come are retired by then.
     *
     * @return when the next timer is due, {@link Long#MAX_VALUE} if none is
     */
    protected long advanceTimers(long timeNs) {
        return Long.MAX_VALUE;
    }

    /** What the driver got from the subsystem. */
    protected final DriverContext context() {
        return context;
    }

    /**
     * The number that the hardware wrote last, 0 before the first; what {@code signaled} ops compare with. Never
     * blocks.
     */
    protected final long completedSeqno() {
        return (long) COMPLETED.getAcquire(this); // pairs with publish
    }

    /** When the hardware raised the interrupt that {@link #retire} is called for, on the runtime's clock. */
    protected final long interruptNs() {
        return nowNs;
    }

    /** The number of the last fence made, 0 before the first. */
    protected final long emittedSeqno() {
        return (long) TAIL.getAcquire(this); // pairs with the release in submit
    }

    /**
     * What a flight recording says of the fence with a number, from {@link #emit} on: which job it is of, as long as
     * the ring has not gone round since. Any thread.
     *
     * @param client whose job it is, empty if that is not known
     */
    protected final FenceTag hardwareTag(long seqno, String client) {
        long id = jobIds[(int) seqno & mask];
        VarHandle.loadLoadFence(); // the id before the tail: whoever writes over it has published all numbers but one
        // before
        long later = emittedSeqno() - seqno;
        return new FenceTag(FenceTag.HARDWARE, later < mask ? id : FenceTag.NO_JOB, client);
    }

    /** Whether the hardware is stuck: it is at a job that never ends by itself. */
    protected final boolean isHung() {
        long first = headAcquire();
        return first <= emittedSeqno() && !isKilled() && durationsNs[(int) first & mask] == RingJob.HANG;
    }

    /** Whether the ring was killed and takes no more jobs. */
    public final boolean isKilled() {
        return killedBy != null;
    }

    @Override
    public final RingSpec spec() {
        return spec;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the job's duration is negative and not {@link RingJob#EXTERNAL}
     */
    @Override
    public final DmaFence submit(RingJob job) {
        return start(job, null);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException as {@link #submit(RingJob)}
     */
    @Override
    public final DmaFence submit(RingJob job, FenceCallback whenSignaled) {
        return start(job, whenSignaled);
    }

    private DmaFence start(RingJob job, @Nullable FenceCallback armed) {
        if (job.durationNs() < 0 && job.durationNs() != RingJob.EXTERNAL) {
            throw new IllegalArgumentException("job " + job.id() + " for ring " + spec.name() + " lasts "
                    + job.durationNs() + " ns; use 0 or more, RingJob.EXTERNAL or RingJob.HANG");
        }
        makeRoom();
        synchronized (lock) {
            if (killedBy != null) {
                throw new IllegalStateException("ring " + spec.name() + " of " + spec.device() + " was killed with "
                        + killedBy + " and takes no job " + job.id() + "; open another ring");
            }
            if (tail - head >= mask) {
                throw new IllegalStateException("ring " + spec.name() + " of " + spec.device() + " has all its "
                        + spec.slots() + " slots in flight and no room for job " + job.id()
                        + "; submit again after one has ended");
            }
            long seqno = tail + 1;
            int slot = (int) seqno & mask;
            jobIds[slot] = job.id();
            DmaFence fence = armed == null ? emit(job, seqno).retain() : emit(job, seqno, armed);
            durationsNs[slot] = job.durationNs();
            errors[slot] = job.error();
            // A job that takes no time ends when it is looked at, whenever that is; one that has no end by itself,
            // likewise.
            submittedNs[slot] = job.durationNs() > 0 && job.durationNs() != RingJob.HANG ? now() : nowNs;
            TAIL.setRelease(this, seqno); // after what makes up the job; pairs with emittedSeqno
            return fence;
        }
    }

    @Override
    public final long advance(long timeNs) {
        long timers = Long.MAX_VALUE;
        for (boolean ticked = false; ; ) {
            nowNs = Math.max(nowNs, timeNs); // in the loop, because callbacks may have come back to the ring
            long due = isKilled() ? Long.MAX_VALUE : dueNs();
            if (due != Long.MAX_VALUE && due <= nowNs) {
                long seqno = head;
                end(seqno, takeHead(due));
            } else if (raised && !interrupting) {
                raise(); // and look again, because of callbacks
            } else if (ticked) {
                return Math.min(due, timers);
            } else {
                timers = advanceTimers(timeNs);
                ticked = true;
            }
        }
    }

    @Override
    public final boolean complete(long jobId, @Nullable FenceError error) {
        long last = isKilled() ? 0 : seqnoOf(jobId);
        if (last == 0) {
            return false;
        }
        while (head <= last && !isKilled()) {
            long seqno = head;
            FenceError own = takeHead(now());
            end(seqno, seqno == last ? error : own);
        }
        raise();
        return true;
    }

    @Override
    public final void kill(FenceError error) {
        synchronized (lock) {
            if (killedBy != null) {
                return;
            }
            killedBy = Objects.requireNonNull(error, "error");
        }
        forceCompletion(error);
    }

    @Override
    public final int inFlight() {
        long first = headAcquire(); // before the tail, which is never behind it
        return isKilled() ? 0 : (int) (emittedSeqno() - first + 1);
    }

    private void end(long seqno, @Nullable FenceError error) {
        raised = true;
        if (error == null) {
            publish(seqno);
            retire(seqno, null);
            return;
        }
        try {
            retire(seqno, error);
        } finally {
            publish(seqno);
        }
    }

    private void raise() {
        if (interrupting) {
            return; // the one that is on comes to it
        }
        interrupting = true;
        try {
            while (raised) {
                raised = false;
                interrupt();
            }
        } finally {
            interrupting = false;
        }
    }

    /**
     * Monotonic, because callbacks may retire later jobs before this one is published. On the engine's thread alone.
     */
    private void publish(long seqno) {
        if (seqno > completed) {
            COMPLETED.setRelease(this, seqno); // before the fence signals; pairs with completedSeqno
        }
    }

    private long now() {
        nowNs = Math.max(nowNs, clock.nanoTime());
        return nowNs;
    }

    /** When the first job ends; {@link Long#MAX_VALUE} if not by itself, or there is none. */
    private long dueNs() {
        if (head > tail) {
            return Long.MAX_VALUE;
        }
        int slot = (int) head & mask;
        long durationNs = durationsNs[slot];
        if (durationNs == RingJob.EXTERNAL) {
            return Long.MAX_VALUE;
        }
        long startNs = Math.max(freeSinceNs, submittedNs[slot]);
        return startNs > Long.MAX_VALUE - durationNs ? Long.MAX_VALUE : startNs + durationNs;
    }

    private long headAcquire() {
        return (long) HEAD.getAcquire(this);
    }

    /** What the job itself ends with. */
    private @Nullable FenceError takeHead(long endNs) {
        FenceError error = errors[(int) head & mask];
        HEAD.setRelease(this, head + 1); // pairs with headAcquire
        freeSinceNs = endNs;
        return error;
    }

    private long seqnoOf(long jobId) {
        for (long seqno = head; seqno <= tail; seqno++) {
            if (jobIds[(int) seqno & mask] == jobId) {
                return seqno;
            }
        }
        return 0;
    }

    @Override
    public String toString() {
        return "ring " + spec.name() + " of " + spec.device() + " (" + spec.issuer() + ", " + inFlight() + "/"
                + spec.slots() + " in flight)";
    }

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle COMPLETED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(SimulatedRing.class, "head", long.class);
            TAIL = lookup.findVarHandle(SimulatedRing.class, "tail", long.class);
            COMPLETED = lookup.findVarHandle(SimulatedRing.class, "completed", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
