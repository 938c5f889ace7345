package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.dmafence.actors.DriverHandle;
import org.dmafence.actors.EntityHandle;
import org.dmafence.actors.EntitySpec;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.actors.JobHandle;
import org.dmafence.actors.JobSpec;
import org.dmafence.actors.SchedulerHandle;
import org.dmafence.actors.SchedulerSpec;
import org.dmafence.actors.SubmitRefusedException;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.module.UnloadPolicy;
import org.dmafence.sched.GuiltyFlag;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerPriority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The snippets of the scheduler's page, run one after the other on the real driver jar. */
class SchedulerSnippetIT {
    private static final Path JAR = Path.of("target/drivers/dmafence-amdgpu-shim.jar");

    private final ActorSystem<Void> system = ActorSystem.create(
            FenceSubsystem.behavior(),
            "fences",
            ConfigFactory.parseString("dmafence.scheduler.max-unfinished-jobs = 4")
                    .withFallback(ConfigFactory.load()));

    private final FenceSubsystem fences = FenceSubsystem.get(system);
    private final DriverHandle driver = join(fences.load(JAR, "amdgpu-independent"));

    private RingSpec ring(String name) {
        return new RingSpec("0000:04:00.0", name, driver.issuers().get(0).name(), 16);
    }

    @AfterEach
    void end() {
        assertThat(join(fences.unload(driver, UnloadPolicy.orderly())).collected())
                .isTrue();
        system.terminate();
        join(system.getWhenTerminated());
    }

    @Test
    void shouldDoWhatThePageSays() throws InterruptedException {
        RingSpec ring = ring("gfx");
        SchedulerSpec spec = SchedulerSpec.of(ring)
                .withPolicy(SchedulerPolicy.FAIR)
                .withCredits(8) // of the ring's 16 slots
                .withTimeout(100, TimeUnit.MILLISECONDS); // then the ring counts as hung
        SchedulerHandle scheduler = join(fences.openScheduler(driver, spec));

        feed(scheduler);
        hang(scheduler);
        choose(scheduler, join(fences.openScheduler(driver, SchedulerSpec.of(ring("compute")))));
    }

    private void feed(SchedulerHandle scheduler) throws InterruptedException {
        Semaphore room = new Semaphore(0);
        EntityHandle feeder =
                fences.openEntity(scheduler, EntitySpec.of("feeder").callingBack(room::release));
        for (long id = 1; id <= 100; id++) {
            JobHandle taken = null;
            while (taken == null) {
                try {
                    taken = fences.submit(feeder, JobSpec.of(RingJob.lasting(id, 1_000)));
                } catch (SubmitRefusedException e) {
                    room.acquire(); // this thread may sleep; an actor would send itself a message in the callback
                }
            }
        }
        assertThat(scheduler.stats().submitted()).isEqualTo(100);
    }

    private void hang(SchedulerHandle scheduler) throws InterruptedException {
        assertThat(fences.quiesce(Duration.ofSeconds(5))).isTrue();
        GuiltyFlag guilty = new GuiltyFlag(); // one for all entities of the client
        EntityHandle shaders =
                fences.openEntity(scheduler, EntitySpec.of("shaders").withGuilty(guilty));
        JobHandle hung = fences.submit(shaders, JobSpec.of(new RingJob(200, RingJob.HANG, null)));
        hung.finished().await();

        System.out.println(hung.finished().status()); // -ETIME: not lost, not pending
        System.out.println(guilty.isGuilty()); // its next jobs end with -ECANCELED and never reach the ring

        assertThat(hung.finished().status().error()).isEqualTo(FenceError.ETIME);
        assertThat(guilty.isGuilty()).isTrue();
        JobHandle next = fences.submit(shaders, JobSpec.of(RingJob.lasting(201, 0)));
        next.finished().await();
        assertThat(next.finished().status().error()).isEqualTo(FenceError.ECANCELED);
    }

    private void choose(SchedulerHandle scheduler, SchedulerHandle second) throws InterruptedException {
        EntityHandle either = fences.openEntity(
                List.of(scheduler, second), EntitySpec.of("either").blocking());
        JobHandle job = fences.submit(either, JobSpec.of(RingJob.lasting(300, 1_000)));
        job.finished().await();
        assertThat(job.finished().status()).isEqualTo(FenceStatus.OK);

        SchedulerPriority now = join(either.setPriority(SchedulerPriority.HIGH)); // also for what is queued
        boolean handedOut = join(either.flush(Duration.ofSeconds(1))); // is the queue empty in time?
        boolean inTime = join(either.destroy(Duration.ofSeconds(1))); // flush, then the end for good

        assertThat(now).isEqualTo(SchedulerPriority.HIGH);
        assertThat(handedOut && inTime).isTrue();
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
