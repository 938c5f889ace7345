package org.dmafence.actors;

import akka.Done;
import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.fence.CallbackWatchdog;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadCertificate;
import org.jspecify.annotations.Nullable;

/**
 * The root of a subsystem: loads drivers and supervises their actors.
 *
 * <p>The story: {@link Load} loads a driver on a thread made for that ({@link Loaded}) and spawns its actor. To shut
 * down, somebody asks for the drivers ({@link ListDrivers}), unloads them and tells the guardian to {@link Stop}, and
 * everything with it. A driver whose actor stops for another reason ({@link DriverGone}) is unloaded by that; when the
 * guardian stops, so is whatever is left.
 */
final class GuardianActor extends AbstractBehavior<GuardianActor.Command> {
    /** What a guardian is told. */
    sealed interface Command extends Quiet permits Load, Loaded, DriverGone, ListDrivers, LookAtCallbacks, Stop {}

    /** Load a driver. */
    record Load(Path jar, String driver, CompletableFuture<DriverHandle> reply) implements Command {}

    private record Loaded(
            Load request,
            @Nullable LoadedModule module,
            @Nullable Throwable failure) implements Command {}

    private record DriverGone(ActorRef<DriverActor.Command> actor) implements Command {}

    /** Say which drivers there are. */
    record ListDrivers(CompletableFuture<List<DriverHandle>> reply) implements Command {}

    private enum LookAtCallbacks implements Command {
        INSTANCE
    }

    /** Stop, and everything with it. */
    enum Stop implements Command {
        INSTANCE
    }

    /** How long a callback of a fence may take, give or take as much, before it is reported. */
    private static final Duration CALLBACK_LOOK = Duration.ofSeconds(1);

    private final CallbackWatchdog watchdog = new CallbackWatchdog();
    private final FenceHost host;
    private final Modules modules;
    private final CompletableFuture<Done> ended;
    private final Map<ActorRef<DriverActor.Command>, DriverHandle> drivers = new HashMap<>();
    private final List<DriverHandle> listed;
    private long lastId;

    private GuardianActor(
            ActorContext<Command> context,
            FenceHost host,
            Modules modules,
            List<DriverHandle> listed,
            CompletableFuture<Done> ended) {
        super(context);
        this.listed = listed;
        this.ended = ended;
        this.host = host;
        this.modules = modules;
    }

    /**
     * The guardian of a subsystem; owns what it is given.
     *
     * @param listed where it lists the drivers that there are
     * @param ended completed when it has stopped
     */
    static Behavior<Command> create(
            FenceHost host, Modules modules, List<DriverHandle> listed, CompletableFuture<Done> ended) {
        return Turns.of(Command.class, Behaviors.setup(context -> {
            GuardianActor guardian = new GuardianActor(context, host, modules, listed, ended);
            guardian.lookLater();
            return guardian;
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Load.class, this::onLoad)
                .onMessage(Loaded.class, this::onLoaded)
                .onMessage(DriverGone.class, this::onDriverGone)
                .onMessage(ListDrivers.class, this::onListDrivers)
                .onMessageEquals(LookAtCallbacks.INSTANCE, this::onLookAtCallbacks)
                .onMessageEquals(Stop.INSTANCE, Behaviors::stopped)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onLookAtCallbacks() {
        watchdog.look();
        lookLater();
        return this;
    }

    private void lookLater() {
        Cancellable unused =
                getContext().scheduleOnce(CALLBACK_LOOK, getContext().getSelf(), LookAtCallbacks.INSTANCE);
    }

    private Behavior<Command> onLoad(Load load) {
        getContext()
                .pipeToSelf(
                        CallThreads.call("insmod-" + load.driver, () -> modules.insmod(load.jar, load.driver)),
                        (module, failure) -> new Loaded(load, module, failure));
        return this;
    }

    private Behavior<Command> onLoaded(Loaded loaded) {
        if (loaded.module == null) {
            loaded.request.reply.completeExceptionally(Objects.requireNonNull(loaded.failure, "a module or a failure"));
            return this;
        }
        CompletableFuture<UnloadCertificate> driverEnded = new CompletableFuture<>();
        List<SchedulerHandle> schedulers = new CopyOnWriteArrayList<>();
        ActorRef<DriverActor.Command> actor = getContext()
                .spawn(
                        DriverActor.create(
                                host, loaded.module, () -> engineThreads(loaded.module), schedulers, driverEnded),
                        "driver-" + ++lastId,
                        DispatcherSelector.fromConfig(Settings.DISPATCHER));
        DriverHandle handle = new DriverHandle(loaded.module, actor, schedulers, driverEnded);
        drivers.put(actor, handle);
        listed.add(handle);
        getContext().watchWith(actor, new DriverGone(actor));
        loaded.request.reply.complete(handle);
        return this;
    }

    private AgentThreads engineThreads(LoadedModule module) {
        return new AgentThreads(
                "dmafence-engine-" + module.info().name(),
                host.clock(),
                host.settings().engineThreads(),
                module::newEngineThread);
    }

    private Behavior<Command> onDriverGone(DriverGone gone) {
        DriverHandle handle = drivers.remove(gone.actor);
        if (handle != null) {
            listed.remove(handle);
        }
        return this;
    }

    private Behavior<Command> onListDrivers(ListDrivers list) {
        list.reply.complete(List.copyOf(drivers.values()));
        return this;
    }

    private Behavior<Command> onPostStop() {
        ended.complete(Done.getInstance());
        // Nobody waits for this thread; a driver that hangs on its way out holds up nobody.
        CallThreads.callAtLast(host.clock(), "rmmod-all", () -> {
            modules.close();
            host.schedulers().close();
            host.clock().close();
            return true;
        });
        return this;
    }
}
