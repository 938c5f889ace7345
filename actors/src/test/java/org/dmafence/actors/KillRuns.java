package org.dmafence.actors;

import akka.actor.typed.ActorSystem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Random runs for the kill matrix: brings a job to a step of its life, with other jobs around it, has somebody die, and
 * looks at every fence. What survives is used again: the ring goes on.
 */
final class KillRuns implements AutoCloseable {
    private static final String GO = "scripted.go";
    private static final int OTHERS = 3;
    private static final int CROWD = 8;

    private final ActorSystem<?> system;
    private final FenceRuntime runtime =
            FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();
    private final FenceSubsystem subsystem;
    private final KillMatrix matrix = new KillMatrix();

    /** Of the driver that is loaded, by ring; until they die. */
    private final Map<String, Lane> lanes = new HashMap<>();

    private @Nullable DriverHandle driver;
    private int opened;
    private long lastId;

    /** A scheduler, and the number of its actors. */
    private record Lane(SchedulerHandle scheduler, int number) {}

    private record Tracked(JobHandle job, DmaFence fence, AtomicInteger signals) {}

    /** One run's jobs. */
    private final List<Tracked> tracked = new ArrayList<>();

    private SubsystemTest.@Nullable ForeignFence foreign;

    private static final List<KillStep> STEPS = List.of(KillStep.values());

    /** Those that can die alone; the guardian and the system take all others with them. */
    private static final List<KillParty> PARTIES = List.copyOf(EnumSet.range(KillParty.ENTITY, KillParty.DRIVER));

    KillRuns(ActorSystem<?> system) {
        this.system = system;
        subsystem = FenceSubsystem.create(system, runtime);
    }

    KillMatrix matrix() {
        return matrix;
    }

    @Override
    public void close() {
        System.setProperty(GO, "true");
        SubsystemTest.get(subsystem.shutdown());
        System.clearProperty(GO);
    }

    void run(long seed) {
        Random random = new Random(new SplittableRandom(seed).nextLong()); // neighbouring seeds alone give similar runs
        KillStep step = STEPS.get(random.nextInt(STEPS.size()));
        KillParty party = PARTIES.get(random.nextInt(PARTIES.size()));
        tracked.clear();
        foreign = null;
        System.clearProperty(GO);
        String ring = ring(step);
        Lane lane = lanes.get(ring);
        if (lane == null) {
            lane = open(ring);
            lanes.put(ring, lane);
        }
        EntityHandle entity = subsystem.openEntity(lane.scheduler, "victim");
        EntityHandle bystander = subsystem.openEntity(lane.scheduler, "bystander");
        Tracked victim = null;
        if (step == KillStep.SUBMITTING && random.nextBoolean()) {
            kill(party, lane, entity, random);
            pause(random);
            victim = trySubmit(entity);
        } else {
            victim = bringTo(step, lane, entity, bystander, random);
            pause(random);
            kill(party, lane, entity, random);
        }
        if (party == KillParty.CLIENT) {
            tracked.forEach(one -> one.job.release());
        }
        if (!party.takesTheSchedulerAlong() || party == KillParty.ENGINE) {
            System.setProperty(GO, "true");
        }
        if (!party.takesTheSchedulerAlong()) {
            letGoOn(step, lane);
        }
        look(step, party, victim, lane);
        tracked.forEach(one -> {
            one.job.release();
            one.fence.release();
        });
        if (party.takesTheSchedulerAlong()) {
            System.setProperty(GO, "true");
            lanes.remove(ring);
        }
        DriverHandle gone = driver;
        if (party == KillParty.DRIVER && gone != null) {
            lanes.clear();
            UnloadCertificate unused = SubsystemTest.get(gone.ended());
            driver = null;
        }
        matrix.run();
    }

    private static String ring(KillStep step) {
        return switch (step) {
            case QUEUED -> "one-credit";
            case CROWDED -> "two-credits";
            case SCHEDULED, IN_SUBMIT -> "submit-waits";
            case TIMING_OUT -> "hurried";
            default -> "gfx";
        };
    }

    private Lane open(String ring) {
        DriverHandle loaded = driver;
        if (loaded == null) {
            loaded = SubsystemTest.load(subsystem);
            driver = loaded;
            opened = 0;
        }
        SchedulerSpec spec = SchedulerSpec.of(new RingSpec("device " + opened, ring, "job", 64));
        if (ring.equals("one-credit")) {
            spec = spec.withCredits(1);
        } else if (ring.equals("two-credits")) {
            spec = spec.withCredits(2);
        } else if (ring.equals("hurried")) {
            spec = spec.withTimeout(1, TimeUnit.MILLISECONDS);
        }
        return new Lane(SubsystemTest.get(subsystem.openScheduler(loaded, spec)), ++opened);
    }

    // ---- a job's way -----------------------------------------------------------------------------------------------

    private Tracked bringTo(KillStep step, Lane lane, EntityHandle entity, EntityHandle bystander, Random random) {
        if (step == KillStep.CROWDED) {
            return crowd(entity, bystander, random);
        }
        boolean blocked = step == KillStep.QUEUED || step == KillStep.SCHEDULED;
        if (blocked) {
            Tracked first = submit(bystander, JobSpec.of(RingJob.external(++lastId)));
            if (step == KillStep.QUEUED) {
                SubsystemTest.awaitSignaled(first.job.scheduled());
            } else {
                SubsystemTest.eventually().until(() -> first.job.ranNs() != Long.MIN_VALUE);
            }
        }
        JobSpec spec = JobSpec.of(
                step == KillStep.TIMING_OUT ? new RingJob(++lastId, RingJob.HANG, null) : RingJob.external(++lastId));
        if (step == KillStep.WAITING) {
            foreign = SubsystemTest.ForeignFence.of(runtime);
            spec = spec.after(foreign.fence());
        }
        Tracked victim = submit(entity, spec);
        for (int i = random.nextInt(OTHERS + 1); i > 0; i--) {
            JobSpec other = JobSpec.of(RingJob.external(++lastId));
            if (random.nextBoolean()) {
                other = other.after(random.nextBoolean() ? victim.job.finished() : victim.job.scheduled());
            }
            Tracked unused = submit(random.nextBoolean() ? entity : bystander, other);
        }
        switch (step) {
            case IN_SUBMIT -> SubsystemTest.eventually().until(() -> victim.job.ranNs() != Long.MIN_VALUE);
            case RUNNING, TIMING_OUT -> SubsystemTest.awaitSignaled(victim.job.scheduled());
            case COMPLETING -> {
                SubsystemTest.awaitSignaled(victim.job.scheduled());
                CompletionStage<Boolean> unused = lane.scheduler.engine().complete(victim.job.id(), null);
            }
            default -> {} // it is where it is
        }
        return victim;
    }

    /** Answers the last of many jobs that hang; what is known of them from now on is `finished` alone. */
    private Tracked crowd(EntityHandle entity, EntityHandle bystander, Random random) {
        for (int i = 1; i < CROWD; i++) {
            EntityHandle whose = random.nextBoolean() ? entity : bystander;
            Tracked unused = submit(whose, JobSpec.of(new RingJob(++lastId, RingJob.HANG, null)));
        }
        Tracked last = submit(entity, JobSpec.of(new RingJob(++lastId, RingJob.HANG, null)));
        SubsystemTest.awaitSignaled(tracked.get(random.nextInt(2)).job.scheduled());
        tracked.forEach(one -> one.job.release());
        return last;
    }

    private @Nullable Tracked trySubmit(EntityHandle entity) {
        try {
            return submit(entity, JobSpec.of(RingJob.external(++lastId)));
        } catch (SubmitRefusedException e) {
            return null;
        }
    }

    private Tracked submit(EntityHandle entity, JobSpec spec) {
        JobHandle job = subsystem.submit(entity, spec);
        AtomicInteger signals = new AtomicInteger();
        DmaFence finished = job.finished().retain();
        if (!finished.addCallback(FenceCallback.of(f -> signals.incrementAndGet()))) {
            signals.incrementAndGet();
        }
        Tracked one = new Tracked(job, finished, signals);
        tracked.add(one);
        return one;
    }

    private static void pause(Random random) {
        long untilNs = System.nanoTime() + random.nextInt(50_000);
        while (random.nextInt(4) != 0 && System.nanoTime() < untilNs) {
            Thread.onSpinWait();
        }
    }

    // ---- and its end -----------------------------------------------------------------------------------------------

    private void kill(KillParty party, Lane lane, EntityHandle entity, Random random) {
        DriverHandle loaded = Objects.requireNonNull(driver);
        String path = loaded.actor().path().toStringWithoutAddress();
        switch (party) {
            case ENTITY -> {
                if (random.nextBoolean()) {
                    entity.kill();
                } else {
                    CompletionStage<Boolean> unused = entity.fini();
                }
            }
            case CLIENT -> {
                CompletionStage<Boolean> unused = entity.clientDied();
            }
            case SCHEDULER -> Actors.kill(system, path + "/scheduler-" + lane.number);
            case ENGINE -> Actors.kill(system, path + "/engine-" + lane.number);
            case DRIVER -> {
                if (random.nextBoolean()) {
                    Actors.kill(system, path);
                } else {
                    CompletionStage<UnloadCertificate> unused = subsystem.unload(
                            loaded,
                            UnloadPolicy.forced()
                                    .withDrainTimeoutNs(random.nextInt(2) * 2_000_000L)
                                    .withStepTimeoutNs(20_000_000)
                                    .withCollectTimeoutNs(0)
                                    .withIssuerDeath(FenceError.ENODEV));
                }
            }
            default -> throw new IllegalArgumentException(party + " is not in the matrix");
        }
    }

    /** The scheduler lives: what is on its ring is completed, until nothing is left. */
    private void letGoOn(KillStep step, Lane lane) {
        if (step == KillStep.TIMING_OUT) {
            SubsystemTest.awaitSignaled(tracked.get(0).fence); // the victim's, ended by the time-out
        }
        SubsystemTest.ForeignFence waitedFor = foreign;
        if (waitedFor != null) {
            waitedFor.signal();
        }
        SubsystemTest.eventually().until(() -> {
            for (Tracked one : tracked) {
                if (!one.fence.isSignaled()) {
                    CompletionStage<Boolean> unused = lane.scheduler.engine().complete(one.job.id(), null);
                }
            }
            return subsystem.quiesce(SubsystemTest.SOON) && tracked.stream().allMatch(one -> one.fence.isSignaled());
        });
    }

    private void look(KillStep step, KillParty party, @Nullable Tracked victim, Lane lane) {
        for (Tracked one : tracked) {
            boolean signaled = one.fence.awaitUninterruptibly(SubsystemTest.SOON.toSeconds(), TimeUnit.SECONDS);
            long patienceNs = System.nanoTime() + SubsystemTest.SOON.toNanos();
            while (signaled && one.signals.get() == 0 && System.nanoTime() < patienceNs) {
                Thread.onSpinWait(); // the callback is just running
            }
            matrix.fence(signaled, one.signals.get());
        }
        matrix.ended(step, party, victim == null ? "refused" : end(victim.fence.status()));
        long patienceNs = System.nanoTime() + SubsystemTest.SOON.toNanos();
        while (left(lane) != 0 && System.nanoTime() < patienceNs) {
            Thread.onSpinWait();
        }
        matrix.lost(left(lane));
    }

    private static String end(FenceStatus status) {
        FenceError error = status.error();
        return !status.signaled() ? "HUNG" : error == null ? "ok" : error.toString();
    }

    private static long left(Lane lane) {
        SchedulerStats stats = lane.scheduler.stats();
        return stats.submitted() - stats.ended();
    }
}
