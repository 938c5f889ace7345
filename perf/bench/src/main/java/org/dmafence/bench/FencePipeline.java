package org.dmafence.bench;

import akka.actor.typed.ActorSystem;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dmafence.actors.EntityHandle;
import org.dmafence.actors.EntitySpec;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.actors.JobSpec;
import org.dmafence.actors.SchedulerHandle;
import org.dmafence.actors.SchedulerSpec;
import org.dmafence.actors.Settings;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceRuntime;

/** The subsystem as a client uses it: submit, drop the handle, sleep when there is no room. */
final class FencePipeline implements PipelineBenchmark.Variant {
    private static final int SLOTS = 4096;

    private final String name;
    private final FenceSubsystem subsystem;
    private final SchedulerHandle scheduler;
    private final EntityHandle entity;

    FencePipeline(ActorSystem<?> system, String name, Path jar, String driver, String issuer) throws Exception {
        this.name = name;
        Settings defaults = Settings.create(system.settings().config());
        subsystem = FenceSubsystem.create(
                system, FenceRuntime.builder().build(), defaults.withMaxUnfinishedJobs(PipelineBenchmark.IN_FLIGHT));
        scheduler = subsystem
                .load(jar, driver)
                .thenCompose(loaded -> subsystem.openScheduler(
                        loaded,
                        SchedulerSpec.of(new RingSpec("bench", "gfx", issuer, SLOTS))
                                .withCredits(SLOTS / 2)))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        entity = subsystem.openEntity(scheduler, EntitySpec.of("bench").blocking());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(int jobs) {
        long until = scheduler.stats().submitted() + jobs;
        for (int i = 0; i < jobs; i++) {
            subsystem.submit(entity, JobSpec.of(RingJob.lasting(i, 0))).release();
        }
        while (scheduler.stats().ended() < until) {
            LockSupport.parkNanos(50_000);
        }
    }

    @Override
    public void close() {
        System.out.println(name + ": " + scheduler.stats());
        subsystem.shutdown().toCompletableFuture().join();
    }
}
