package org.dmafence.actors;

import java.util.List;
import java.util.stream.Stream;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerException;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/** How an entity's jobs get to one of its schedulers. Any thread. */
final class Submission {
    /*
     * Overview. Guarded by submitOrder, which is never held across anything that waits or is somebody else's:
     *
     * I1  The order of a job's number and of its place in the inbox is the same: the order of running.
     * I2  While something is asked of the entity's scheduler (`asked` > 0), the entity has no choice and stays: another
     *     scheduler's host must not touch it.
     */
    private final SchedulerEntity entity;
    private final long clientId;
    private final Admission admission;
    private final Object submitOrder = new Object();

    /** Every gate that the entity may still have jobs at, those to choose from first. */
    private volatile List<SchedulerGate> gates;

    private List<GpuScheduler> choice;
    private int asked;
    private volatile boolean killed;

    Submission(SchedulerEntity entity, EntitySpec spec, List<SchedulerGate> gates) {
        this.entity = entity;
        this.gates = gates;
        choice = schedulers(gates);
        clientId = spec.clientId();
        admission =
                new Admission(spec, entity.scheduler().runtime(), gates.get(0).clients(), () -> killed);
    }

    private static List<GpuScheduler> schedulers(List<SchedulerGate> gates) {
        return gates.stream().map(SchedulerGate::scheduler).toList();
    }

    List<SchedulerGate> gates() {
        return gates;
    }

    JobHandle submit(JobSpec spec) {
        for (; ; ) {
            List<SchedulerGate> entered = admission.enter(gates);
            SchedulerJob job = prepare(spec, entered);
            SchedulerGate chosen = push(job, spec.deadlineNs(), entered);
            if (chosen != null) {
                return handleOf(job, chosen); // made last and at one place: so it need not be, for one that drops it
            }
        }
    }

    private static JobHandle handleOf(SchedulerJob job, SchedulerGate chosen) {
        try {
            return new JobHandle(job, chosen);
        } catch (OutOfMemoryError e) { // the job is under way, and nobody will release it
            job.letGo();
            throw e;
        }
    }

    /**
     * Arms and appends, and holds the job's fences for the handle; {@code null}, and nothing has
     * happened, if the choice has changed since the places were taken.
     */
    private @Nullable SchedulerGate push(SchedulerJob job, long deadlineNs, List<SchedulerGate> entered) {
        SchedulerGate chosen;
        try {
            synchronized (submitOrder) {
                if (!arm(job, entered)) {
                    return null;
                }
                chosen = gateOf(job.scheduler());
                job.hold(); // before anybody else has it
                if (deadlineNs != JobSpec.NO_DEADLINE) {
                    job.finished().setDeadline(deadlineNs);
                }
                chosen.append(job);
            }
        } finally {
            if (!job.isArmed()) {
                discard(job, entered); // runs other clients' callbacks, so not under the lock; nor does withdrawOthers
            }
        }
        chosen.ring();
        if (entered.size() != 1) {
            withdrawOthers(entered, chosen);
        }
        return chosen;
    }

    private SchedulerJob prepare(JobSpec spec, List<SchedulerGate> entered) {
        SchedulerJob job = null;
        try {
            if (killed) {
                throw gates.get(0)
                        .refuse(
                                Reason.ENTITY_KILLED,
                                "takes no jobs of " + entity + ", which was killed; open another");
            }
            job = entity.newJob(spec.work(), spec.credits(), clientId);
            for (DmaFence dependency : spec.dependencies()) {
                job.addDependency(dependency);
            }
            return job;
        } catch (RuntimeException | Error e) {
            discard(job, entered);
            throw e;
        }
    }

    /** Arms the job for a scheduler that it has a place with; false if that may work anew, with another job. */
    private boolean arm(SchedulerJob job, List<SchedulerGate> entered) {
        try {
            job.arm(entered.size() == 1 ? entered.get(0).own() : one -> entered.contains(gateOf(one)));
            return true;
        } catch (SchedulerException e) {
            SchedulerGate current = gateOf(entity.scheduler());
            if (e.error().equals(FenceError.EAGAIN) && current.isShut()) {
                throw current.refuseShut(entity + " has jobs there, and moves on when they have ended");
            }
            List<SchedulerGate> known = gates;
            if (known.stream().filter(gate -> choice.contains(gate.scheduler())).allMatch(SchedulerGate::isShut)) {
                throw known.get(0).refuseShut();
            }
            return false;
        }
    }

    private static void discard(@Nullable SchedulerJob job, List<SchedulerGate> entered) {
        if (job != null) {
            job.cleanup();
        }
        Admission.withdraw(entered);
    }

    /** Keeps the place with the scheduler that was chosen and gives back the others. */
    private static void withdrawOthers(List<SchedulerGate> entered, SchedulerGate chosen) {
        for (SchedulerGate gate : entered) {
            if (gate != chosen) {
                gate.withdraw();
            }
        }
    }

    private SchedulerGate gateOf(GpuScheduler scheduler) {
        List<SchedulerGate> known = gates;
        for (int i = 0; i < known.size(); i++) { // without an iterator: once for each job
            if (known.get(i).scheduler() == scheduler) {
                return known.get(i);
            }
        }
        throw new IllegalStateException(entity + " is on a scheduler it was never given: please report this");
    }

    /** Replaces the schedulers to choose from. */
    void choose(List<SchedulerGate> next) {
        synchronized (submitOrder) {
            SchedulerGate current = gateOf(entity.scheduler());
            List<GpuScheduler> nextChoice = schedulers(next);
            if (asked == 0) {
                entity.modifySchedulers(nextChoice);
            }
            choice = nextChoice;
            gates = next.contains(current)
                    ? next
                    : Stream.concat(next.stream(), Stream.of(current)).toList();
        }
    }

    /** Takes no more jobs; threads that wait for room are told. */
    void kill() {
        synchronized (submitOrder) {
            killed = true;
        }
        gates.forEach(gate -> gate.room().tellAll());
    }

    /** Has the entity stay with its scheduler, which is to be asked something; {@link #answered} must follow. */
    SchedulerGate ask() {
        synchronized (submitOrder) {
            SchedulerGate gate = gateOf(entity.scheduler());
            if (asked++ == 0 && gates.size() > 1) {
                entity.modifySchedulers(List.of(gate.scheduler()));
            }
            return gate;
        }
    }

    /** It may move again, unless something else was asked. */
    void answered() {
        synchronized (submitOrder) {
            if (--asked == 0 && gates.size() > 1) {
                entity.modifySchedulers(choice);
            }
        }
    }
}
