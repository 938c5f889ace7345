package org.dmafence.actors;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.EntityStats;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerException;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPriority;
import org.jspecify.annotations.Nullable;

/**
 * A client's queue of jobs: they run in the order of submission. Any thread may use it, several at once. Needs no closing.
 *
 * <p>With several schedulers to choose from, a job goes to the one with the least to do, unless earlier jobs have not finished:
 * then the entity stays where it is. Stages fail with a {@link SubmitRefusedException} when the scheduler has ended. They complete
 * on one of a few threads that clients share, so what hangs on them holds up no scheduler.
 */
public final class EntityHandle implements AutoCloseable {
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

    /** Every gate that the entity may still have jobs behind, those to choose from first. */
    private volatile List<SchedulerGate> gates;

    private List<GpuScheduler> choice;
    private int asked;
    private volatile boolean killed;

    EntityHandle(SchedulerEntity entity, EntitySpec spec, List<SchedulerGate> gates) {
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

    /** The client's name. */
    public String client() {
        return entity.client();
    }

    /** The context of the entity's {@code scheduled} fences; that of {@code finished} is the next one. */
    public long fenceContext() {
        return entity.fenceContext();
    }

    /** How urgent its jobs are. */
    public SchedulerPriority priority() {
        return entity.priority();
    }

    /** What it has had of the hardware. */
    public EntityStats stats() {
        return entity.stats();
    }

    // ---- jobs -------------------------------------------------------------------------------------------------------

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
            job.finished().release();
            throw e;
        }
    }

    /**
     * Arms and appends, and takes a reference to {@code finished} for the handle; {@code null}, and nothing has happened, if the
     * choice has changed since the places were taken.
     */
    private @Nullable SchedulerGate push(SchedulerJob job, long deadlineNs, List<SchedulerGate> entered) {
        SchedulerGate chosen;
        try {
            synchronized (submitOrder) {
                if (!arm(job, entered)) {
                    return null;
                }
                chosen = gateOf(job.scheduler());
                job.finished().retain(); // nobody can have freed it yet
                if (deadlineNs != JobSpec.NO_DEADLINE) {
                    job.finished().setDeadline(deadlineNs);
                }
                chosen.append(job);
            }
        } finally {
            if (!job.isArmed()) {
                giveUp(job, entered); // runs other clients' callbacks, so not under the lock; nor does giveBack
            }
        }
        chosen.ring();
        if (entered.size() != 1) {
            giveBack(entered, chosen);
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
            giveUp(job, entered);
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

    private static void giveUp(@Nullable SchedulerJob job, List<SchedulerGate> entered) {
        if (job != null) {
            job.cleanup();
        }
        Admission.withdraw(entered);
    }

    /** Keeps the place with the scheduler that was chosen and gives back the others. */
    private static void giveBack(List<SchedulerGate> entered, SchedulerGate chosen) {
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

    // ---- the entity -------------------------------------------------------------------------------------------------

    /**
     * Replaces the schedulers to choose from; takes effect with the next job that finds everything before it finished. Kernel
     * counterpart: {@code drm_sched_entity_modify_sched()}.
     *
     * @throws SchedulerException {@code EINVAL} if there are none
     */
    public void modifySchedulers(List<SchedulerHandle> schedulers) {
        List<SchedulerGate> next =
                schedulers.stream().map(SchedulerHandle::gate).distinct().toList();
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

    /**
     * Changes how urgent the entity's jobs are, those that it has queued included. Kernel counterpart:
     * {@code drm_sched_entity_set_priority()}.
     *
     * @return when it is done
     */
    public CompletionStage<SchedulerPriority> setPriority(SchedulerPriority priority) {
        return ask((gate, reply) -> {
            gate.scheduler().setPriority(entity, priority);
            reply.complete(entity.priority());
        });
    }

    /**
     * Waits until every job submitted so far was handed to the hardware. Kernel counterpart: {@code drm_sched_entity_flush()}.
     *
     * @param patience for how long, on the runtime's clock
     * @return whether the queue ran empty in time; cancelling it ends the waiting
     */
    public CompletionStage<Boolean> flush(Duration patience) {
        return flush(patience, false);
    }

    /**
     * The client dies by force: if it was the last to submit here, the entity dies with it. Kernel counterpart:
     * {@code drm_sched_entity_flush()} in a process that exits with SIGKILL.
     *
     * @return whether nothing was queued any more
     */
    public CompletionStage<Boolean> clientDied() {
        return flush(Duration.ZERO, true);
    }

    private CompletionStage<Boolean> flush(Duration patience, boolean dying) {
        AtomicBoolean forgotten = new AtomicBoolean();
        CompletionStage<Boolean> answer = ask((gate, reply) ->
                gate.flushes().begin(gate.scheduler(), entity, Waits.nanos(patience), dying, reply, forgotten::get));
        CompletableFuture<Boolean> once = answer.toCompletableFuture();
        CompletionStage<Boolean> unused = once.whenComplete((idle, failure) -> {
            if (failure != null) { // the client gave up, perhaps: the scheduler then has nothing to wait for
                forgotten.set(true);
                gates.forEach(gate -> gate.inbox().poke());
            }
        });
        return once;
    }

    /**
     * Ends the entity: takes no more jobs, and those that the hardware does not have yet end with {@code -ESRCH}, in order and
     * each after its dependencies. Kernel counterpart: {@code drm_sched_entity_kill()}.
     */
    public void kill() {
        CompletionStage<Boolean> unused = end(GpuScheduler::kill);
    }

    /**
     * Ends the entity for good. Kernel counterpart: {@code drm_sched_entity_fini()}.
     *
     * @return when it is done; the jobs that it had end by themselves, as with {@link #kill}
     */
    public CompletionStage<Boolean> fini() {
        return end(GpuScheduler::fini);
    }

    /** Ends the entity as {@link #fini}, without waiting. Need not be called: an entity that is forgotten costs nothing. */
    @Override
    public void close() {
        CompletionStage<Boolean> unused = fini();
    }

    /**
     * Waits as {@link #flush}, then ends the entity. Kernel counterpart: {@code drm_sched_entity_destroy()}.
     *
     * @return whether the queue ran empty in time; false means that jobs were killed
     */
    public CompletionStage<Boolean> destroy(Duration patience) {
        return flush(patience).thenCompose(idle -> fini().thenApply(done -> idle));
    }

    private CompletionStage<Boolean> end(BiConsumer<GpuScheduler, SchedulerEntity> how) {
        synchronized (submitOrder) {
            killed = true;
        }
        gates.forEach(gate -> gate.room().tellAll());
        return ask((gate, reply) -> {
            how.accept(gate.scheduler(), entity);
            reply.complete(true);
        });
    }

    /** Has the host of the entity's scheduler do something with the entity, which stays with it meanwhile. */
    private <T> CompletionStage<T> ask(BiConsumer<SchedulerGate, CompletableFuture<T>> what) {
        SchedulerGate gate;
        synchronized (submitOrder) {
            gate = gateOf(entity.scheduler());
            if (asked++ == 0 && gates.size() > 1) {
                entity.modifySchedulers(List.of(gate.scheduler()));
            }
        }
        CompletionStage<T> answer;
        try {
            answer = gate.controls().ask((scheduler, reply) -> what.accept(gate, reply));
        } catch (Throwable e) { // out of memory, and nobody will answer
            answered();
            throw e;
        }
        return gate.clients().answer(answer.whenComplete((value, failure) -> answered()));
    }

    private void answered() {
        synchronized (submitOrder) {
            if (--asked == 0 && gates.size() > 1) {
                entity.modifySchedulers(choice);
            }
        }
    }

    @Override
    public String toString() {
        return entity.toString();
    }
}
