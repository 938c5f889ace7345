package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.dmafence.driver.HardwareRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.trace.FenceTracepoint;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of the hardware at a job: from handing it out to the signal of its hardware fence, on which this is the
 * callback. A job that is run again after a reset gets a new one.
 */
final class HardwareRun extends FenceCallback {
    /*
     * Overview. The engine brings the hardware fence; the host may recall the run at any time, to reset the hardware,
     * and holds the runs of a stopped scheduler until it starts. Either may come first:
     *
     *   HANDED -engine-> TAKEN -engine-> FOLLOWED                                                      the first run
     *                    TAKEN -engine-> HELD -engine, or host at start-> LANDING -same-> FOLLOWED      any other
     *                    TAKEN, LANDING -hardware-> FOLLOWED, if the fence signals before the engine is that far; of a
     *                                                fence that was made with this callback it may be before the
     *                                                engine has the fence
     *                    TAKEN -engine-> NOTHING, if there is no hardware fence
     *   any of HANDED, TAKEN, HELD, LANDING -host-> RECALLED; FOLLOWED -host-> RECALLED if the callback can be removed
     *
     * I1  The side that brings the state to FOLLOWED has added the callback before, and takes it off again if the run
     *     was recalled meanwhile.
     * I2  A recalled run never ends its job: `finished` is up to the host. So who ends it for the hardware has made it
     *     FOLLOWED first, and its callback can't be removed any more.
     * I3  In RECALLED nobody holds a reference to the hardware fence, or is about to drop it.
     * I4  The parent is stored before `scheduled` signals, whoever comes first: the engine, or the callback.
     *
     *   field    written by   read by        mode
     *   state    see above    all three      CAS, acquire; volatile in release
     *   held     host         engine         volatile: the engine stores HELD and reads it, the host the other way round
     *   failure  engine       host           plain, ordered by state
     */
    private static final byte HANDED = 0;
    private static final byte TAKEN = 1;
    private static final byte HELD = 2;
    private static final byte LANDING = 3;
    private static final byte FOLLOWED = 4;
    private static final byte NOTHING = 5;
    private static final byte RECALLED = 6;

    private final SchedulerJob job;
    private final boolean first;
    private byte state = HANDED;
    private boolean held;

    /** What the run ended with when it has no hardware fence and is held. */
    private @Nullable FenceError failure;

    /** The next of the {@link HandedJobs} that this one is among. */
    @Nullable HardwareRun nextHanded;

    /** @param held whether the run is of a stopped scheduler; {@link #release} follows then */
    HardwareRun(SchedulerJob job, boolean held) {
        this.job = job;
        first = !held;
        HELD_BACK.set(this, held);
    }

    SchedulerJob job() {
        return job;
    }

    // ---- the engine's side ------------------------------------------------------------------------------------------

    /** Claims the run for the hardware; false if it was recalled, or taken before. */
    boolean take() {
        return cas(HANDED, TAKEN);
    }

    /**
     * Gives the job to a ring; what the ring throws ends it. Once, by the thread that has {@linkplain #take taken} the
     * run.
     */
    void submitTo(HardwareRing ring) {
        DmaFence hardware;
        try {
            hardware = isToBeArmed(ring) ? ring.submit(job.work(), this) : ring.submit(job.work());
        } catch (FenceErrorException e) { // an answer, not an accident
            landedWithout(e.error());
            return;
        } catch (Throwable e) {
            landedWithout(ForeignFailure.report(
                    job.scheduler().runtime(),
                    "submit of job " + job.work().id() + " to "
                            + job.scheduler().name(),
                    e));
            return;
        }
        if (hardware == null) {
            landedWithout(null);
        } else if (hardware.isFreed()) { // nobody could be told by it, and nobody would know when it is over
            job.scheduler()
                    .core()
                    .warn(
                            "submit of " + job + " returned " + hardware
                                    + ", which has been released for the last time; the job ends with EIO. Return a fence with a reference");
            landedWithout(FenceError.EIO);
        } else if (job.isEnded()) {
            forget(hardware);
            hardware.release();
        } else {
            landed(hardware);
        }
    }

    /**
     * Whether the driver may make the fence with this callback on it. Not while somebody looks: the events come in the
     * kernel's order then.
     */
    private boolean isToBeArmed(HardwareRing ring) {
        return first && ring.arms() && !job.scheduler().runtime().trace().isOn(FenceTracepoint.ENABLE_SIGNAL);
    }

    /** The hardware has the job, and signals this fence, of which a reference comes along. */
    private void landed(DmaFence hardware) {
        SchedulerFence pair = job.fence();
        if (!first) {
            pair.replaceParent(hardware);
        } else if (!store(hardware)) {
            forget(hardware);
            return;
        }
        pair.signalScheduled(job.ranNs());
        if (first) {
            land(TAKEN, hardware, null);
        } else if (!cas(TAKEN, HELD)) {
            pair.releaseParent();
        } else if (!(boolean) HELD_BACK.getVolatile(this)) { // after HELD was stored; pairs with release
            follow(hardware, null);
        }
    }

    /**
     * Stores the parent of a first run, with its reference; false if the job has ended meanwhile and its pair has gone,
     * whose last release found no parent.
     */
    private boolean store(DmaFence hardware) {
        SchedulerFence pair = job.fence();
        pair.storeParent(hardware);
        if (job.isEnded() && pair.scheduled().isFreed()) { // after the store; pairs with SchedulerFence.release
            pair.releaseParent();
            return false;
        }
        return true;
    }

    /** The job has ended in another way. A callback that runs already finds that out by itself. */
    private void forget(DmaFence hardware) {
        if (isLinked()) {
            boolean unused = hardware.withdrawCallback(this);
        }
    }

    /** The hardware has done the job already, or refuses it. */
    private void landedWithout(@Nullable FenceError error) {
        failure = error;
        if (!cas(TAKEN, NOTHING)) {
            return;
        }
        if (!(boolean) HELD_BACK.getVolatile(this)) { // after NOTHING was stored; pairs with release
            job.end(error);
        } else if (error != null) {
            job.fence().setError(error);
        }
    }

    private void follow(DmaFence hardware, @Nullable FenceError otherwise) {
        if (cas(HELD, LANDING)) {
            land(LANDING, hardware, otherwise);
        }
    }

    private void land(byte from, DmaFence hardware, @Nullable FenceError otherwise) {
        if (!isLinked() && !hardware.addCallback(this)) { // linked: it was made with it
            if (cas(from, FOLLOWED)) {
                job.end(errorOf(hardware, otherwise));
            } else if (stateAcquire() == RECALLED) { // else the callback has run, and has ended the job
                job.fence().releaseParent();
            }
        } else if (!cas(from, FOLLOWED) && stateAcquire() == RECALLED) { // else the hardware was faster
            boolean unused = hardware.withdrawCallback(this); // if it runs already, it finds the run recalled
            job.fence().releaseParent();
        }
    }

    @Override
    protected void onSignaled(DmaFence hardware) {
        byte before = claim();
        if (before == RECALLED) {
            return;
        }
        if (before == TAKEN && job.fence().parent() == null && hardware.tryRetain()) {
            boolean unused = store(hardware); // I4
        }
        job.end(errorOf(hardware, null), notBefore(hardware.timestampNs()));
    }

    /**
     * Has the run followed, if the engine is not that far yet: nobody recalls what is about to end. What the state was;
     * it stays {@code RECALLED} if somebody has.
     */
    private byte claim() {
        for (; ; ) {
            byte now = stateAcquire();
            if (now == RECALLED || now == FOLLOWED || cas(now, FOLLOWED)) {
                return now;
            }
        }
    }

    /** The hardware may have finished after the host last looked at the clock. */
    private long notBefore(long hardwareNs) {
        long nowNs = job.scheduler().core().nowNs();
        return nowNs >= hardwareNs ? nowNs : job.scheduler().runtime().clock().nanoTime();
    }

    private static @Nullable FenceError errorOf(DmaFence hardware, @Nullable FenceError otherwise) {
        int errno = hardware.errno();
        return errno == 0 ? otherwise : FenceError.of(errno);
    }

    // ---- the host's side --------------------------------------------------------------------------------------------

    /**
     * Takes the job back from the hardware; false if that is, or may be, through with it. Never waits: the callback of
     * a hardware fence that has signalled may wait for somebody else's to end, or be running the job's own consumers'
     * just now.
     */
    boolean recall() {
        if (cas(HANDED, RECALLED) || cas(TAKEN, RECALLED) || cas(LANDING, RECALLED)) {
            return true;
        }
        DmaFence hardware = job.fence().parent();
        if (cas(HELD, RECALLED)) {
            job.fence().releaseParent();
            return true;
        }
        if (stateAcquire() == FOLLOWED && hardware != null && hardware.withdrawCallback(this)) {
            STATE.setRelease(this, RECALLED);
            job.fence().releaseParent();
            return true;
        }
        return stateAcquire() == RECALLED || (stateAcquire() == NOTHING && !job.isEnded());
    }

    /** Whether nobody follows the hardware until {@link #release}. */
    boolean awaitsStart() {
        return stateAcquire() == RECALLED || (boolean) HELD_BACK.getVolatile(this);
    }

    /**
     * Lets a held run end its job from now on; ends a job that the hardware does not have.
     *
     * @param error for that, and for a hardware fence that signalled without one; {@code null} for {@code ECANCELED}
     *     and none
     */
    void release(@Nullable FenceError error) {
        HELD_BACK.setVolatile(this, false); // before the state is read, volatile too; pairs with landed
        switch ((byte) STATE.getVolatile(this)) {
            case RECALLED, NOTHING -> job.end(error == null ? FenceError.ECANCELED : error);
            case HELD -> {
                DmaFence hardware = job.fence().parent();
                if (hardware != null) {
                    follow(hardware, error);
                }
            }
            default -> {} // the engine sees to it
        }
    }

    private byte stateAcquire() {
        return (byte) STATE.getAcquire(this);
    }

    private boolean cas(byte from, byte to) {
        return STATE.compareAndSet(this, from, to);
    }

    private static final VarHandle STATE;
    private static final VarHandle HELD_BACK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(HardwareRun.class, "state", byte.class);
            HELD_BACK = lookup.findVarHandle(HardwareRun.class, "held", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
