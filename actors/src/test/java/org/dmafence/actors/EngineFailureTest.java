package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.module.DriverFailure;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers that throw, hang and lie take their own ring down at worst. */
final class EngineFailureTest extends SubsystemTest {
    private static final FenceStatus EIO = new FenceStatus(true, FenceError.EIO);

    @ParameterizedTest
    @ValueSource(strings = {"submit-throws", "submit-links"})
    void shouldFailJobsThatTheRingThrowsAtAndGoOn(String ring) {
        SchedulerHandle scheduler = open(ring);
        EntityHandle entity = subsystem.openEntity(scheduler, "client");

        for (int i = 1; i <= 3; i++) {
            assertEnds(submitExternal(entity, i), EIO);
        }

        awaitConserved(scheduler);
        assertThat(reports).hasSize(3).allSatisfy(report -> assertThat(report).contains("submit of job"));
        assertThat(get(scheduler.engine().complete(9, null)))
                .as("the engine lives")
                .isFalse();
    }

    @Test
    void shouldFinishAJobThatTheRingIsDoneWithAtOnce() {
        SchedulerHandle scheduler = open("submit-null");

        assertEnds(submitExternal(subsystem.openEntity(scheduler, "client"), 1), FenceStatus.OK);

        awaitConserved(scheduler);
    }

    @ParameterizedTest
    @ValueSource(strings = {"advance-throws", "advance-links"})
    void shouldKillARingWhoseAdvanceThrows(String ring) {
        SchedulerHandle scheduler = open(ring);
        SchedulerHandle other = open("gfx");
        EntityHandle entity = subsystem.openEntity(scheduler, "client");

        assertEnds(submitExternal(entity, 1), EIO);

        eventually()
                .untilAsserted(() -> assertThatThrownBy(() -> submitExternal(entity, 2))
                        .isInstanceOfSatisfying(
                                SubmitRefusedException.class,
                                refused -> assertThat(refused.reason()).isEqualTo(Reason.SCHEDULER_CLOSED)));
        assertEnds(
                subsystem.submit(subsystem.openEntity(other, "client"), JobSpec.of(RingJob.lasting(1, 0))),
                FenceStatus.OK);
        assertThat(scheduler.stats().submitted()).isEqualTo(scheduler.stats().ended());
    }

    @Test
    void shouldAnswerFalseWhenCompletingThrows() {
        SchedulerHandle scheduler = open("complete-throws");

        assertThat(get(scheduler.engine().complete(1, null))).isFalse();

        assertThat(reports).singleElement().asString().contains("complete of job 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kill-throws", "kill-lies"})
    void shouldEndJobsOfADyingEngineEvenIfItsRingDoesNot(String ring) {
        SchedulerHandle scheduler = open(ring);
        JobHandle job = submitExternal(subsystem.openEntity(scheduler, "client"), 1);
        awaitSignaled(job.scheduled());

        Actors.kill(system(), driver.actor().path() + "/engine-1");

        assertEnds(job, new FenceStatus(true, FenceError.ECANCELED));
        awaitConserved(scheduler);
    }

    @ParameterizedTest
    @ValueSource(strings = {"submit-hangs", "advance-hangs"})
    void shouldHoldUpNobodyElseWhenADriverHangs(String ring) {
        SchedulerHandle hanging = open(ring);
        JobHandle stuck = submitExternal(subsystem.openEntity(hanging, "client"), 1);
        eventually().until(() -> stuck.ranNs() != Long.MIN_VALUE);
        JobHandle behind = submitExternal(subsystem.openEntity(hanging, "client"), 2);
        SchedulerHandle other = open("gfx");
        assertEnds(
                subsystem.submit(subsystem.openEntity(other, "client"), JobSpec.of(RingJob.lasting(1, 0))),
                FenceStatus.OK);

        UnloadCertificate certificate = get(subsystem.unload(
                driver,
                UnloadPolicy.forced()
                        .withDrainTimeoutNs(0)
                        .withStepTimeoutNs(300_000_000)
                        .withIssuerDeath(FenceError.ENODEV)));

        assertFails(stuck);
        assertFails(behind);
        if (ring.equals("submit-hangs")) {
            assertThat(behind.finished().status().error())
                    .as("it never reached the ring")
                    .isEqualTo(FenceError.ENODEV);
        }
        assertThat(certificate.collected()).as(certificate.render()).isTrue();
    }

    @Test
    void shouldSayWhatADriverThrewWhenARingCanNotBeOpened() {
        assertThatThrownBy(() -> subsystem
                        .openScheduler(driver, SchedulerSpec.of(ring("open-throws")))
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(DriverFailure.class)
                .hasMessageContaining("openRing is broken");
    }

    @Test
    void shouldLoadNothingFromAJarThatIsNone() {
        assertThatThrownBy(() -> subsystem
                        .load(java.nio.file.Path.of("missing.jar"), "scripted")
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining("missing.jar");
    }
}
