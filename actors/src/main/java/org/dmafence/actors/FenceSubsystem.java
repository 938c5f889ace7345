package org.dmafence.actors;

import akka.Done;
import akka.actor.Cancellable;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.javadsl.Behaviors;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.actors.inbox.Quiescence;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.dmafence.rcu.RcuSettings;
import org.dmafence.trace.FlightRecording;
import org.dmafence.trace.RecordingLimits;
import org.slf4j.Logger;

/**
 * The fence subsystem inside an actor system: load drivers, submit jobs, wait for their fences, unload the drivers.
 *
 * <p>{@code FenceSubsystem.get(system)} brings it up in any actor system; {@link #behavior()} is a guardian for one
 * that hosts nothing else. Every method may be called from any thread, and none waits but {@link #quiesce}. Stages
 * complete on the actor system's threads and fail with what the description says; anything else they fail with is a
 * time-out.
 */
public final class FenceSubsystem implements Extension {
    private static final AtomicLong SUBSYSTEMS = new AtomicLong();

    /** Many times a driver's call: loading makes a few of them one after the other. */
    private static final int CALLS_PER_LOAD = 8;

    /** Less than the phases of a coordinated shutdown may take. */
    private static final Duration SHUTDOWN_STEP = Duration.ofSeconds(1);

    private static final Duration MARGIN = Duration.ofSeconds(10);

    private final FenceHost host;
    private final ActorRef<GuardianActor.Command> guardian;
    private final Cancellable onTermination;
    private final CompletionStage<Done> ended;
    private final CompletableFuture<List<UnloadCertificate>> stopped = new CompletableFuture<>();
    private final List<DriverHandle> drivers = new CopyOnWriteArrayList<>();
    private final List<FlightRecording> recordings = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stopping = new AtomicBoolean();

    private FenceSubsystem(ActorSystem<?> system, FenceRuntime runtime, Settings settings) {
        HardwareClock clock = new HardwareClock(runtime.clock());
        AgentThreads schedulers = new AgentThreads("dmafence-scheduler", clock, settings.schedulerThreads());
        host = new FenceHost(runtime, settings, new Quiescence(), clock, schedulers, new ClientThreads(clock));
        Modules modules = Modules.create(
                runtime,
                ModuleSettings.defaults()
                        .withCallTimeoutNs(settings.callTimeout().toNanos())
                        .withTrackSites(settings.trackSites()));
        CompletableFuture<Done> guardianEnded = new CompletableFuture<>();
        ended = guardianEnded;
        String name = "dmafence-" + SUBSYSTEMS.incrementAndGet();
        guardian = system.systemActorOf(
                GuardianActor.create(host, modules, drivers, guardianEnded),
                name,
                DispatcherSelector.fromConfig(Settings.DISPATCHER));
        onTermination = CoordinatedShutdown.get(system)
                .addCancellableTask(
                        CoordinatedShutdown.PhaseServiceStop(),
                        name,
                        () -> shutdown().thenApply(certificates -> Done.getInstance()));
    }

    /**
     * The subsystem of an actor system. The first call brings it up. Its fences are of {@link FenceRuntime#system()}.
     */
    public static FenceSubsystem get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /**
     * One more subsystem in an actor system, with drivers and fences of its own.
     *
     * @param runtime of its fences; a runtime with a clock moved by hand makes a run repeatable
     */
    public static FenceSubsystem create(ActorSystem<?> system, FenceRuntime runtime) {
        return create(system, runtime, Settings.create(system.settings().config()));
    }

    /** As {@link #create(ActorSystem, FenceRuntime)}, with settings other than the actor system's. */
    public static FenceSubsystem create(ActorSystem<?> system, FenceRuntime runtime, Settings settings) {
        return new FenceSubsystem(system, runtime, settings);
    }

    /** The guardian of an actor system that hosts the subsystem and nothing else. */
    public static Behavior<Void> behavior() {
        return Behaviors.setup(context -> {
            get(context.getSystem());
            return Behaviors.empty();
        });
    }

    /**
     * Reports to the actor system's log, where the host's own lines go: for the runtime that is given to
     * {@link #create}. The runtime of {@link #get} reports to the platform's logger {@code org.dmafence.fence}.
     */
    public static FenceReporter reporter(ActorSystem<?> system) {
        Logger log = system.log();
        return FenceReporter.limited((kind, message, cause) -> log.warn("{}: {}", kind, message));
    }

    /** What its actors share. */
    FenceHost host() {
        return host;
    }

    /** The runtime of its fences. */
    public FenceRuntime runtime() {
        return host.runtime();
    }

    /** The settings that it was brought up with. */
    public Settings settings() {
        return host.settings();
    }

    /**
     * The drivers that are loaded now, the oldest first. A driver that is being unloaded is among them until it is
     * gone.
     */
    public List<DriverHandle> drivers() {
        return List.copyOf(drivers);
    }

    /** The schedulers that are open now, of all drivers. */
    public List<SchedulerHandle> schedulers() {
        return drivers.stream().flatMap(driver -> driver.schedulers().stream()).toList();
    }

    /**
     * Loads a driver from a jar and starts it.
     *
     * @return fails with a {@link org.dmafence.module.ModuleException} that names the jar, the reason and the remedy
     */
    public CompletionStage<DriverHandle> load(Path jar, String driver) {
        CompletableFuture<DriverHandle> reply = new CompletableFuture<>();
        guardian.tell(new GuardianActor.Load(jar, driver, reply));
        Replies.refuseAfter(
                ended,
                reply,
                () -> new IllegalStateException("no driver " + driver + " can be loaded from " + jar
                        + ": the subsystem was shut down; bring up another"));
        return Replies.within(
                host.clock(),
                reply,
                host.settings().callTimeout().multipliedBy(CALLS_PER_LOAD).plus(MARGIN),
                "loading " + driver);
    }

    /**
     * Opens a ring of a driver, with a scheduler in front.
     *
     * @return fails with an {@link IllegalArgumentException} if the driver has no such ops table, an
     *     {@link IllegalStateException} if it is going, a {@link org.dmafence.module.DriverFailure} if it throws or hangs
     */
    public CompletionStage<SchedulerHandle> openScheduler(DriverHandle driver, SchedulerSpec spec) {
        CompletableFuture<SchedulerHandle> reply = new CompletableFuture<>();
        driver.actor().tell(new DriverActor.OpenScheduler(spec, reply));
        Replies.refuseAfter(driver.ended(), reply, driver::gone);
        return Replies.within(
                host.clock(),
                reply,
                host.settings().callTimeout().plus(MARGIN),
                "opening ring " + spec.ring().name() + " of " + driver);
    }

    /** Opens a queue of normal priority for a client. This takes no time, and the queue need not be closed. */
    public EntityHandle openEntity(SchedulerHandle scheduler, String client) {
        return openEntity(scheduler, EntitySpec.of(client));
    }

    /** Opens a queue for a client. This takes no time, and the queue need not be closed. */
    public EntityHandle openEntity(SchedulerHandle scheduler, EntitySpec spec) {
        return openEntity(List.of(scheduler), spec);
    }

    /**
     * Opens a queue for a client on several schedulers, each job to go to the one with the least to do.
     *
     * @param schedulers one or more of this subsystem, whichever drivers they are on
     * @throws org.dmafence.sched.SchedulerException {@code EINVAL} if there are none
     */
    public EntityHandle openEntity(List<SchedulerHandle> schedulers, EntitySpec spec) {
        return SchedulerHandle.openEntity(schedulers, spec);
    }

    /**
     * Submits a job: its fences exist when this returns, and will signal whatever happens.
     *
     * @throws SubmitRefusedException if the scheduler has its limit of unfinished jobs, the entity was killed or the
     *     scheduler is closed; nothing has happened then
     * @throws org.dmafence.sched.SchedulerException {@code EINVAL} for a job without credits
     */
    public JobHandle submit(EntityHandle entity, JobSpec job) {
        return entity.submit(job);
    }

    /**
     * Unloads a driver. It takes no more jobs; those that it has may finish for as long as the policy says, and the
     * rest end with the policy's error. Then the subsystem looks for proof that the driver is gone. The policy's times
     * bound all of it, even if the driver hangs.
     *
     * <p>A call while the driver is being unloaded joins that unloading, or tries again if that is refused.
     *
     * @return the certificate, when every fence of every job has ended. If the driver was unloaded before, it is the
     *     certificate of that, brought up to date. If it says refused, the driver and its schedulers go on as before, except on a ring that hangs
     */
    public CompletionStage<UnloadCertificate> unload(DriverHandle driver, UnloadPolicy policy) {
        CompletableFuture<UnloadCertificate> reply = new CompletableFuture<>();
        if (driver.ended().toCompletableFuture().isDone()) {
            // What the certificate says of pins may have changed since.
            Replies.relay(
                    CallThreads.call(
                            "rmmod-" + driver.info().name(),
                            () -> driver.withJobs(driver.module().rmmod(policy))),
                    reply);
        } else {
            driver.actor().tell(new DriverActor.Unload(policy, reply));
            Replies.relay(driver.ended(), reply);
        }
        Duration bound = TimerLimits.ofNanos(policy.drainTimeoutNs())
                .plus(TimerLimits.ofNanos(policy.collectTimeoutNs()))
                .plus(TimerLimits.ofNanos(policy.stepTimeoutNs()).multipliedBy(CALLS_PER_LOAD))
                .plus(MARGIN);
        return Replies.within(host.clock(), reply, bound, "unloading " + driver);
    }

    /**
     * Waits until everything that was submitted, completed or advanced so far has been worked off by schedulers and
     * engines, consequences included, and all of them are idle. What the hardware is still busy with does not count.
     * For replaying step by step.
     *
     * @return false if the time passed first
     */
    public boolean quiesce(Duration timeout) throws InterruptedException {
        return host.quiescence().await(timeout.toNanos());
    }

    /**
     * Records what happens to fences and jobs from now on, for {@code dmafence inspect}: until the recording is closed,
     * which the subsystem's end does if nobody else has. {@link FlightRecording} says what is recorded and when the
     * file appears.
     *
     * @param file where to; its directory must exist
     * @throws UnsupportedOperationException if the JVM has no flight recorder
     * @throws IllegalStateException if the subsystem was shut down
     * @throws IOException if the file can't be written there
     */
    public FlightRecording recordTo(Path file) throws IOException {
        return recordTo(file, RecordingLimits.DEFAULT);
    }

    /** As {@link #recordTo(Path)}, keeping no more of the past than the limits say. */
    public FlightRecording recordTo(Path file, RecordingLimits limits) throws IOException {
        refuseWhenStopping(file);
        recordings.removeIf(FlightRecording::isClosed);
        FlightRecording recording = FlightRecording.begin(file, limits);
        recordings.add(recording); // before the second look: who ends the subsystem looks here after that is set
        try {
            refuseWhenStopping(file);
        } catch (IllegalStateException e) {
            recording.close();
            throw e;
        }
        return recording;
    }

    private void refuseWhenStopping(Path file) {
        if (stopping.get()) {
            throw new IllegalStateException(
                    "nothing can be recorded to " + file + ": the subsystem was shut down; bring up another");
        }
    }

    private void endRecordings() {
        for (FlightRecording recording : recordings) {
            try {
                recording.close();
            } catch (IOException | RuntimeException e) { // its subsystem ends all the same
                runtime()
                        .reporter()
                        .report(
                                FenceReporter.Kind.WARN,
                                "the recording " + recording.file() + " can't be written: " + e.getMessage(),
                                e);
            }
        }
    }

    /**
     * Unloads all drivers by force and stops the subsystem, once. The actor system's termination does this by itself.
     *
     * @return the certificates of the drivers that were loaded
     */
    public CompletionStage<List<UnloadCertificate>> shutdown() {
        if (stopping.compareAndSet(false, true)) {
            stop();
        }
        return stopped;
    }

    private void stop() {
        UnloadPolicy policy = UnloadPolicy.forced()
                .withIssuerDeath(host.settings().issuerDeath())
                .withDrainTimeoutNs(host.settings().shutdownDrainTimeout().toNanos())
                .withStepTimeoutNs(SHUTDOWN_STEP.toNanos())
                .withCollectTimeoutNs(0);
        CompletableFuture<List<DriverHandle>> all = new CompletableFuture<>();
        guardian.tell(new GuardianActor.ListDrivers(all)); // behind whatever it is loading
        ended.whenComplete((done, failure) -> all.complete(List.of()));
        Future<?> timer = host.clock().after(MARGIN, () -> all.complete(List.of()));
        CompletionStage<List<UnloadCertificate>> unused = all.thenComposeAsync(
                        loaded -> {
                            timer.cancel(false);
                            return unloadAll(loaded, policy);
                        },
                        CallThreads.executor()) // clients hang on what comes of it
                .whenComplete((certificates, failure) -> {
                    guardian.tell(GuardianActor.Stop.INSTANCE);
                    onTermination.cancel();
                    try {
                        endRecordings();
                    } finally {
                        stopped.complete(certificates == null ? List.of() : certificates);
                    }
                });
    }

    private CompletionStage<List<UnloadCertificate>> unloadAll(List<DriverHandle> loaded, UnloadPolicy policy) {
        CompletionStage<List<UnloadCertificate>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (CompletionStage<List<UnloadCertificate>> one : loaded.stream()
                .map(driver -> unload(driver, policy).thenApply(List::of).exceptionally(failure -> List.of()))
                .toList()) {
            all = all.thenCombine(one, (list, certificate) -> {
                list.addAll(certificate);
                return list;
            });
        }
        return all;
    }

    /** The extension's key. */
    public static final class Id extends ExtensionId<FenceSubsystem> {
        private static final Id INSTANCE = new Id();

        private Id() {}

        /** The key, for loading the extension by name. */
        public static Id getInstance() {
            return INSTANCE;
        }

        @Override
        public FenceSubsystem createExtension(ActorSystem<?> system) {
            Settings settings = Settings.create(system.settings().config());
            RcuSettings.ofGlobalDomain(); // an Error, as the runtime would throw, makes Akka end the process
            return create(system, FenceRuntime.system(), settings);
        }
    }
}
