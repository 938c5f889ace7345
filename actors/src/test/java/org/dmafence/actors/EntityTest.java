package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.sched.SchedulerException;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerPriority;
import org.junit.jupiter.api.Test;

/** What entities can do beside submitting: priorities, policies, several schedulers, and their ends. */
final class EntityTest extends SubsystemTest {
    private static final FenceStatus ESRCH = new FenceStatus(true, FenceError.ESRCH);

    private final List<String> order = new CopyOnWriteArrayList<>();

    private EntityHandle entity(SchedulerHandle scheduler, String client, SchedulerPriority priority) {
        return subsystem.openEntity(scheduler, EntitySpec.of(client).withPriority(priority));
    }

    private void note(EntityHandle entity, long id) {
        JobHandle job = submitExternal(entity, id);
        assertThat(job.scheduled().addCallback(FenceCallback.of(f -> order.add(entity.client()))))
                .isTrue();
    }

    /** With one credit each completion lets exactly one more job run. */
    private void runAll(SchedulerHandle scheduler, int first, int last) {
        quiesce();
        int ran = 0;
        for (int round = first; ran <= last - first && round <= 4 * last; round++) {
            for (int id = first; id <= last; id++) {
                if (get(scheduler.engine().complete(id, null))) {
                    ran++;
                    quiesce();
                }
            }
        }
    }

    @Test
    void shouldServeHigherPrioritiesFirst() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        submitExternal(subsystem.openEntity(gfx, "first"), 1);
        quiesce();
        note(entity(gfx, "low", SchedulerPriority.LOW), 2);
        note(entity(gfx, "normal", SchedulerPriority.NORMAL), 3);
        note(entity(gfx, "kernel", SchedulerPriority.KERNEL), 4);

        runAll(gfx, 1, 4);

        assertThat(order).containsExactly("kernel", "normal", "low");
    }

    @Test
    void shouldMoveQueuedJobsWithTheirEntitysPriority() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle raised = entity(gfx, "raised", SchedulerPriority.LOW);
        submitExternal(subsystem.openEntity(gfx, "first"), 1);
        quiesce();
        note(entity(gfx, "normal", SchedulerPriority.NORMAL), 2);
        note(raised, 3);

        assertThat(get(raised.setPriority(SchedulerPriority.HIGH))).isEqualTo(SchedulerPriority.HIGH);
        runAll(gfx, 1, 3);

        assertThat(order).containsExactly("raised", "normal");
        assertThat(raised.priority()).isEqualTo(SchedulerPriority.HIGH);
    }

    @Test
    void shouldTakeTurnsWithRoundRobin() {
        assertThat(served(SchedulerPolicy.RR)).containsExactly("a", "b", "a", "b");
    }

    @Test
    void shouldServeTheOldestJobFirstWithFifo() {
        assertThat(served(SchedulerPolicy.FIFO)).containsExactly("a", "a", "b", "b");
    }

    private List<String> served(SchedulerPolicy policy) {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1).withPolicy(policy));
        submitExternal(subsystem.openEntity(gfx, "first"), 1);
        quiesce();
        EntityHandle a = subsystem.openEntity(gfx, "a");
        EntityHandle b = subsystem.openEntity(gfx, "b");
        note(a, 2);
        note(a, 3);
        note(b, 4);
        note(b, 5);
        runAll(gfx, 1, 5);
        return order;
    }

    @Test
    void shouldLetNoPriorityStarveWithFair() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1).withPolicy(SchedulerPolicy.FAIR));
        EntityHandle low = entity(gfx, "low", SchedulerPriority.LOW);
        EntityHandle high = entity(gfx, "high", SchedulerPriority.HIGH);
        List<JobHandle> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(subsystem.submit(high, JobSpec.of(RingJob.lasting(100 + i, 2_000_000))));
        }
        JobHandle modest = subsystem.submit(low, JobSpec.of(RingJob.lasting(1, 1_000)));

        assertEnds(modest, FenceStatus.OK);
        all.forEach(job -> assertEnds(job, FenceStatus.OK));

        assertThat(modest.ranNs()).isLessThan(all.get(19).ranNs());
        eventually().until(() -> high.stats().runtimeNs() > 0);
    }

    @Test
    void shouldTakeNoJobForASchedulerThatIsShutThoughItsEntityHasToStayThere() {
        SchedulerHandle gfx = open("gfx");
        SchedulerHandle copy = open("copy");
        EntityHandle entity = subsystem.openEntity(List.of(gfx, copy), EntitySpec.of("both"));
        JobHandle first = submitExternal(entity, 1);
        quiesce();
        gfx.gate().shut("test");

        assertThatThrownBy(() -> submitExternal(entity, 2))
                .isInstanceOfSatisfying(
                        SubmitRefusedException.class,
                        refused ->
                                assertThat(refused.reason()).isEqualTo(SubmitRefusedException.Reason.SCHEDULER_CLOSED))
                .hasMessageContaining("has jobs there");
        assertThat(gfx.stats().submitted()).isEqualTo(1);
        assertThat(copy.stats().submitted()).isZero();

        completes(gfx, 1);
        assertEnds(first, FenceStatus.OK);
        quiesce();
        JobHandle moved = submitExternal(entity, 3);
        quiesce();
        completes(copy, 3);
        assertEnds(moved, FenceStatus.OK);
    }

    @Test
    void shouldCancelAJobThatTheHardwareDoesNotHave() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        JobHandle running = submitExternal(entity, 1);
        JobHandle queued = submitExternal(entity, 2);
        JobHandle last = submitExternal(entity, 3);
        quiesce();

        assertThat(get(running.cancel())).isFalse();
        assertThat(get(queued.cancel())).isTrue();
        assertThat(queued.finished().isSignaled()).as("before its turn").isFalse();
        completes(gfx, 1);

        assertEnds(running, FenceStatus.OK);
        assertEnds(queued, new FenceStatus(true, FenceError.ECANCELED));
        assertThat(queued.ranNs()).isEqualTo(Long.MIN_VALUE);
        completes(gfx, 3);
        assertEnds(last, FenceStatus.OK);
        assertThat(get(last.cancel())).isFalse();
        awaitConserved(gfx);
    }

    @Test
    void shouldRefuseASecondJobOfAnIdThatIsOnTheRing() {
        SchedulerHandle gfx = open("gfx");
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        JobHandle first = submitExternal(entity, 1);
        JobHandle second = submitExternal(entity, 1);

        assertEnds(second, new FenceStatus(true, FenceError.EINVAL));
        quiesce(); // the report comes behind the end
        assertThat(reports)
                .anySatisfy(report -> assertThat(report).contains("has the id of a job that is on the ring"));
        completes(gfx, 1);
        assertEnds(first, FenceStatus.OK);
        JobHandle third = submitExternal(entity, 1);
        quiesce();
        completes(gfx, 1);
        assertEnds(third, FenceStatus.OK);
        awaitConserved(gfx);
    }

    @Test
    void shouldForgetAFlushThatItsClientGaveUp() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        submitExternal(entity, 1);
        submitExternal(entity, 2);
        CompletionStage<Boolean> flush = entity.flush(Duration.ofDays(1));
        eventually().until(() -> !gfx.gate().host().timers().isEmpty());

        assertThat(flush.toCompletableFuture().cancel(false)).isTrue();

        eventually().until(() -> gfx.gate().host().timers().isEmpty());
        CompletionStage<Boolean> answered = entity.flush(Duration.ofDays(1));
        completes(gfx, 1);
        assertThat(get(answered)).isTrue();
        eventually().until(() -> gfx.gate().host().timers().isEmpty());
    }

    @Test
    void shouldChooseTheSchedulerWithTheLeastToDo() {
        SchedulerHandle gfx = open("gfx");
        SchedulerHandle copy = open("copy");
        for (int i = 1; i <= 3; i++) {
            submitExternal(subsystem.openEntity(gfx, "busy"), i);
        }
        quiesce();
        EntityHandle free = subsystem.openEntity(List.of(gfx, copy), EntitySpec.of("free"));

        JobHandle first = submitExternal(free, 10);
        JobHandle second = submitExternal(free, 11);
        quiesce();

        assertThat(copy.stats().submitted())
                .as("all of it, for it stays where it is")
                .isEqualTo(2);
        completes(copy, 11);
        assertEnds(first, FenceStatus.OK);
        assertEnds(second, FenceStatus.OK);
        awaitConserved(copy);
        assertThat(gfx.stats().submitted()).isEqualTo(3);
    }

    @Test
    void shouldPassOverASchedulerThatHasEnded() {
        SchedulerHandle gfx = open("gfx");
        SchedulerHandle copy = open("copy");
        EntityHandle entity = subsystem.openEntity(List.of(gfx, copy), EntitySpec.of("client"));

        Actors.kill(system(), driver.actor().path().toStringWithoutAddress() + "/scheduler-1");
        eventually().until(() -> gfx.gate().inbox().isClosed());
        JobHandle job = submitExternal(entity, 1);
        quiesce();

        completes(copy, 1);
        assertEnds(job, FenceStatus.OK);
    }

    @Test
    void shouldMoveToOtherSchedulersOnceEverythingHasFinished() {
        SchedulerHandle gfx = open("gfx");
        SchedulerHandle copy = open("copy");
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        submitExternal(entity, 1);
        entity.modifySchedulers(List.of(copy));
        submitExternal(entity, 2);
        quiesce();
        assertThat(gfx.stats().submitted()).isEqualTo(2);
        completes(gfx, 2);
        quiesce();

        submitExternal(entity, 3);
        quiesce();

        assertThat(copy.stats().submitted()).isEqualTo(1);
        completes(copy, 3);
        assertThatThrownBy(() -> entity.modifySchedulers(List.of())).isInstanceOf(SchedulerException.class);
    }

    @Test
    void shouldFlushWhenTheHardwareHasTheLastJob() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        submitExternal(entity, 1);
        submitExternal(entity, 2);

        CompletionStage<Boolean> flushed = entity.flush(Duration.ofDays(1_000_000));
        quiesce();
        assertThat(flushed.toCompletableFuture()).isNotDone();
        completes(gfx, 1);

        assertThat(get(flushed)).isTrue();
        assertThat(get(entity.flush(Duration.ZERO))).isTrue();
    }

    @Test
    void shouldGiveUpAFlushInTimeAndKillWhatIsLeftOnDestroy() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        JobHandle running = submitExternal(entity, 1);
        JobHandle queued = submitExternal(entity, 2);

        assertThat(get(entity.destroy(Duration.ofMillis(5)))).isFalse();
        quiesce();

        completes(gfx, 1);
        assertEnds(running, FenceStatus.OK);
        assertEnds(queued, ESRCH);
        awaitConserved(gfx);
    }

    @Test
    void shouldDieWithAClientThatIsKilled() {
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        submitExternal(entity, 1);
        JobHandle queued = submitExternal(entity, 2);

        assertThat(get(entity.clientDied())).isFalse();
        quiesce();

        completes(gfx, 1);
        assertEnds(queued, ESRCH);
        JobHandle late = submitExternal(entity, 3);
        assertEnds(late, ESRCH);
        awaitConserved(gfx);
    }

    @Test
    void shouldRefuseRequestsToASchedulerThatHasEnded() {
        SchedulerHandle gfx = open("gfx");
        EntityHandle entity = subsystem.openEntity(gfx, "client");
        submitExternal(entity, 1);
        CompletionStage<Boolean> waiting = entity.flush(Duration.ofHours(1));
        Actors.kill(system(), driver.actor().path().toStringWithoutAddress() + "/scheduler-1");
        eventually().until(() -> gfx.gate().inbox().isClosed());

        assertThat(get(waiting)).as("nothing is queued any more").isTrue();
        assertThatThrownBy(() -> entity.setPriority(SchedulerPriority.LOW)
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(SubmitRefusedException.class);
        entity.kill();
        assertThatThrownBy(() -> submitExternal(entity, 2))
                .isInstanceOfSatisfying(
                        SubmitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SCHEDULER_CLOSED));
    }
}
