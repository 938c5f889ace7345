package org.dmafence.actors;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.module.ModuleState;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.junit.jupiter.api.Test;

/** Unloading a driver under its actors; each proof of collection also proves that handles and fences don't pin it. */
final class DriverUnloadTest extends SubsystemTest {
    private static final long MS = 1_000_000;
    private static final UnloadPolicy AT_ONCE = UnloadPolicy.orderly().withDrainTimeoutNs(0);

    @Test
    void shouldLetRunningJobsFinishFirst() {
        SchedulerHandle scheduler = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        List<JobHandle> jobs = submit(subsystem.openEntity(scheduler, "client"), 5, 5_000_000);

        UnloadCertificate certificate = get(subsystem.unload(driver, UnloadPolicy.orderly()));

        jobs.forEach(job -> assertEnds(job, FenceStatus.OK));
        assertThat(certificate.collected()).as(certificate.render()).isTrue();
        assertThat(certificate.fencesSignaledByPolicy()).isZero();
        assertThat(driver.state()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldEndTheRestWithThePolicysError() {
        SchedulerHandle scheduler = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        JobHandle running = submitExternal(entity, 1);
        JobHandle queued = submitExternal(entity, 2);
        JobHandle waiting = submitExternal(
                subsystem.openEntity(scheduler, "b"),
                3,
                ForeignFence.of(runtime).fence());
        quiesce();

        UnloadCertificate certificate = get(subsystem.unload(driver, AT_ONCE.withIssuerDeath(FenceError.ENODEV)));

        List.of(running, queued, waiting).forEach(job -> assertEnds(job, new FenceStatus(true, FenceError.ENODEV)));
        assertThat(certificate.collected()).as(certificate.render()).isTrue();
        assertThat(certificate.fencesSignaledByPolicy()).isEqualTo(1);
        assertThat(certificate.jobs()).isEqualTo(new UnloadCertificate.Jobs(3, 3));
        awaitConserved(scheduler);
        assertThatThrownBy(() -> submitExternal(entity, 4))
                .isInstanceOfSatisfying(
                        SubmitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SCHEDULER_CLOSED));
    }

    @Test
    void shouldEndTheRestWithSuccessWhenThePolicyNamesIt() {
        SchedulerHandle scheduler = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        JobHandle running = submitExternal(entity, 1);
        JobHandle queued = submitExternal(entity, 2);
        quiesce();

        get(subsystem.unload(driver, AT_ONCE.withIssuerDeath(null)));

        assertEnds(running, FenceStatus.OK);
        assertEnds(queued, FenceStatus.OK);
    }

    @Test
    void shouldGoOnAsBeforeWhenRefused() {
        SchedulerHandle scheduler = open(SchedulerSpec.of(new RingSpec("dev", "gfx", "kept", 64)));
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        JobHandle running = submitExternal(entity, 1);
        JobHandle next = submitExternal(entity, 2);
        quiesce();

        UnloadCertificate refused = get(subsystem.unload(driver, AT_ONCE));

        assertThat(refused.refused()).as(refused.render()).isTrue();
        assertThat(driver.state()).isEqualTo(ModuleState.LIVE);
        assertThat(running.finished().isSignaled()).isFalse();
        completes(scheduler, 1);
        assertEnds(running, FenceStatus.OK);
        JobHandle later = submitExternal(entity, 3);
        quiesce();
        completes(scheduler, 3);
        assertEnds(next, FenceStatus.OK);
        assertEnds(later, FenceStatus.OK);

        UnloadCertificate forced = get(subsystem.unload(driver, UnloadPolicy.forced()));
        assertThat(forced.collected()).as(forced.render()).isTrue();
        assertThat(forced.entombed()).isEqualTo(3);
    }

    @Test
    void shouldHoldASubmissionsPlaceOrRefuseItWhenUnloadingRaces() throws InterruptedException {
        SchedulerHandle scheduler = open("gfx");
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        List<JobHandle> taken = new CopyOnWriteArrayList<>();
        Thread submitter = new Thread(
                () -> {
                    for (long id = 1; ; id++) {
                        try {
                            taken.add(subsystem.submit(entity, JobSpec.of(RingJob.lasting(id, 1_000))));
                        } catch (SubmitRefusedException e) {
                            if (e.reason() == Reason.SCHEDULER_CLOSED) {
                                return;
                            }
                        }
                    }
                },
                "submitter");
        submitter.start();
        UnloadCertificate certificate = get(subsystem.unload(driver, UnloadPolicy.orderly()));
        submitter.join();

        taken.forEach(SubsystemTest::assertSignals);
        awaitConserved(scheduler);
        assertThat(certificate.refused()).isFalse();
        assertThat(scheduler.stats().submitted()).isEqualTo(taken.size());
    }

    @Test
    void shouldNotWaitForTheEngineOfASchedulerThatEndedWhileOthersDrained() {
        SchedulerHandle drains = open("gfx");
        open("dma");
        submitExternal(subsystem.openEntity(drains, "client"), 1);
        quiesce();
        CompletionStage<UnloadCertificate> unloading = subsystem.unload(
                driver,
                UnloadPolicy.orderly()
                        .withDrainTimeoutNs(TimeUnit.MINUTES.toNanos(10))
                        .withStepTimeoutNs(TimeUnit.SECONDS.toNanos(2)));
        eventually().until(() -> drains.gate().isShut());

        Actors.kill(system(), driver.actor().path() + "/scheduler-2");
        eventually().until(() -> driver.schedulers().size() == 1);
        completes(drains, 1);

        assertThat(get(unloading).render()).doesNotContain("hang");
    }

    @Test
    void shouldHaveDrainedWhenAPlaceIsGivenBackThatNoJobTook() {
        SchedulerHandle scheduler = open("gfx");
        assertThat(scheduler.gate().room().enter()).isTrue();
        CompletionStage<UnloadCertificate> unloading =
                subsystem.unload(driver, UnloadPolicy.orderly().withDrainTimeoutNs(TimeUnit.MINUTES.toNanos(10)));
        eventually()
                .pollDelay(100, TimeUnit.MILLISECONDS)
                .until(() -> scheduler.gate().isShut());
        assertThat(unloading.toCompletableFuture()).isNotDone();

        Admission.withdraw(List.of(scheduler.gate()));

        assertThat(get(unloading).collected()).isTrue();
    }

    @Test
    void shouldNotReviveASchedulerThatDiedWhileAnUnloadingWasRefused() {
        SchedulerHandle keeps = open(SchedulerSpec.of(new RingSpec("dev", "gfx", "kept", 64)));
        SchedulerHandle dies = open("gfx");
        submitExternal(subsystem.openEntity(keeps, "client"), 1);
        EntityHandle entity = subsystem.openEntity(dies, "client");
        quiesce();
        CompletionStage<UnloadCertificate> unloading =
                subsystem.unload(driver, UnloadPolicy.orderly().withDrainTimeoutNs(300_000_000));
        eventually().until(() -> dies.gate().isShut());

        Actors.kill(system(), driver.actor().path() + "/scheduler-2");

        assertThat(get(unloading).refused()).isTrue();
        eventually().until(() -> !keeps.gate().isShut());
        assertThat(dies.gate().scheduler().isReady()).isFalse();
        assertThatThrownBy(() -> submitExternal(entity, 2))
                .isInstanceOfSatisfying(
                        SubmitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SCHEDULER_CLOSED));
    }

    @Test
    void shouldNotTakeTheNewsForARefusedUnloadingForItsOwn() {
        SchedulerHandle scheduler = open("gfx");
        JobHandle running = submitExternal(subsystem.openEntity(scheduler, "client"), 1);
        quiesce();
        CompletionStage<UnloadCertificate> unloading =
                subsystem.unload(driver, UnloadPolicy.orderly().withDrainTimeoutNs(SOON.toNanos()));
        eventually().until(() -> scheduler.gate().isShut());

        driver.actor().tell(new Unloading.Drained(scheduler.gate(), refused()));
        completes(scheduler, 1);

        assertEnds(running, FenceStatus.OK);
        assertThat(get(unloading).refused()).isFalse();
    }

    /** Somebody else's: only who it is matters. */
    @SuppressWarnings("NullAway")
    private Unloading refused() {
        return new Unloading(null, driver.module(), null, List.of(), null, AT_ONCE);
    }

    @Test
    void shouldHeadTheCertificateWithTheStepsOfTheActors() {
        SchedulerHandle scheduler = open("gfx");
        JobHandle hung = submitExternal(subsystem.openEntity(scheduler, "client"), 1);
        quiesce();

        UnloadCertificate certificate =
                get(subsystem.unload(driver, AT_ONCE.withDrainTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300))));

        assertFails(hung);
        List<UnloadCertificate.Step> steps = certificate.steps();
        assertThat(steps)
                .extracting(UnloadCertificate.Step::name)
                .as(certificate.render())
                .startsWith("jobs", "park", "going", "drain");
        assertThat(steps.get(0).problem()).isEqualTo("1 did not end in time");
        assertThat(steps.get(0).durationNs()).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(300));
        assertThat(steps.get(1).problem()).isNull();
        // The policy's time is one for both: it is up when the jobs did not end.
        assertThat(steps.get(3).problem()).isEqualTo("1 did not complete within 300.0 ms");
        long soFarNs = 0;
        for (UnloadCertificate.Step step : steps) {
            assertThat(step.startNs()).as(certificate.render()).isEqualTo(soFarNs);
            soFarNs += step.durationNs();
        }
        assertThat(certificate.tookNs()).isEqualTo(soFarNs);
    }

    @Test
    void shouldSayThatAnEngineHangs() {
        SchedulerHandle deaf = open("submit-deaf");
        JobHandle job = submitExternal(subsystem.openEntity(deaf, "client"), 1);
        eventually().until(() -> job.ranNs() != Long.MIN_VALUE);

        UnloadCertificate certificate = get(subsystem.unload(
                driver, AT_ONCE.withForce(true).withStepTimeoutNs(TimeUnit.MILLISECONDS.toNanos(100))));

        assertFails(job);
        assertThat(certificate.steps().get(1).problem())
                .as(certificate.render())
                .isEqualTo("1 hang in the driver and are passed over");
        hear();
    }

    @Test
    void shouldWaitForJobsThatTakeLongerThanAStepToEndAllTogether() {
        SchedulerHandle scheduler = open(SchedulerSpec.of(ring("gfx")).withCredits(1));
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        List<JobHandle> jobs =
                IntStream.range(0, 12).mapToObj(i -> submitExternal(entity, i)).toList();
        jobs.forEach(
                job -> job.finished().addCallback(FenceCallback.of(fence -> LockSupport.parkNanos(50 * MS)))); // slow
        quiesce();

        UnloadPolicy policy = AT_ONCE.withStepTimeoutNs(300 * MS);
        List<Boolean> ended = get(subsystem
                .unload(driver, policy)
                .thenApply(certificate ->
                        jobs.stream().map(job -> job.finished().isSignaled()).toList()));

        assertThat(ended).doesNotContain(false);
    }

    @Test
    void shouldCountTheJobsOfSchedulersThatAreGone() {
        SchedulerHandle first = open("gfx");
        JobHandle killed = submitExternal(subsystem.openEntity(first, "client"), 1);
        quiesce();
        Actors.kill(system(), driver.actor().path() + "/scheduler-1");
        assertFails(killed);
        eventually().until(() -> driver.schedulers().isEmpty());
        submitExternal(subsystem.openEntity(open("second"), "client"), 2);

        UnloadCertificate certificate = get(subsystem.unload(driver, AT_ONCE));

        UnloadCertificate.Jobs all = new UnloadCertificate.Jobs(2, 2);
        assertThat(certificate.jobs()).isEqualTo(all);
        eventually().until(() -> driver.ended().toCompletableFuture().isDone());
        assertThat(requireNonNull(driver.certificate()).jobs()).isEqualTo(all);
        assertThat(get(subsystem.unload(driver, AT_ONCE)).jobs()).isEqualTo(all);
    }

    @Test
    void shouldJoinAnUnloadingThatIsUnderWay() {
        SchedulerHandle scheduler = open("gfx");
        JobHandle running = submitExternal(subsystem.openEntity(scheduler, "client"), 1);
        quiesce();
        CompletionStage<UnloadCertificate> first =
                subsystem.unload(driver, UnloadPolicy.orderly().withDrainTimeoutNs(SOON.toNanos()));

        CompletionStage<UnloadCertificate> second = subsystem.unload(driver, AT_ONCE);
        completes(scheduler, 1);

        assertThat(get(second)).isEqualTo(get(first));
        assertEnds(running, FenceStatus.OK);
    }

    @Test
    void shouldTryAnewForWhomTheFirstUnloadingWasRefused() {
        SchedulerHandle scheduler = open(SchedulerSpec.of(new RingSpec("dev", "gfx", "kept", 64)));
        JobHandle running = submitExternal(subsystem.openEntity(scheduler, "client"), 1);
        quiesce();
        CompletionStage<UnloadCertificate> orderly = subsystem.unload(driver, AT_ONCE);
        CompletionStage<UnloadCertificate> forced = subsystem.unload(driver, AT_ONCE.withForce(true));

        assertThat(get(orderly).refused()).isTrue();
        assertThat(get(forced).refused()).isFalse();
        assertFails(running);
    }

    @Test
    void shouldOpenARingOnce() {
        open("gfx");

        assertThatThrownBy(() -> subsystem
                        .openScheduler(driver, SchedulerSpec.of(ring("gfx")))
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ring gfx");

        Actors.kill(system(), driver.actor().path() + "/scheduler-1");
        eventually().ignoreExceptions().until(() -> open("gfx") != null);
    }

    @Test
    void shouldLoadTheSameDriverAgain() {
        get(subsystem.unload(driver, AT_ONCE));

        DriverHandle again = load(subsystem);

        SchedulerHandle scheduler = get(subsystem.openScheduler(again, SchedulerSpec.of(ring("gfx"))));
        assertEnds(
                subsystem.submit(subsystem.openEntity(scheduler, "client"), JobSpec.of(RingJob.lasting(1, 0))),
                FenceStatus.OK);
    }

    @Test
    void shouldAnswerWithTheCertificateOfHowTheDriverEnded() {
        JobHandle running = submitExternal(subsystem.openEntity(open("gfx"), "client"), 1);
        Actors.kill(system(), driver.actor().path().toString());

        UnloadCertificate certificate = get(subsystem.unload(driver, AT_ONCE));

        assertFails(running);
        assertThat(certificate.refused()).isFalse();
        assertThat(certificate.steps().get(0).name()).isEqualTo("agents");
        assertThat(certificate.jobs()).isEqualTo(new UnloadCertificate.Jobs(1, 1));
        eventually().until(() -> driver.certificate() != null);
        assertThat(get(subsystem.unload(driver, AT_ONCE)).module()).isEqualTo(certificate.module());
    }

    @Test
    void shouldLoadNothingAfterShutdown() {
        get(subsystem.shutdown());

        assertThatThrownBy(() -> subsystem
                        .load(ScriptedJar.path(), ScriptedJar.DRIVER)
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shut down");
    }

    @Test
    void shouldSayThatADriverIsGone() {
        get(subsystem.unload(driver, AT_ONCE));

        assertThatThrownBy(() -> subsystem
                        .openScheduler(driver, SchedulerSpec.of(ring("gfx")))
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("scripted")
                .hasMessageContaining("load it again");
    }
}
