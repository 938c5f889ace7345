package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceStatus;
import org.dmafence.sched.SchedulerRig.ForeignFence;
import org.junit.jupiter.api.Test;

final class GpuSchedulerTest {
    private final SchedulerRig rig = new SchedulerRig(2, null);
    private final SchedulerEntity a = rig.scheduler.newEntity("a");
    private final SchedulerEntity b = rig.scheduler.newEntity("b");

    @Test
    void shouldRunTheEarliestSubmittedFirstAcrossEntities() {
        SchedulerRig wide = new SchedulerRig(64, null);
        SchedulerEntity x = wide.scheduler.newEntity("x");
        SchedulerEntity y = wide.scheduler.newEntity("y");
        wide.push(y, 1);
        wide.push(x, 2);
        wide.push(x, 3);
        wide.push(y, 4);

        wide.step();

        assertThat(wide.ranIds()).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void shouldRunNoMoreThanTheCreditsAllow() {
        rig.push(a, 1);
        rig.push(a, 2);
        rig.push(a, 3);
        rig.step();
        assertThat(rig.ranIds()).containsExactly(1L, 2L);
        assertThat(rig.scheduler.usedCredits()).isEqualTo(2);

        rig.finish(0, null);
        rig.step();

        assertThat(rig.ranIds()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldLetNobodyOvertakeAJobThatDoesNotFit() {
        rig.push(a, 1);
        rig.pushCosting(a, 2, 2);
        rig.push(b, 3);
        rig.step();
        assertThat(rig.ranIds()).containsExactly(1L);

        rig.finish(0, null);
        rig.step();
        assertThat(rig.ranIds()).containsExactly(1L, 2L);

        rig.finish(1, null);
        rig.step();
        assertThat(rig.ranIds()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldChargeAllThereIsForAJobThatWantsMore() {
        rig.pushCosting(a, 1, 5);
        rig.step();

        assertThat(rig.scheduler.usedCredits()).isEqualTo(2);
        assertThat(rig.reports).singleElement().asString().contains("5 credits of 2");
        rig.finish(0, null);
        rig.step();
        assertThat(rig.scheduler.usedCredits()).isZero();
    }

    @Test
    void shouldSignalScheduledWithItsParentAndFinishedWithItsError() {
        SchedulerJob job = rig.push(a, 1);
        List<Boolean> parentKnown = new ArrayList<>();
        job.scheduled()
                .addCallback(FenceCallback.of(f -> parentKnown.add(job.fence().parent() != null)));
        rig.step();
        assertThat(job.scheduled().isSignaled()).isTrue();
        assertThat(parentKnown).containsExactly(true);
        assertThat(job.finished().isSignaled()).isFalse();

        rig.finish(0, FenceError.ETIME);

        assertThat(job.finished().status()).isEqualTo(new FenceStatus(true, FenceError.ETIME));
        assertThat(job.scheduled().status()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldFinishWhenTheRingIsDoneAtOnce() {
        rig.instant = true;
        SchedulerJob job = rig.push(a, 1);

        rig.step();

        assertThat(job.finished().status()).isEqualTo(FenceStatus.OK);
        assertThat(rig.freedIds()).containsExactly(1L);
        assertThat(rig.scheduler.usedCredits()).isZero();
    }

    @Test
    void shouldFailTheJobAloneWhenTheRingThrows() {
        rig.refusal = new IllegalStateException("no slot");
        SchedulerJob broken = rig.push(a, 1);
        rig.step();
        rig.refusal = new FenceErrorException("the ring", FenceError.ENODEV);
        SchedulerJob gone = rig.push(a, 2);
        rig.step();
        rig.refusal = null;
        SchedulerJob fine = rig.push(a, 3);
        rig.step();
        rig.finish(0, null);

        assertThat(broken.finished().status().error()).isEqualTo(FenceError.EIO);
        assertThat(gone.finished().status().error()).isEqualTo(FenceError.ENODEV);
        assertThat(fine.finished().status()).isEqualTo(FenceStatus.OK);
        assertThat(rig.reports.get(0)).contains("no slot").contains("submit of job 1");
    }

    @Test
    void shouldWaitForAForeignFence() {
        ForeignFence foreign = rig.foreign();
        rig.push(a, 1, foreign.fence());
        rig.push(b, 2);
        rig.step();
        assertThat(rig.ranIds()).as("an entity that waits holds up nobody").containsExactly(2L);

        foreign.signal();
        rig.step();

        assertThat(rig.ranIds()).containsExactly(2L, 1L);
        assertThat(foreign.fence().references()).as("held until freed").isEqualTo(2);
        rig.finish(0, null);
        rig.finish(1, null);
        rig.step();
        assertThat(foreign.fence().references()).isEqualTo(1);
    }

    @Test
    void shouldWaitForOneDependencyAfterTheOther() {
        ForeignFence first = rig.foreign();
        ForeignFence second = rig.foreign();
        ForeignFence third = rig.foreign();
        rig.push(a, 1, first.fence(), second.fence(), third.fence());
        rig.step();

        second.signal();
        rig.step();
        assertThat(rig.ranIds()).isEmpty();
        first.signal();
        rig.step();
        assertThat(rig.ranIds()).isEmpty();
        third.signal();
        rig.step();
        assertThat(rig.ranIds()).containsExactly(1L);
    }

    @Test
    void shouldKeepTheLaterOfTwoDependenciesOfAContext() {
        FenceContext issuer = FenceContext.builder(rig.runtime).name("foreign").build();
        DmaFence early = issuer.newFence(new SchedulerRig.Foreign(), 1);
        DmaFence late = issuer.newFence(new SchedulerRig.Foreign(), 2);
        SchedulerJob job = a.newJob(RingJob.external(1), 1);
        job.addDependency(early);
        job.addDependency(late);
        job.addDependency(early);

        assertThat(job.dependencies()).containsExactly(late);
        assertThat(early.references()).isEqualTo(1);
        assertThat(late.references()).isEqualTo(2);
    }

    @Test
    void shouldPipelineWithinTheSchedulerAndWaitAcross() {
        SchedulerRig other = new SchedulerRig(2, null, rig.runtime);
        SchedulerJob first = rig.push(a, 1);
        rig.push(b, 2, first.finished());
        other.push(other.scheduler.newEntity("c"), 3, first.finished());

        rig.step();
        other.step();
        assertThat(rig.ranIds()).as("on the same ring it suffices to be behind").containsExactly(1L, 2L);
        assertThat(other.ranIds()).isEmpty();

        rig.finish(0, null);
        other.step();
        assertThat(other.ranIds()).containsExactly(3L);
    }

    @Test
    void shouldNotPipelineBehindAJobThatFailed() {
        rig.refusal = new IllegalStateException("no");
        SchedulerJob failed = rig.push(a, 1);
        rig.step();
        rig.refusal = null;
        rig.push(b, 2, failed.finished());

        rig.step();

        assertThat(rig.ranIds())
                .as("it has signalled, so nothing is waited for")
                .containsExactly(1L, 2L);
    }

    @Test
    void shouldIgnoreDependenciesOfTheSameEntity() {
        SchedulerRig narrow = new SchedulerRig(1, null);
        SchedulerEntity entity = narrow.scheduler.newEntity("x");
        SchedulerJob first = narrow.push(entity, 1);
        narrow.push(entity, 2, first.finished(), first.scheduled());
        narrow.step();
        narrow.finish(0, null);
        narrow.step();

        assertThat(narrow.ranIds()).containsExactly(1L, 2L);
    }

    @Test
    void shouldFreeInTheOrderOfRunningWhateverFinishesFirst() {
        SchedulerJob slow = rig.push(a, 1);
        SchedulerJob fast = rig.push(b, 2);
        rig.step();

        rig.finish(1, null);
        rig.step();
        assertThat(fast.finished().isSignaled()).isTrue();
        assertThat(rig.freed).isEmpty();
        assertThat(rig.scheduler.usedCredits()).as("credits come back at once").isEqualTo(1);

        rig.finish(0, null);
        rig.step();
        assertThat(slow.finished().isSignaled()).isTrue();
        assertThat(rig.freedIds()).containsExactly(1L, 2L);
    }

    @Test
    void shouldEndAKilledEntityInOrderAfterItsDependencies() {
        ForeignFence foreign = rig.foreign();
        SchedulerJob running = rig.push(a, 1);
        SchedulerJob waiting = rig.push(a, 2, foreign.fence());
        SchedulerJob behind = rig.push(a, 3);
        List<Long> order = new ArrayList<>();
        List.of(running, waiting, behind)
                .forEach(job -> job.finished()
                        .addCallback(FenceCallback.of(f -> order.add(job.work().id()))));
        rig.step();

        rig.scheduler.kill(a);
        rig.step();
        assertThat(order).isEmpty();
        foreign.signal();
        rig.step();
        assertThat(order).as("the job on the hardware comes first").isEmpty();
        rig.finish(0, null);
        rig.step();

        assertThat(order).containsExactly(1L, 2L, 3L);
        assertThat(running.finished().status()).isEqualTo(FenceStatus.OK);
        assertThat(waiting.finished().status().error()).isEqualTo(FenceError.ESRCH);
        assertThat(behind.finished().status().error()).isEqualTo(FenceError.ESRCH);
        assertThat(waiting.fence().parent()).isNull();
        assertThat(rig.freedIds()).containsExactlyInAnyOrder(1L, 2L, 3L);
    }

    @Test
    void shouldWaitForTheWorkBehindAScheduledFenceWhenKilled() {
        SchedulerRig other = new SchedulerRig(1, null, rig.runtime);
        SchedulerEntity c = other.scheduler.newEntity("c");
        SchedulerJob work = other.push(c, 1);
        other.step();
        ForeignFence foreign = rig.foreign();
        SchedulerJob killed = rig.push(a, 2, foreign.fence(), work.scheduled());
        rig.step();

        rig.scheduler.kill(a);
        foreign.signal();
        rig.step();
        assertThat(killed.finished().isSignaled()).isFalse();
        other.finish(0, null);
        rig.step();

        assertThat(killed.finished().status().error()).isEqualTo(FenceError.ESRCH);
    }

    @Test
    void shouldGoOnWithTheEventWhenADependencySignalsWhileKilling() {
        ForeignFence foreign = rig.foreign();
        SchedulerJob job = rig.push(a, 1, foreign.fence());
        rig.step();
        foreign.signal();
        assertThat(rig.events).hasSize(1);

        rig.scheduler.kill(a);
        rig.step();

        assertThat(job.finished().status().error()).isEqualTo(FenceError.ESRCH);
        assertThat(rig.ranIds()).isEmpty();
    }

    @Test
    void shouldLeaveNoCallbackBehindOnAFenceThatNeverSignals() {
        ForeignFence never = rig.foreign();
        SchedulerJob job = rig.push(a, 1, never.fence());
        rig.step();
        rig.scheduler.kill(a);
        rig.step();
        rig.scheduler.tearDown(FenceError.ECANCELED);

        assertThat(job.finished().status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(never.fence().references()).isEqualTo(1);
        never.signal();
        assertThat(rig.events).as("nobody is told").isEmpty();
    }

    @Test
    void shouldSignalEverythingOnceWhenTornDown() {
        ForeignFence never = rig.foreign();
        SchedulerJob running = rig.push(a, 1);
        SchedulerJob blocked = rig.push(b, 2, never.fence());
        SchedulerJob queued = rig.push(b, 3);
        rig.step();
        SchedulerJob fresh = rig.push(a, 4);

        assertThat(rig.scheduler.tearDown(FenceError.ECANCELED)).isEqualTo(4);

        for (SchedulerJob job : List.of(running, blocked, queued, fresh)) {
            assertThat(job.finished().status().error()).isEqualTo(FenceError.ECANCELED);
            assertThat(job.scheduled().isSignaled()).isTrue();
        }
        rig.finish(0, null);
        rig.step();
        assertThat(running.finished().status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(rig.freedIds()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(rig.scheduler.tearDown(null)).isZero();
    }

    @Test
    void shouldEndWithSuccessWhenTornDownWithoutAnError() {
        SchedulerJob job = rig.push(a, 1);

        rig.scheduler.tearDown(null);

        assertThat(job.finished().status()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldRefuseMisuse() {
        assertRefused(FenceError.EINVAL, () -> a.newJob(RingJob.external(1), 0));
        SchedulerJob job = a.newJob(RingJob.external(1), 1);
        assertRefused(FenceError.EINVAL, () -> rig.scheduler.push(job));
        assertRefused(FenceError.EINVAL, job::finished);
        job.arm();
        assertRefused(FenceError.EINVAL, job::arm);
        assertRefused(FenceError.EINVAL, () -> job.addDependency(rig.foreign().fence()));
        SchedulerRig other = new SchedulerRig(1, null);
        assertRefused(FenceError.EINVAL, () -> other.scheduler.push(job));
        rig.scheduler.push(job);
        assertRefused(FenceError.EINVAL, () -> rig.scheduler.push(job));
        assertRefused(
                FenceError.EINVAL,
                () -> GpuScheduler.builder(rig.runtime, "d", "n", rig).creditLimit(0));
        assertRefused(FenceError.EINVAL, job::cleanup);
        assertThat(job.isEnded()).isFalse();
    }

    @Test
    void shouldLetGoOfDependenciesWhenDiscarded() {
        ForeignFence foreign = rig.foreign();
        SchedulerJob job = a.newJob(RingJob.external(1), 1);
        job.addDependency(foreign.fence());
        job.cleanup();

        assertThat(foreign.fence().references()).isEqualTo(1);
    }

    @Test
    void shouldEndAJobPushedToAKilledEntityBehindTheOthers() {
        ForeignFence foreign = rig.foreign();
        SchedulerJob first = rig.push(a, 1, foreign.fence());
        rig.step();
        rig.scheduler.kill(a);
        SchedulerJob late = a.newJob(RingJob.external(2), 1).arm();
        late.finished().retain();

        assertRefused(FenceError.ESRCH, () -> rig.scheduler.push(late));

        assertThat(late.finished().isSignaled()).isFalse();
        foreign.signal();
        rig.step();
        assertThat(first.finished().status().error()).isEqualTo(FenceError.ESRCH);
        assertThat(late.finished().status().error()).isEqualTo(FenceError.ESRCH);
    }

    @Test
    void shouldEndAJobPushedAfterTeardown() {
        rig.scheduler.tearDown(FenceError.ECANCELED);
        SchedulerJob late = a.newJob(RingJob.external(2), 1).arm();
        late.finished().retain();

        assertRefused(FenceError.ECANCELED, () -> rig.scheduler.push(late));

        assertThat(late.finished().status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(rig.freedIds()).containsExactly(2L);
    }

    @Test
    void shouldEndAJobThatWasNeverPushedWhenAbandoned() {
        ForeignFence foreign = rig.foreign();
        SchedulerJob job = a.newJob(RingJob.external(1), 1);
        job.addDependency(foreign.fence());
        job.arm();
        job.finished().retain();

        assertThat(job.abandon(FenceError.ENODEV)).isTrue();
        assertThat(job.abandon(FenceError.ENODEV)).isFalse();

        assertThat(job.finished().status().error()).isEqualTo(FenceError.ENODEV);
        assertThat(job.finished().references()).isEqualTo(1);
        assertThat(foreign.fence().references()).isEqualTo(1);
    }

    @Test
    void shouldKeepTheFencesUntilHostAndClientHaveLetGo() {
        SchedulerJob freedFirst = a.newJob(RingJob.external(1), 1).arm();
        freedFirst.hold();
        assertThat(freedFirst.abandon(FenceError.ENODEV)).isTrue();
        assertThat(freedFirst.finished().isFreed()).as("the client has it").isFalse();
        freedFirst.letGo();
        assertThat(freedFirst.finished().isFreed()).isTrue();
        assertThat(freedFirst.scheduled().isFreed()).isTrue();
        freedFirst.letGo();

        SchedulerJob letGoFirst = a.newJob(RingJob.external(2), 1).arm();
        letGoFirst.hold();
        letGoFirst.letGo();
        letGoFirst.letGo();
        assertThat(letGoFirst.finished().isFreed()).as("the host has it").isFalse();
        assertThat(letGoFirst.abandon(FenceError.ENODEV)).isTrue();
        assertThat(letGoFirst.finished().isFreed()).isTrue();
        letGoFirst.letGo();

        assertThat(rig.reports).as("nothing was released too often").isEmpty();
    }

    private static void assertRefused(FenceError error, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SchedulerException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    /** So the difference of a job's two fences is what it had of the hardware. */
    @Test
    void shouldMoveTheTimeOfScheduledToTheEndOfTheJobBefore() {
        SchedulerRig rig = new SchedulerRig(2, null);
        SchedulerEntity client = rig.scheduler.newEntity("client");
        SchedulerJob first = rig.push(client, 1);
        SchedulerJob second = rig.push(client, 2);
        SchedulerJob queued = rig.push(client, 3);
        rig.step();
        long handedNs = second.scheduled().timestampNs();
        rig.nowNs += 700;
        rig.finish(0, null);
        assertThat(second.scheduled().timestampNs())
                .as("not before the first is freed")
                .isEqualTo(handedNs);

        rig.nowNs += 5;
        rig.step();

        assertThat(second.scheduled().timestampNs())
                .isEqualTo(first.finished().timestampNs())
                .isEqualTo(handedNs + 700);
        assertThat(queued.scheduled().timestampNs()).isEqualTo(handedNs + 705);
        rig.nowNs += 20;
        rig.finish(1, null);
        rig.step();
        assertThat(second.entity().stats().runtimeNs()).isEqualTo(700 + 25);
        assertThat(queued.scheduled().timestampNs()).isEqualTo(second.finished().timestampNs());
    }
}
