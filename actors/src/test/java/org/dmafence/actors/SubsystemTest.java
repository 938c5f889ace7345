package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** A subsystem per test inside one actor system, with the scripted driver loaded. */
abstract class SubsystemTest {
    static final Duration SOON = Duration.ofSeconds(10);

    private static @Nullable ActorSystem<Void> hosting;

    final List<String> reports = new CopyOnWriteArrayList<>();
    final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(kind + ": " + message))
            .build();
    final FenceSubsystem subsystem = FenceSubsystem.create(system(), runtime);
    final DriverHandle driver = load(subsystem);

    /** Waits briefly and often: what these tests wait for comes within milliseconds. */
    static ConditionFactory eventually() {
        return await().atMost(SOON).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    @BeforeAll
    static void startSystem() {
        system();
    }

    static ActorSystem<Void> system() {
        if (hosting == null) {
            hosting = ActorSystem.create(Behaviors.empty(), "test");
        }
        return hosting;
    }

    static DriverHandle load(FenceSubsystem into) {
        return get(into.load(ScriptedJar.path(), ScriptedJar.DRIVER));
    }

    @AfterEach
    void shutDown() {
        get(subsystem.shutdown());
    }

    @AfterAll
    static void stopSystem() {
        if (hosting != null) {
            hosting.terminate();
            get(hosting.getWhenTerminated());
            hosting = null;
        }
    }

    static RingSpec ring(String name) {
        return new RingSpec("0000:00:01.0", name, "job", 64);
    }

    SchedulerHandle open(String ring) {
        return open(SchedulerSpec.of(ring(ring)));
    }

    SchedulerHandle open(SchedulerSpec spec) {
        return get(subsystem.openScheduler(driver, spec));
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static void awaitSignaled(DmaFence fence) {
        assertThat(fence.awaitUninterruptibly(SOON.toSeconds(), TimeUnit.SECONDS))
                .as("%s signals", fence)
                .isTrue();
    }

    static void assertEnds(JobHandle job, FenceStatus status) {
        awaitSignaled(job.finished());
        assertThat(job.finished().status()).as(job.toString()).isEqualTo(status);
        assertThat(job.scheduled().isSignaled()).as("scheduled of %s", job).isTrue();
    }

    static void assertSignals(JobHandle job) {
        awaitSignaled(job.finished());
    }

    static void assertFails(JobHandle job) {
        awaitSignaled(job.finished());
        assertThat(job.finished().status().isError())
                .as("%s ends with an error, not %s", job, job.finished().status())
                .isTrue();
    }

    static void awaitConserved(SchedulerHandle scheduler) {
        eventually()
                .untilAsserted(() -> assertThat(scheduler.stats().ended())
                        .as("%s", scheduler.stats())
                        .isEqualTo(scheduler.stats().submitted()));
    }

    /** A fence of somebody else's, with the end that signals it. */
    record ForeignFence(FenceContext issuer, DmaFence fence) {
        static ForeignFence of(FenceRuntime runtime) {
            FenceContext issuer = FenceContext.builder(runtime).name("foreign").build();
            FenceOps names = new FenceOps() {
                @Override
                protected String driverName(DmaFence fence) {
                    return "foreign";
                }

                @Override
                protected String timelineName(DmaFence fence) {
                    return "foreign";
                }
            };
            return new ForeignFence(issuer, issuer.newFence(names, 1));
        }

        void signal() {
            issuer.signal(fence);
        }
    }

    JobHandle submitExternal(EntityHandle entity, long id, DmaFence... dependencies) {
        JobSpec spec = JobSpec.of(RingJob.external(id));
        for (DmaFence dependency : dependencies) {
            spec = spec.after(dependency);
        }
        return subsystem.submit(entity, spec);
    }

    /** Drivers that can't be woken hear this, once and for all. */
    static void hear() {
        System.setProperty("scripted.test", Integer.toString(Integer.getInteger("scripted.test", 0) + 1));
    }

    void quiesce() {
        try {
            assertThat(subsystem.quiesce(SOON)).as("quiet in time").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    List<JobHandle> submit(EntityHandle entity, int count, long durationNs) {
        List<JobHandle> jobs = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            jobs.add(subsystem.submit(entity, JobSpec.of(new RingJob(i, durationNs, null))));
        }
        return jobs;
    }

    /** Has the hardware finish a job, once it has reached it. */
    static void completes(SchedulerHandle ring, long job) {
        eventually().until(() -> get(ring.engine().complete(job, null)));
    }
}
