package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingSpec;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.jspecify.annotations.Nullable;

/**
 * A loaded driver with the schedulers and engines on its rings.
 *
 * <p>The story: {@link OpenScheduler} asks the driver for a ring, on a thread made for that, and when it is there
 * ({@link RingOpened}) spawns an engine and a scheduler. When one of the two ends ({@link EngineGone},
 * {@link SchedulerGone}) the other is told to. {@link Unload} starts an {@link Unloading}, which ends with a
 * certificate: if refused, everything goes on; otherwise the actor stops. Should it stop in any other way, its children
 * end their fences and the module is unloaded by force.
 */
final class DriverActor extends AbstractBehavior<DriverActor.Command> {
    /** What a driver is told. */
    sealed interface Command extends Quiet
            permits OpenScheduler, RingOpened, EngineGone, SchedulerGone, Unload, Unloading.Progress {}

    /** Open a scheduler on a new ring. */
    record OpenScheduler(SchedulerSpec spec, CompletableFuture<SchedulerHandle> reply) implements Command {}

    private record RingName(String device, String name) {
        static RingName of(RingSpec ring) {
            return new RingName(ring.device(), ring.name());
        }
    }

    private record RingOpened(
            OpenScheduler request,
            @Nullable HardwareRing ring,
            @Nullable Throwable failure) implements Command {}

    private record EngineGone(SchedulerUnit unit) implements Command {}

    private record SchedulerGone(SchedulerUnit unit) implements Command {}

    /** Unload the driver. */
    record Unload(UnloadPolicy policy, CompletableFuture<UnloadCertificate> reply) implements Command {}

    private static final int FEW = 8;

    private final FenceHost host;
    private final LoadedModule module;
    private final CompletableFuture<UnloadCertificate> ended;
    private final List<SchedulerHandle> schedulers;
    private final Map<SchedulerGate, SchedulerUnit> units = new HashMap<>();

    /** Of each ring the last that was opened, which alone may be open. */
    private final Map<RingName, SchedulerUnit> latest = new HashMap<>();

    /** The rings that are being opened. */
    private final Set<RingName> opening = new HashSet<>();

    /** Opened when an unloading had begun: the driver's again if that goes through, and otherwise nobody's. */
    private final List<HardwareRing> strays = new ArrayList<>();

    /** The first of them is being carried out. */
    private final Queue<Unload> unloads = new ArrayDeque<>();

    private final JobCount jobs = new JobCount();

    /** Those that may not have ended. */
    private final List<Agent> agents = new ArrayList<>();

    private int agentsToSift = FEW;

    private final AgentThreads threads;
    private @Nullable Unloading unloading;
    private @Nullable UnloadCertificate certificate;
    private long lastId;

    private DriverActor(
            ActorContext<Command> context,
            FenceHost host,
            LoadedModule module,
            AgentThreads threads,
            List<SchedulerHandle> schedulers,
            CompletableFuture<UnloadCertificate> ended) {
        super(context);
        this.schedulers = schedulers;
        this.ended = ended;
        this.host = host;
        this.module = module;
        this.threads = threads;
    }

    /**
     * A driver that was just loaded.
     *
     * @param threads makes those of its engines
     * @param schedulers where it lists those that are open
     * @param ended completed when it was unloaded, in whichever way
     */
    static Behavior<Command> create(
            FenceHost host,
            LoadedModule module,
            Supplier<AgentThreads> threads,
            List<SchedulerHandle> schedulers,
            CompletableFuture<UnloadCertificate> ended) {
        return Turns.of(Command.class, Behaviors.setup(context -> {
            try {
                return new DriverActor(context, host, module, threads.get(), schedulers, ended);
            } catch (Throwable e) { // no actor that stops, and so nobody else who unloads it
                new ForcedUnloading(host, module, ended).begin(policy -> module.rmmod(policy));
                throw e;
            }
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(OpenScheduler.class, this::onOpenScheduler)
                .onMessage(RingOpened.class, this::onRingOpened)
                .onMessage(EngineGone.class, this::onEngineGone)
                .onMessage(SchedulerGone.class, this::onSchedulerGone)
                .onMessage(Unload.class, this::onUnload)
                .onMessage(Unloading.Progress.class, this::onProgress)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onOpenScheduler(OpenScheduler request) {
        if (unloading != null) {
            request.reply.completeExceptionally(new IllegalStateException("no scheduler on ring "
                    + request.spec.ring().name() + ": " + module + " is being unloaded; load it again"));
            return this;
        }
        RingName name = RingName.of(request.spec.ring());
        SchedulerUnit there = latest.get(name);
        if ((there != null && there.isOpen()) || !opening.add(name)) {
            request.reply.completeExceptionally(new IllegalStateException("no scheduler on ring "
                    + request.spec.ring().name() + " of " + request.spec.ring().device() + ": " + module
                    + " has one there; use that, or close it first"));
            return this;
        }
        getContext()
                .pipeToSelf(
                        CallThreads.call("open-ring", () -> module.openRing(request.spec.ring())),
                        (ring, failure) -> new RingOpened(request, ring, failure));
        return this;
    }

    private Behavior<Command> onRingOpened(RingOpened opened) {
        opening.remove(RingName.of(opened.request.spec.ring()));
        if (opened.ring == null || unloading != null) {
            if (opened.ring != null) {
                strays.add(opened.ring);
            }
            Throwable failure = opened.failure != null
                    ? opened.failure
                    : new IllegalStateException(module + " is being unloaded; load it again");
            opened.request.reply.completeExceptionally(failure);
            return this;
        }
        SchedulerUnit unit = spawn(opened.request.spec, opened.ring);
        units.put(unit.gate(), unit);
        latest.put(RingName.of(unit.ring()), unit);
        jobs.add(unit.gate());
        SchedulerHandle handle = unit.handle(host.settings().issuerDeath());
        schedulers.add(handle);
        opened.request.reply.complete(handle);
        return this;
    }

    private SchedulerUnit spawn(SchedulerSpec spec, HardwareRing ring) {
        long id = ++lastId;
        EngineLink link = new EngineLink(host, spec.ring().slots());
        SchedulerGate gate = new SchedulerGate(spec, host, link);
        EngineAgent engineAgent =
                new EngineAgent(threads, host, link, ring, gate.scheduler().toString());
        SchedulerAgent schedulerAgent = new SchedulerAgent(host, gate);
        ActorRef<EngineActor.Command> engine = getContext()
                .spawn(
                        EngineActor.create(host, engineAgent, link),
                        "engine-" + id,
                        DispatcherSelector.fromConfig(Settings.DISPATCHER));
        engineAgent.supervisedBy(engine);
        link.inbox().connect(engineAgent::ring);
        ActorRef<SchedulerActor.Command> scheduler = getContext()
                .spawn(
                        SchedulerActor.create(host, gate, schedulerAgent),
                        "scheduler-" + id,
                        DispatcherSelector.fromConfig(Settings.DISPATCHER));
        schedulerAgent.supervisedBy(scheduler);
        gate.inbox().connect(schedulerAgent::ring);
        if (agents.size() >= agentsToSift) { // not each time: a driver may have thousands of rings
            agents.removeIf(agent -> agent.ended().toCompletableFuture().isDone());
            agentsToSift = Math.max(FEW, 2 * agents.size());
        }
        agents.add(engineAgent);
        agents.add(schedulerAgent);
        SchedulerUnit unit = new SchedulerUnit(gate, scheduler, link, engine, engineAgent, schedulerAgent, spec.ring());
        getContext().watchWith(engine, new EngineGone(unit));
        getContext().watchWith(scheduler, new SchedulerGone(unit));
        return unit;
    }

    private Behavior<Command> onEngineGone(EngineGone gone) {
        gone.unit.end("its engine has ended", host.settings().issuerDeath());
        return this;
    }

    private Behavior<Command> onSchedulerGone(SchedulerGone gone) {
        gone.unit.end("its actor has stopped", host.settings().issuerDeath());
        units.remove(gone.unit.gate());
        latest.remove(RingName.of(gone.unit.ring()), gone.unit);
        schedulers.removeIf(handle -> handle.gate() == gone.unit.gate());
        return unloading != null && unloading.onSchedulerGone(gone.unit) ? onUnloadingOver(unloading) : this;
    }

    /**
     * One after the other: a second caller gets the certificate of the first, or its own try if the first was refused.
     */
    private Behavior<Command> onUnload(Unload unload) {
        unloads.add(unload);
        if (unloading == null) {
            unloadNext();
        }
        return this;
    }

    private void unloadNext() {
        Unload next = unloads.peek();
        if (next != null) {
            unloading = new Unloading(getContext(), module, threads, units.values(), jobs, next.policy);
            unloading.begin();
        }
    }

    private Behavior<Command> onProgress(Unloading.Progress progress) {
        return unloading != null && unloading.on(progress) ? onUnloadingOver(unloading) : this;
    }

    private Behavior<Command> onUnloadingOver(Unloading over) {
        CompletableFuture<UnloadCertificate> reply = unloads.remove().reply;
        UnloadCertificate end = null;
        try {
            end = over.certificate();
            reply.complete(end);
        } catch (Throwable e) {
            reply.completeExceptionally(e);
        }
        if (end != null && !end.refused()) {
            certificate = end;
            return Behaviors.stopped(); // which answers the others
        }
        unloading = null;
        killStrays();
        unloadNext();
        return this;
    }

    private void killStrays() {
        for (HardwareRing ring : strays) {
            CompletionStage<Boolean> unused = CallThreads.call("close-ring", () -> {
                ring.kill(host.settings().issuerDeath());
                return true;
            });
        }
        strays.clear();
    }

    private Behavior<Command> onPostStop() {
        schedulers.clear(); // whoever keeps the driver's handle is not to keep their queues
        UnloadCertificate known = certificate;
        if (known != null) {
            threads.close();
            ended.complete(known);
            return this;
        }
        new ForcedUnloading(host, module, ended).begin(List.copyOf(agents), threads, jobs);
        return this;
    }
}
