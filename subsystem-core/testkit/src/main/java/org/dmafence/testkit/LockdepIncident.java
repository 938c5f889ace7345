package org.dmafence.testkit;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.lockdep.LockClass;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.lockdep.LockdepTrial;
import org.dmafence.lockdep.Reclaim;
import org.dmafence.lockdep.SignalingSections;
import org.dmafence.lockdep.Turn;
import org.jspecify.annotations.Nullable;

/**
 * Bugs that the kernel had, or has, as they look to lockdep: each as it was and as it was fixed, on the real fences.
 * The two halves of a deadlock are done one after the other, on one thread, so that nothing ever hangs; the report is
 * there all the same.
 *
 * <p>Needs a JVM with {@code -Ddmafence.lockdep=true}.
 */
public enum LockdepIncident {
    /**
     * The scheduler's callback for killed jobs took the lock of the job's dependencies. That was also held with
     * interrupts on, and an interrupt that signalled the fence on the same processor waited for its own processor. What
     * an interrupt does there, a poll that finds the fence done does on a JVM: it runs the callbacks on the thread that
     * polls. Fixed by leaving the work to a worker.
     */
    KILL_JOBS_DEPENDENCIES {
        @Override
        void run(boolean fixed) {
            FenceContext context = context(null);
            DmaFence fence = context.newFence(new Ops(FenceOps.Op.SIGNALED), 1);
            DEPENDENCIES.acquire();
            boolean done = fence.pollSignaled(); // as adding a dependency does, to pass over what has signalled
            DEPENDENCIES.release();

            Runnable killJobs = () -> {
                DEPENDENCIES.acquire();
                DEPENDENCIES.release();
            };
            fence.addCallback(fixed ? new Deferred(killJobs) : FenceCallback.of(f -> killJobs.run()));
            context.signal(fence);
            assert !done;
        }
    },

    /**
     * The same callback went on to the job's next dependency and added itself there, which takes that fence's lock,
     * under the lock of the fence that had just signalled. Fences of one ring share a lock, so it waited for itself;
     * two rings of one driver may wait for each other. Here a thread may take one lock twice, so it is the two rings
     * that are left of it. Fixed with the other.
     */
    KILL_JOBS_SHARED_LOCK {
        @Override
        void run(boolean fixed) {
            FenceContext first = context(FenceLock.ownedBy(new Ring()));
            FenceContext second = context(FenceLock.ownedBy(new Ring()));
            DmaFence signals = first.newFence(new Ops(), 1);
            DmaFence next = second.newFence(new Ops(FenceOps.Op.ENABLE_SIGNALING), 1);
            Runnable rearm = () -> next.addCallback(FenceCallback.of(f -> {}));
            signals.addCallback(fixed ? new Deferred(rearm) : FenceCallback.of(f -> rearm.run()));
            first.locked(() -> first.signalLocked(signals));
            second.signal(next);
        }
    },

    /**
     * A thread that adds a callback to an array has the array's lock, and the array adds itself to its members under
     * it, which takes theirs. Who signals a member has the member's lock, and the last one's callback signals the
     * array, which takes the array's. Fixed by signalling arrays from a piece of work. Here callbacks run under no lock
     * of the core's, so it is drivers' locks that are left of it.
     */
    ARRAY_LOCK_INVERSION {
        @Override
        void run(boolean fixed) {
            FenceContext arrays = context(FenceLock.ownedBy(new Containers()));
            FenceContext members = context(FenceLock.ownedBy(new Ring()));
            DmaFence array = arrays.newFence(new Ops(), 1);
            DmaFence member = members.newFence(new Ops(FenceOps.Op.ENABLE_SIGNALING), 1);
            Runnable last = () -> arrays.signal(array);
            arrays.locked(() -> member.addCallback(fixed ? new Deferred(last) : FenceCallback.of(f -> last.run())));
            members.locked(() -> members.signalLocked(member));
        }
    },

    /**
     * msm allocated the hardware's fence while it ran a job. An allocation may wait until the shrinker has got memory
     * back, and the shrinker waits for jobs to end, this one perhaps. Fixed by allocating the fence when the job is
     * submitted.
     */
    MSM_SHRINKER {
        @Override
        void run(boolean fixed) {
            FenceContext context = context(null);
            DmaFence ofBuffer = context.newFence(new Ops(), 1);
            Reclaim.begin();
            boolean idle = ofBuffer.awaitUninterruptibly(0, TimeUnit.NANOSECONDS);
            Reclaim.end();

            if (fixed) {
                Reclaim.mightReclaim("a hardware fence");
            }
            boolean cookie = SignalingSections.begin(); // the job runs: its finished fence is out already
            if (!fixed) {
                Reclaim.mightReclaim("a hardware fence");
            }
            SignalingSections.end(cookie);
            context.signal(ofBuffer);
            assert !idle;
        }
    },

    /**
     * vgem's {@code release} waits until the fence's timer has stopped running. The last release of a fence calls it in
     * a read section, so grace periods wait for a timer. Still so in Linux 7.2; the fix here is to do it after a grace
     * period.
     */
    VGEM_RELEASE {
        @Override
        void run(boolean fixed) {
            FenceContext context = context(null);
            Ops ops = new Ops(FenceOps.Op.RELEASE);
            Runnable deleteTimer = () -> Lockdep.mightSleep("timer_delete_sync");
            Runnable afterwards = () -> {};
            ops.onRelease = fixed ? () -> {} : deleteTimer;
            if (fixed) {
                afterwards = deleteTimer;
            }
            DmaFence fence = context.newFence(ops, 1);
            context.signal(fence);
            fence.release();
            afterwards.run();
        }
    },

    /**
     * A driver answered NO_HANG to the scheduler's time-out, and the job, taken off the list of pending ones before the
     * driver was asked, was never put back. To have something off its list is to owe it; told so, lockdep sees who
     * still does at the end of the handler. Fixed by putting it back.
     */
    NO_HANG_LEAK {
        @Override
        void run(boolean fixed) {
            Turn handler = Turn.begin("the time-out handler of ring gfx");
            try {
                OFF_THE_LIST.tryAcquired();
                if (fixed) {
                    OFF_THE_LIST.release();
                }
            } finally {
                handler.close();
            }
        }
    },

    /**
     * No incident of the kernel, which can't see it before it happens: a submitter waits for a fence of a ring while it
     * holds a lock, and the actor that signals the ring's fences takes and releases that lock first, in the same
     * message. Fixed by waiting without the lock.
     */
    ACTOR_BEHIND_A_FENCE {
        @Override
        void run(boolean fixed) {
            FenceContext context = context(null);
            DmaFence fence = context.newFence(new Ops(), 1);
            SUBMIT.acquire();
            if (fixed) {
                SUBMIT.release();
            }
            boolean done = fence.awaitUninterruptibly(0, TimeUnit.NANOSECONDS);
            if (!fixed) {
                SUBMIT.release();
            }
            Turn message = Turn.begin("actor /engine, handling Doorbell");
            try {
                SUBMIT.acquire();
                SUBMIT.release();
                context.signal(fence);
            } finally {
                message.close();
            }
            assert !done;
        }
    };

    private static final LockClass DEPENDENCIES = LockClass.spin("xa_lock of a job's dependencies");
    private static final LockClass OFF_THE_LIST = LockClass.of("job off the pending list");
    private static final LockClass SUBMIT = LockClass.of("submit lock");

    abstract void run(boolean fixed);

    /**
     * Runs it as it was.
     *
     * @return what lockdep reports
     * @throws IllegalStateException if lockdep is off
     */
    public List<LockdepReport> broken() {
        return trial(false);
    }

    /** Runs it as it was fixed: nothing is reported. */
    public List<LockdepReport> fixed() {
        return trial(true);
    }

    private List<LockdepReport> trial(boolean fixed) {
        try {
            return LockdepTrial.run(() -> run(fixed));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(this + " failed", e);
        }
    }

    private static FenceContext context(@Nullable FenceLock lock) {
        FenceContext.Builder builder =
                FenceContext.builder(FenceRuntime.builder().build()).name("gfx");
        return lock == null ? builder.build() : builder.lock(lock).build();
    }

    /** What a lock of the driver lies in. */
    private static final class Ring {}

    /** What a lock of arrays lies in. */
    private static final class Containers {}

    /** A callback that leaves the work until no lock is held. */
    private static final class Deferred extends FenceCallback {
        private final Runnable work;

        Deferred(Runnable work) {
            this.work = work;
        }

        @Override
        protected void onSignaled(DmaFence fence) {
            defer(fence);
        }

        @Override
        protected void onDeferred() {
            work.run();
        }
    }

    private static final class Ops extends FenceOps {
        Runnable onRelease = () -> {};

        Ops(Op... implemented) {
            super(implemented);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "incident";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "gfx";
        }

        @Override
        protected boolean enableSignaling(DmaFence fence) {
            return true;
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            return false;
        }

        @Override
        protected void release(DmaFence fence) {
            onRelease.run();
        }
    }
}
