package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Law 1: whoever dies, and whatever a job is doing then, its fences signal, once, and with an error if it was not
 * through. Each case is brought about exactly; {@link KillMatrixTest} does it at random, over and over.
 */
final class KillAtEveryStepTest {
    private static final String GO = "scripted.go";

    private static final ActorSystem<Void> SHARED = ActorSystem.create(Behaviors.empty(), "killed");

    private final FenceRuntime runtime =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();
    private ActorSystem<Void> system = SHARED;
    private FenceSubsystem subsystem = FenceSubsystem.create(system, runtime);
    private DriverHandle driver = SubsystemTest.load(subsystem);
    private final CountDownLatch callbackGoesOn = new CountDownLatch(1);
    private final CountDownLatch inCallback = new CountDownLatch(1);
    private final List<JobHandle> jobs = new ArrayList<>();
    private final List<AtomicInteger> signals = new ArrayList<>();

    static Stream<Arguments> cases() {
        return Stream.of(KillStep.QUEUED, KillStep.WAITING, KillStep.SCHEDULED, KillStep.RUNNING, KillStep.COMPLETING)
                .flatMap(step -> Stream.of(KillParty.values())
                        .filter(KillParty::takesTheSchedulerAlong)
                        .map(party -> Arguments.of(step, party)));
    }

    @AfterEach
    void terminate() {
        goOn();
        SubsystemTest.get(subsystem.shutdown());
        System.clearProperty(GO);
        if (system != SHARED) {
            system.terminate();
            SubsystemTest.get(system.getWhenTerminated());
        }
    }

    @AfterAll
    static void terminateShared() {
        SHARED.terminate();
        SubsystemTest.get(SHARED.getWhenTerminated());
    }

    private void useSystemOfItsOwn() {
        SubsystemTest.get(subsystem.shutdown());
        system = ActorSystem.create(Behaviors.empty(), "terminated");
        subsystem = FenceSubsystem.create(system, runtime);
        driver = SubsystemTest.load(subsystem);
    }

    @ParameterizedTest(name = "{0} when {1} dies")
    @MethodSource("cases")
    void shouldSignalEveryFenceOnce(KillStep step, KillParty party) {
        if (party == KillParty.SYSTEM) {
            useSystemOfItsOwn();
        }
        SchedulerHandle scheduler = SubsystemTest.get(subsystem.openScheduler(driver, spec(step)));
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        bringTo(step, scheduler, entity);

        kill(party);
        if (party == KillParty.ENGINE) {
            goOn();
        }

        jobs.forEach(SubsystemTest::assertSignals);
        goOn();
        List<JobHandle> unfinished = step == KillStep.COMPLETING ? jobs.subList(1, jobs.size()) : jobs;
        unfinished.forEach(SubsystemTest::assertFails);
        SubsystemTest.eventually()
                .untilAsserted(() -> assertThat(signals)
                        .allSatisfy(count -> assertThat(count.get()).isEqualTo(1)));
        SubsystemTest.awaitConserved(scheduler);
    }

    private static SchedulerSpec spec(KillStep step) {
        SchedulerSpec spec = SchedulerSpec.of(SubsystemTest.ring(step == KillStep.SCHEDULED ? "submit-waits" : "gfx"));
        return step == KillStep.QUEUED ? spec.withCredits(1) : spec;
    }

    private void bringTo(KillStep step, SchedulerHandle scheduler, EntityHandle entity) {
        switch (step) {
            case QUEUED -> {
                submit(entity, 1);
                SubsystemTest.awaitSignaled(jobs.get(0).scheduled());
                submit(entity, 2);
                submit(entity, 3);
            }
            case WAITING -> {
                SubsystemTest.ForeignFence never = SubsystemTest.ForeignFence.of(runtime);
                track(subsystem.submit(entity, JobSpec.of(RingJob.external(1)).after(never.fence())));
                submit(entity, 2);
            }
            case SCHEDULED -> {
                submit(entity, 1);
                SubsystemTest.eventually().until(() -> jobs.get(0).ranNs() != Long.MIN_VALUE);
                submit(entity, 2);
                submit(entity, 3);
            }
            case RUNNING -> {
                submit(entity, 1);
                submit(entity, 2);
                SubsystemTest.awaitSignaled(jobs.get(1).scheduled());
            }
            case COMPLETING -> {
                submit(entity, 1);
                submit(entity, 2);
                SubsystemTest.awaitSignaled(jobs.get(1).scheduled());
                assertThat(jobs.get(0).finished().addCallback(FenceCallback.of(f -> holdUp())))
                        .isTrue();
                scheduler.engine().complete(1, null);
                awaitCallback();
            }
            default -> throw new IllegalArgumentException(step + " is the matrix' part");
        }
    }

    private void submit(EntityHandle entity, long id) {
        track(subsystem.submit(entity, JobSpec.of(RingJob.external(id))));
    }

    private void track(JobHandle job) {
        AtomicInteger count = new AtomicInteger();
        assertThat(job.finished().addCallback(FenceCallback.of(f -> count.incrementAndGet())))
                .isTrue();
        jobs.add(job);
        signals.add(count);
    }

    private void kill(KillParty party) {
        String path = driver.actor().path().toStringWithoutAddress();
        switch (party) {
            case ENGINE -> Actors.kill(system, path + "/engine-1");
            case SCHEDULER -> Actors.kill(system, path + "/scheduler-1");
            case DRIVER -> Actors.kill(system, path);
            case GUARDIAN -> Actors.kill(system, path.substring(0, path.lastIndexOf('/')));
            case SYSTEM -> system.terminate();
            default -> throw new IllegalArgumentException(party + " is the matrix' part");
        }
    }

    private void goOn() {
        System.setProperty(GO, "true");
        callbackGoesOn.countDown();
    }

    private void holdUp() {
        inCallback.countDown();
        boolean interrupted = false;
        for (boolean waiting = true; waiting; ) {
            try {
                waiting = !callbackGoesOn.await(SubsystemTest.SOON.toSeconds(), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitCallback() {
        try {
            assertThat(inCallback.await(SubsystemTest.SOON.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
