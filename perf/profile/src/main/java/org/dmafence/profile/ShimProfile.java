package org.dmafence.profile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;
import org.dmafence.actors.DriverHandle;
import org.dmafence.actors.EntityHandle;
import org.dmafence.actors.EntitySpec;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.actors.JobHandle;
import org.dmafence.actors.JobSpec;
import org.dmafence.actors.SchedulerHandle;
import org.dmafence.actors.SchedulerSpec;
import org.dmafence.actors.SubmitRefusedException;
import org.dmafence.departure.Certificate;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.Parking;
import org.dmafence.module.UnloadPolicy;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.sched.SchedulerPolicy;
import org.jspecify.annotations.Nullable;

/** One load on one loaded driver: warm-up, measured time, unloading. Used by one thread, once. */
public final class ShimProfile {
    static final String SENDER = "dmafence-profile-sender";
    static final String RECORDER = "dmafence-profile-recorder";
    private static final String SLEEPER = "dmafence-profile-sleeper";

    /**
     * What is to be done.
     *
     * @param load what is sent
     * @param seed what the load leaves to chance is drawn with it
     */
    public record Plan(Load load, long seed, SchedulerPolicy policy, long warmupNs, long durationNs) {}

    /**
     * What came of it.
     *
     * @param histograms by tag; see {@link Tracks}
     */
    public record Result(ProfileReport.Shim report, Map<String, Histogram> histograms) {}

    /** How a run is going. */
    public interface Watcher {
        /**
         * Called a few times in a second.
         *
         * @param measuringNs for how long it has been measured; negative in the warm-up
         * @param latest the last second that is over
         */
        void running(long measuringNs, Recorder.Second latest);

        /** Called once the load is over. */
        void unloading();
    }

    private static final long LEAD_NS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LOOK_NS = Recorder.GRACE_PERIODS_GAP_NS;
    private static final long HELD_UP_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final long JOIN_MS = 10_000;
    private static final long MANY_JOBS = 65_535;
    private static final long SLEEPERS_JOBS = Long.MIN_VALUE;

    private final FenceSubsystem subsystem;
    private final String shim;
    private final DriverHandle driver;
    private final String issuer;
    private final Plan plan;
    private final NanoClock clock;
    private final Parking parking;
    private final List<EntityHandle> entities = new ArrayList<>();
    private final Backlog backlog;
    private final Tracks tracks;

    /** Both ends of the measured time have been noted. */
    private final CountDownLatch over = new CountDownLatch(1);

    /** The sender's until it has ended. */
    private long jobs;

    /** Of those, the ones meant to be sent in the measured time; likewise. */
    private long accepted;

    /** For how long its full queue held up the sender in that time, for each client; likewise. */
    private final long[] heldUpNs;

    /**
     * A run on a driver that was loaded for it.
     *
     * @param shim what the driver is called in the report
     * @param issuer the ops table of its rings' fences
     */
    public ShimProfile(FenceSubsystem subsystem, String shim, DriverHandle driver, String issuer, Plan plan) {
        this.subsystem = subsystem;
        this.shim = shim;
        this.driver = driver;
        this.issuer = issuer;
        this.plan = plan;
        FenceRuntime runtime = subsystem.runtime();
        clock = runtime.clock();
        parking = runtime.parking();
        backlog = new Backlog(plan.load().perSecond());
        tracks = new Tracks(
                shim, plan.load().clients(), Sleeper.gapNs(plan.load().perSecond()));
        heldUpNs = new long[plan.load().clients().size()];
    }

    /**
     * Runs it.
     *
     * @param log what becomes of each second's intervals
     * @param stop asked a few times in a second whether to end early; what was measured is reported then
     * @param reported how many broken rules the subsystem has reported
     * @return nothing if it ended before anything was measured
     */
    public @Nullable Result run(Recorder.Log log, Watcher watcher, BooleanSupplier stop, LongSupplier reported) {
        List<SchedulerHandle> schedulers = open();
        long reportedBefore = reported.getAsLong();
        long fullBefore = HeapWatch.collect();
        long startNs = clock.nanoTime() + LEAD_NS;
        long fromNs = startNs + plan.warmupNs();
        long untilNs = fromNs + plan.durationNs();
        Recorder recorder = new Recorder(clock, parking, tracks, backlog, log, fromNs, untilNs);
        Sender sender = sender(recorder, startNs, fromNs, untilNs);
        Thread recording = thread(recorder, RECORDER);
        Thread sending = thread(sender, SENDER);
        Thread sleeping = thread(sleeper(schedulers.get(0), recorder, startNs), SLEEPER);
        Measured measured;
        long fullAfter;
        try (HeapWatch heap = HeapWatch.start(clock)) {
            measured = watch(recorder, sender, fromNs, untilNs, watcher, stop);
            over.countDown();
            end(sending);
            end(sleeping);
            watcher.unloading();
            drain();
            recorder.stop();
            join(recording);
            measured = measured.with(
                    accepted, Arrays.stream(heldUpNs).boxed().toList(), heap.between(fromNs, measured.untilNs()));
            fullAfter = HeapWatch.collect();
        }
        ProfileReport.Unload unload = unload();
        return measured.untilNs() <= fromNs
                ? null
                : new ShimSummary(plan, tracks, recorder, measured)
                        .result(
                                shim,
                                driver,
                                issuer,
                                new ShimSummary.Around(
                                        fullBefore, fullAfter, unload, reported.getAsLong() - reportedBefore));
    }

    // ---- before the load ----------------------------------------------------------------------------------------

    private List<SchedulerHandle> open() {
        List<SchedulerHandle> schedulers = new ArrayList<>();
        for (Load.Ring ring : plan.load().rings()) {
            int slots = Integer.highestOneBit(Math.max(1, ring.credits() * 2 - 1));
            SchedulerSpec spec = SchedulerSpec.of(new RingSpec(ring.device(), ring.name(), issuer, slots))
                    .withCredits(ring.credits())
                    .withPolicy(plan.policy())
                    .withMaxUnfinishedJobs(places(ring))
                    .withTimeout(plan.load().timeoutNs(), TimeUnit.NANOSECONDS);
            schedulers.add(join(subsystem.openScheduler(driver, spec)));
        }
        for (Load.Stream stream : plan.load().streams()) {
            EntitySpec spec = EntitySpec.of(plan.load().clients().get(stream.client()))
                    .withClientId(stream.client() + 1)
                    .withPriority(stream.priority())
                    .blocking();
            entities.add(subsystem.openEntity(schedulers.get(stream.ring()), spec));
        }
        return schedulers;
    }

    /**
     * Each place costs memory whether it is taken or not, and a trace may have thousands of rings; one is the
     * sleeper's.
     */
    private int places(Load.Ring ring) {
        long most = plan.load().mostJobs(ring, plan.warmupNs() + plan.durationNs());
        return most < MANY_JOBS ? (int) most + 1 : SchedulerSpec.AS_CONFIGURED;
    }

    private Sender sender(Recorder recorder, long startNs, long fromNs, long untilNs) {
        Load load = plan.load();
        Sender.Submitter submitter = (stream, intendedNs, lengthNs, ended) -> {
            int client = load.streams().get(stream).client();
            Consumer<Probe> next = ended == Sender.NOBODY
                    ? recorder
                    : probe -> {
                        recorder.accept(probe);
                        ended.run();
                    };
            Probe probe = new Probe(client, intendedNs, clock, next);
            JobSpec job = JobSpec.of(new RingJob(++jobs, lengthNs, null));
            JobHandle handle;
            try {
                handle = subsystem.submit(entities.get(stream), job);
            } catch (SubmitRefusedException e) {
                heldUp(client, Math.max(probe.sentNs, fromNs), clock.nanoTime());
                return false; // the run was ended while there was no room, or the ring has died
            }
            heldUp(client, Math.max(probe.sentNs, fromNs), handle.submittedNs());
            probe.follow(handle);
            accepted += recorder.counts(intendedNs) ? 1 : 0;
            return true;
        };
        return load.isClosed()
                ? new ClosedLoop(load.closed(), plan.seed(), submitter, backlog, clock, parking, startNs)
                : new OpenLoop(load.timetable().get(), submitter, backlog, clock, parking, startNs, untilNs);
    }

    /** What takes longer than any submission that has room. */
    private void heldUp(int client, long sinceNs, long untilNs) {
        heldUpNs[client] += untilNs - sinceNs >= HELD_UP_NS ? untilNs - sinceNs : 0;
    }

    private Sleeper sleeper(SchedulerHandle scheduler, Recorder recorder, long startNs) {
        EntityHandle entity =
                subsystem.openEntity(scheduler, EntitySpec.of(Tracks.SLEEPER).blocking());
        int client = plan.load().clients().size();
        return new Sleeper(
                number -> subsystem.submit(entity, JobSpec.of(RingJob.lasting(SLEEPERS_JOBS + number, 0))),
                client,
                recorder,
                clock,
                parking,
                startNs,
                plan.load().perSecond());
    }

    private Thread thread(Runnable body, String name) {
        Thread thread = new Thread(
                () -> {
                    boolean unused = TimerSlack.tighten();
                    body.run();
                    linger();
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** What a thread has used is known only while it lives. */
    private void linger() {
        for (boolean waiting = true; waiting; ) {
            try {
                over.await();
                waiting = false;
            } catch (InterruptedException e) {
                waiting = over.getCount() > 0;
            }
        }
    }

    // ---- while it goes on ---------------------------------------------------------------------------------------

    private Measured watch(
            Recorder recorder, Sender sender, long fromNs, long untilNs, Watcher watcher, BooleanSupplier stop) {
        RcuDomain rcu = subsystem.runtime().rcu();
        ThreadUsage before = ThreadUsage.now();
        long backlogBefore = 0;
        boolean measuring = false;
        long nowNs = clock.nanoTime();
        while (nowNs < untilNs && !stop.getAsBoolean()) {
            watcher.running(nowNs - fromNs, recorder.latest());
            parking.parkNanos(this, Math.min(LOOK_NS, (measuring ? untilNs : fromNs) - nowNs));
            nowNs = clock.nanoTime();
            if (!measuring && nowNs >= fromNs) {
                measuring = true;
                before = ThreadUsage.now();
                backlogBefore = backlog.jobs(nowNs);
            } else if (measuring) {
                rcu.synchronize();
                long endNs = clock.nanoTime();
                recorder.gracePeriod(endNs - nowNs);
                nowNs = endNs;
            }
        }
        sender.stop();
        long endNs = Math.min(clock.nanoTime(), untilNs);
        recorder.measureUntil(endNs);
        return new Measured(
                fromNs,
                endNs,
                before,
                ThreadUsage.now(),
                backlogBefore,
                backlog.jobs(endNs),
                backlog.unsent(endNs),
                0,
                List.of(),
                List.of());
    }

    // ---- after the load -----------------------------------------------------------------------------------------

    /** Interrupted, because it may sleep. */
    private static void end(Thread thread) {
        thread.interrupt();
        join(thread);
    }

    /** Jobs that hang end when the driver is unloaded. */
    private void drain() {
        try {
            long deadlineNs = clock.nanoTime() + DRAIN.toNanos();
            boolean quiet = subsystem.quiesce(DRAIN);
            while (quiet && backlog.unended() > 0 && clock.nanoTime() < deadlineNs) {
                parking.parkNanos(this, LOOK_NS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // unloading ends what has not ended
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        for (boolean waiting = true; waiting; ) {
            try {
                thread.join(JOIN_MS);
                waiting = false;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ProfileReport.Unload unload() {
        entities.clear();
        Certificate certificate = unload(UnloadPolicy.orderly());
        return new ProfileReport.Unload(certificate, certificate.refused() ? unload(UnloadPolicy.forced()) : null);
    }

    private Certificate unload(UnloadPolicy policy) {
        return Certificate.of(join(subsystem.unload(driver, policy)));
    }

    private static <T> T join(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
