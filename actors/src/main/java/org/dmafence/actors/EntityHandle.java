package org.dmafence.actors;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.dmafence.sched.EntityStats;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerException;
import org.dmafence.sched.SchedulerPriority;

/**
 * A client's queue of jobs: they run in the order of submission. Any thread may use it, several at once. Needs no
 * closing.
 *
 * <p>With several schedulers to choose from, a job goes to the one with the least to do, unless earlier jobs have not
 * finished: then the entity stays where it is. Stages fail with a {@link SubmitRefusedException} when the scheduler has
 * ended. They complete on one of a few threads that clients share, so what hangs on them holds up no scheduler.
 */
public final class EntityHandle implements AutoCloseable {
    private final SchedulerEntity entity;
    private final Submission submission;

    EntityHandle(SchedulerEntity entity, EntitySpec spec, List<SchedulerGate> gates) {
        this.entity = entity;
        submission = new Submission(entity, spec, gates);
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

    JobHandle submit(JobSpec spec) {
        return submission.submit(spec);
    }

    /**
     * Replaces the schedulers to choose from; takes effect with the next job that finds everything before it finished.
     * Kernel counterpart: {@code drm_sched_entity_modify_sched()}.
     *
     * @throws SchedulerException {@code EINVAL} if there are none
     */
    public void modifySchedulers(List<SchedulerHandle> schedulers) {
        submission.choose(
                schedulers.stream().map(SchedulerHandle::gate).distinct().toList());
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
     * Waits until every job submitted so far was handed to the hardware. Kernel counterpart:
     * {@code drm_sched_entity_flush()}.
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
        CompletionStage<Boolean> answer = ask((gate, reply) -> gate.host()
                .flushes()
                .begin(gate.scheduler(), entity, TimerLimits.nanos(patience), dying, reply, forgotten::get));
        CompletableFuture<Boolean> once = answer.toCompletableFuture();
        CompletionStage<Boolean> unused = once.whenComplete((idle, failure) -> {
            if (failure != null) { // the client gave up, perhaps: the scheduler then has nothing to wait for
                forgotten.set(true);
                submission.gates().forEach(gate -> gate.inbox().poke());
            }
        });
        return once;
    }

    /**
     * Ends the entity: takes no more jobs, and those that the hardware does not have yet end with {@code -ESRCH}, in
     * order and each after its dependencies. Kernel counterpart: {@code drm_sched_entity_kill()}.
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

    /**
     * Ends the entity as {@link #fini}, without waiting. Need not be called: an entity that is forgotten costs nothing.
     */
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
        submission.kill();
        return ask((gate, reply) -> {
            how.accept(gate.scheduler(), entity);
            reply.complete(true);
        });
    }

    /** Has the host of the entity's scheduler do something with the entity, which stays with it meanwhile. */
    private <T> CompletionStage<T> ask(BiConsumer<SchedulerGate, CompletableFuture<T>> what) {
        SchedulerGate gate = submission.ask();
        CompletionStage<T> answer;
        try {
            answer = gate.controls().ask((scheduler, reply) -> what.accept(gate, reply));
        } catch (Throwable e) { // out of memory, and nobody will answer
            submission.answered();
            throw e;
        }
        return gate.clients().answer(answer.whenComplete((value, failure) -> submission.answered()));
    }

    @Override
    public String toString() {
        return entity.toString();
    }
}
