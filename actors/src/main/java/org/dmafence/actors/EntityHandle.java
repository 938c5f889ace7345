package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.fence.DmaFence;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerJob;

/**
 * A client's queue of jobs: they run in the order of submission. Any thread may use it, several at once. Needs no closing.
 */
public final class EntityHandle {
    private final SchedulerEntity entity;
    private final long clientId;
    private final SchedulerGate gate;
    private final ActorRef<SchedulerActor.Command> scheduler;

    /** Between a job's number and its place in the inbox nobody may come: the order of both is the order of running. */
    private final Object submitOrder = new Object();

    private volatile boolean killed;

    EntityHandle(
            SchedulerEntity entity, long clientId, SchedulerGate gate, ActorRef<SchedulerActor.Command> scheduler) {
        this.entity = entity;
        this.clientId = clientId;
        this.gate = gate;
        this.scheduler = scheduler;
    }

    /** The client's name. */
    public String client() {
        return entity.client();
    }

    /** The context of the entity's {@code scheduled} fences; that of {@code finished} is the next one. */
    public long fenceContext() {
        return entity.fenceContext();
    }

    JobHandle submit(JobSpec spec) {
        gate.admit();
        SchedulerJob job = prepare(spec);
        JobHandle handle;
        synchronized (submitOrder) {
            job.arm();
            handle = new JobHandle(job);
            if (spec.deadlineNs() != JobSpec.NO_DEADLINE) {
                job.finished().setDeadline(spec.deadlineNs());
            }
            gate.append(job);
        }
        gate.ring();
        return handle;
    }

    private SchedulerJob prepare(JobSpec spec) {
        SchedulerJob job = null;
        try {
            if (killed) {
                throw gate.refuse(
                        Reason.ENTITY_KILLED, "takes no jobs of " + entity + ", which was killed; open another");
            }
            job = entity.newJob(spec.work(), spec.credits(), clientId);
            for (DmaFence dependency : spec.dependencies()) {
                job.addDependency(dependency);
            }
            return job;
        } catch (RuntimeException | Error e) {
            if (job != null) {
                job.discard();
            }
            gate.withdraw();
            throw e;
        }
    }

    /**
     * Ends the entity: takes no more jobs, and those that the hardware does not have yet end with {@code -ESRCH}, in order and
     * each after its dependencies.
     */
    public void kill() {
        killed = true;
        scheduler.tell(new SchedulerActor.KillEntity(entity));
    }

    @Override
    public String toString() {
        return entity.toString();
    }
}
