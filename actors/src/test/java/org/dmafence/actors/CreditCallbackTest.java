package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.module.UnloadPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client does in its credit callback concerns nobody else: it may hang, and submit. */
final class CreditCallbackTest {
    private static final int LIMIT = 8;

    /** How everything ends. */
    private enum End {
        UNLOAD,
        FORCED_UNLOAD,
        SHUTDOWN,
        TERMINATE
    }

    /** What runs the next time somebody looks at the runtime's clock. */
    private final AtomicReference<Runnable> atNextLook = new AtomicReference<>();

    private final List<String> reports = new ArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .clock(() -> {
                Runnable next = atNextLook.getAndSet(null);
                if (next != null) {
                    next.run();
                }
                return System.nanoTime();
            })
            .reporter((kind, message, cause) -> reports.add(kind + ": " + message))
            .build();
    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "credit");
    private final FenceSubsystem subsystem = FenceSubsystem.create(
            system, runtime, Settings.create(system.settings().config()).withMaxUnfinishedJobs(LIMIT));
    private final DriverHandle driver = SubsystemTest.load(subsystem);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void end() {
        goOn.countDown();
        system.terminate();
        SubsystemTest.get(system.getWhenTerminated());
    }

    private void hang() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private SchedulerHandle open(String ring, int credits) {
        return SubsystemTest.get(subsystem.openScheduler(
                driver, SchedulerSpec.of(SubsystemTest.ring(ring)).withCredits(credits)));
    }

    private List<JobHandle> fill(EntityHandle entity, int jobs) {
        List<JobHandle> all = new ArrayList<>();
        for (int i = 1; i <= jobs; i++) {
            all.add(subsystem.submit(entity, JobSpec.of(RingJob.external(i))));
        }
        return all;
    }

    private void assertRefused(EntityHandle entity) {
        assertThatThrownBy(() -> subsystem.submit(entity, JobSpec.of(RingJob.external(99))))
                .isInstanceOfSatisfying(
                        SubmitRefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(SubmitRefusedException.Reason.BACK_PRESSURE));
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void shouldEndEveryJobThoughTheCallbackHangs(End end) {
        CountDownLatch called = new CountDownLatch(1);
        SchedulerHandle gfx = open("gfx", 2);
        EntityHandle rude = subsystem.openEntity(gfx, EntitySpec.of("rude").callingBack(() -> {
            called.countDown();
            hang();
        }));
        List<JobHandle> jobs = fill(rude, LIMIT); // two on the hardware, six behind them
        assertRefused(rude);
        SubsystemTest.completes(gfx, 1);
        SubsystemTest.eventually().until(() -> called.getCount() == 0);

        switch (end) {
            case UNLOAD -> {
                for (int id = 2; id <= LIMIT; id++) {
                    SubsystemTest.completes(gfx, id);
                }
                assertThat(SubsystemTest.get(subsystem.unload(driver, UnloadPolicy.orderly()))
                                .refused())
                        .isFalse();
            }
            case FORCED_UNLOAD ->
                SubsystemTest.get(subsystem.unload(driver, UnloadPolicy.forced().withDrainTimeoutNs(0)));
            case SHUTDOWN -> SubsystemTest.get(subsystem.shutdown());
            case TERMINATE -> {
                system.terminate();
                SubsystemTest.get(system.getWhenTerminated());
            }
        }

        assertThat(jobs)
                .allSatisfy(job ->
                        assertThat(job.finished().isSignaled()).as("%s", job).isTrue());
        assertThat(goOn.getCount()).isOne();
    }

    /** One call at a time, whatever comes meanwhile. */
    @Test
    void shouldNotCallAgainWhileTheCallbackRuns() {
        AtomicInteger calls = new AtomicInteger();
        SchedulerHandle gfx = open("gfx", LIMIT);
        EntityHandle slow = subsystem.openEntity(gfx, EntitySpec.of("slow").callingBack(() -> {
            calls.incrementAndGet();
            hang();
        }));
        fill(slow, LIMIT);
        for (int id = 1; id <= 3; id++) {
            assertRefused(slow);
            SubsystemTest.completes(gfx, id);
            SubsystemTest.eventually().until(() -> calls.get() == 1);
            int next = LIMIT + id;
            SubsystemTest.eventually().until(() -> gfx.stats().ended() == next - LIMIT);
            subsystem.submit(slow, JobSpec.of(RingJob.external(next)));
        }
        assertThat(calls).hasValue(1);

        goOn.countDown();

        SubsystemTest.eventually().untilAsserted(() -> assertThat(calls).hasValue(2)); // one for all of them
    }

    /**
     * An entity with a choice takes a place with each scheduler and gives back the others. Whoever gets one of those
     * then may submit to that very entity, or sleep.
     */
    @ParameterizedTest
    @EnumSource(WhenFull.class)
    void shouldHoldNoLockOfAnEntityThatGivesPlacesBackWhileAnotherIsCalledBack(WhenFull policy) throws Exception {
        SchedulerHandle idle = open("gfx", LIMIT);
        SchedulerHandle busy = open("copy", LIMIT);
        fill(subsystem.openEntity(busy, "busy"), LIMIT - 1);
        EntityHandle choosy = subsystem.openEntity(List.of(idle, busy), EntitySpec.of("choosy"));
        CompletableFuture<Boolean> reentrant = new CompletableFuture<>();
        EntitySpec spec = EntitySpec.of("sleeper");
        EntityHandle sleeper = subsystem.openEntity(busy, policy == WhenFull.BLOCK ? spec.blocking() : spec);
        EntityHandle called = subsystem.openEntity(busy, EntitySpec.of("called").callingBack(() -> {
            Thread other = new Thread(
                    () -> {
                        try {
                            JobHandle unused = subsystem.submit(choosy, JobSpec.of(RingJob.external(200)));
                        } catch (SubmitRefusedException e) {
                            // the sleeper was faster
                        }
                        reentrant.complete(true);
                    },
                    "other");
            other.start();
            if (policy == WhenFull.BLOCK) {
                subsystem.submit(sleeper, JobSpec.of(RingJob.external(300))); // the place that was given back
                subsystem.submit(sleeper, JobSpec.of(RingJob.external(301))); // sleeps, as there is no other
            } else {
                hang();
            }
        }));
        atNextLook.set(null);

        Thread submitter = new Thread(
                () -> {
                    // Behind the places, under the entity's lock: the first thing is to look at the clock.
                    Thread self = Thread.currentThread();
                    atNextLook.set(new Runnable() {
                        @Override
                        public void run() {
                            if (Thread.currentThread() == self) {
                                assertRefused(called);
                            } else {
                                atNextLook.compareAndSet(null, this);
                            }
                        }
                    });
                    JobHandle unused = subsystem.submit(choosy, JobSpec.of(RingJob.external(100)));
                },
                "submitter");
        submitter.start();

        assertThat(SubsystemTest.get(reentrant)).isNotNull();
        goOn.countDown();
        SubsystemTest.completes(busy, 1);
        submitter.join(SubsystemTest.SOON.toMillis());
        assertThat(submitter.isAlive()).isFalse();
    }

    @Test
    void shouldGoOnWithTheJobsWhileTheCallbackHangs() {
        SchedulerHandle gfx = open("gfx", 2);
        EntityHandle rude = subsystem.openEntity(gfx, EntitySpec.of("rude").callingBack(this::hang));
        List<JobHandle> jobs = fill(rude, LIMIT);
        assertRefused(rude);
        for (int id = 1; id <= LIMIT; id++) {
            SubsystemTest.completes(gfx, id);
        }
        jobs.forEach(job -> SubsystemTest.assertEnds(job, FenceStatus.OK));
    }
}
