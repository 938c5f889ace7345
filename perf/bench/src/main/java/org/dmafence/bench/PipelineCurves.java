package org.dmafence.bench;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dmafence.actors.DriverHandle;
import org.dmafence.actors.EntityHandle;
import org.dmafence.actors.EntitySpec;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.actors.JobSpec;
import org.dmafence.actors.SchedulerHandle;
import org.dmafence.actors.SchedulerSpec;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceRuntime;

/** The curves of the actors: CPU time of the process until all jobs have ended. Opening and closing is not counted. */
final class PipelineCurves {
    private static final int SLOTS = 64;
    private static final int JOBS_PER_RING = 32;
    private static final int JOBS_PER_CLIENT = 500;
    private static final int JOBS_PER_ENTITY = 2;
    private static final long PATIENCE_S = 60;
    private static final long PAUSE_NS = 50_000;

    private PipelineCurves() {}

    static Curve.Cost rings(Lineup lineup) throws Exception {
        ActorSystem<Void> system = system(lineup);
        UnloadContender.Driver driver = UnloadContender.Driver.in(lineup, SystemGroups.DRIVER);
        return size -> {
            try (Pipeline pipeline = new Pipeline(system, driver, size)) {
                List<EntityHandle> entities = new ArrayList<>();
                for (SchedulerHandle scheduler : pipeline.schedulers) {
                    entities.add(pipeline.open(scheduler));
                }
                return pipeline.cost(() -> pipeline.submit(entities, JOBS_PER_RING));
            }
        };
    }

    static Curve.Cost entities(Lineup lineup) throws Exception {
        ActorSystem<Void> system = system(lineup);
        UnloadContender.Driver driver = UnloadContender.Driver.in(lineup, SystemGroups.DRIVER);
        return size -> {
            try (Pipeline pipeline = new Pipeline(system, driver, 1)) {
                List<EntityHandle> entities = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    entities.add(pipeline.open(pipeline.schedulers.get(0)));
                }
                return pipeline.cost(() -> pipeline.submit(entities, JOBS_PER_ENTITY));
            }
        };
    }

    static Curve.Cost clients(Lineup lineup) throws Exception {
        ActorSystem<Void> system = system(lineup);
        UnloadContender.Driver driver = UnloadContender.Driver.in(lineup, SystemGroups.DRIVER);
        return size -> {
            try (Pipeline pipeline = new Pipeline(system, driver, 1)) {
                List<Thread> clients = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    List<EntityHandle> own = List.of(pipeline.open(pipeline.schedulers.get(0)));
                    Thread client = new Thread(() -> pipeline.submit(own, JOBS_PER_CLIENT), "bench-client-" + i);
                    client.setDaemon(true);
                    clients.add(client);
                }
                return pipeline.cost(() -> {
                    clients.forEach(Thread::start);
                    for (Thread client : clients) {
                        client.join();
                    }
                    return (long) size * JOBS_PER_CLIENT;
                });
            }
        };
    }

    private static ActorSystem<Void> system(Lineup lineup) {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "bench", ConfigFactory.load());
        lineup.atEnd(system::terminate);
        return system;
    }

    /** Submits, and says how many jobs. */
    private interface Load {
        long submit() throws InterruptedException;
    }

    /** A subsystem with so many rings, each with its scheduler. */
    private static final class Pipeline implements AutoCloseable {
        final List<SchedulerHandle> schedulers = new ArrayList<>();
        private final FenceSubsystem subsystem;

        Pipeline(ActorSystem<?> system, UnloadContender.Driver driver, int rings) throws Exception {
            subsystem = FenceSubsystem.create(system, FenceRuntime.builder().build());
            DriverHandle loaded = subsystem
                    .load(driver.jar(), driver.name())
                    .toCompletableFuture()
                    .get(PATIENCE_S, TimeUnit.SECONDS);
            String issuer = loaded.issuers().get(0).name();
            for (int i = 0; i < rings; i++) {
                RingSpec ring = new RingSpec("bench", "ring" + i, issuer, SLOTS);
                schedulers.add(subsystem
                        .openScheduler(loaded, SchedulerSpec.of(ring).withCredits(SLOTS / 2))
                        .toCompletableFuture()
                        .get(PATIENCE_S, TimeUnit.SECONDS));
            }
        }

        EntityHandle open(SchedulerHandle scheduler) {
            return subsystem.openEntity(scheduler, EntitySpec.of("bench").blocking());
        }

        /** The same number to each, in turn. */
        long submit(List<EntityHandle> entities, int jobs) {
            for (int i = 0; i < jobs; i++) {
                for (EntityHandle entity : entities) {
                    subsystem.submit(entity, JobSpec.of(RingJob.lasting(i, 0))).release();
                }
            }
            return (long) entities.size() * jobs;
        }

        double cost(Load load) throws InterruptedException {
            long start = ProcessClock.cpuNs();
            long jobs = load.submit();
            while (ended() < jobs) {
                LockSupport.parkNanos(PAUSE_NS);
            }
            return ProcessClock.cpuNs() - start;
        }

        private long ended() {
            return schedulers.stream()
                    .mapToLong(scheduler -> scheduler.stats().ended())
                    .sum();
        }

        @Override
        public void close() {
            subsystem.shutdown().toCompletableFuture().join();
        }
    }
}
