package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.pattern.StatusReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.dmafence.fence.CallbackWatchdog;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.Modules;
import org.jspecify.annotations.Nullable;

/**
 * The root of a subsystem: loads drivers and supervises their actors.
 *
 * <p>The story: {@link Load} loads a driver on a thread made for that ({@link Loaded}) and spawns its actor. {@link Shutdown}
 * stops the guardian, and with it everything, once the drivers were unloaded by whoever asked. A driver whose actor stops is
 * unloaded by that; when the guardian stops, so is whatever is left.
 */
final class GuardianActor extends AbstractBehavior<GuardianActor.Command> {
    /** What a guardian is told. */
    sealed interface Command permits Load, Loaded, DriverGone, ListDrivers, LookAtCallbacks, Stop {}

    /** Load a driver. */
    record Load(Path jar, String driver, ActorRef<StatusReply<DriverHandle>> replyTo) implements Command {}

    private record Loaded(
            Load request,
            @Nullable LoadedModule module,
            @Nullable Throwable failure) implements Command {}

    private record DriverGone(ActorRef<DriverActor.Command> actor) implements Command {}

    /** Say which drivers there are. */
    record ListDrivers(ActorRef<java.util.List<DriverHandle>> replyTo) implements Command {}

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
    private final Map<ActorRef<DriverActor.Command>, DriverHandle> drivers = new HashMap<>();
    private long lastId;

    private GuardianActor(ActorContext<Command> context, FenceHost host, Modules modules) {
        super(context);
        this.host = host;
        this.modules = modules;
    }

    /** The guardian of a subsystem; owns what it is given. */
    static Behavior<Command> create(FenceHost host, Modules modules) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(LookAtCallbacks.INSTANCE, CALLBACK_LOOK);
            return new GuardianActor(context, host, modules);
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
        return this;
    }

    private Behavior<Command> onLoad(Load load) {
        getContext()
                .pipeToSelf(
                        Waits.call("insmod-" + load.driver, () -> modules.insmod(load.jar, load.driver)),
                        (module, failure) -> new Loaded(load, module, failure));
        return this;
    }

    private Behavior<Command> onLoaded(Loaded loaded) {
        if (loaded.module == null) {
            loaded.request.replyTo.tell(StatusReply.error(loaded.failure));
            return this;
        }
        ActorRef<DriverActor.Command> actor = getContext()
                .spawn(
                        DriverActor.create(host, loaded.module),
                        "driver-" + ++lastId,
                        DispatcherSelector.fromConfig(Settings.SCHEDULER_DISPATCHER));
        DriverHandle handle = new DriverHandle(loaded.module, actor);
        drivers.put(actor, handle);
        getContext().watchWith(actor, new DriverGone(actor));
        loaded.request.replyTo.tell(StatusReply.success(handle));
        return this;
    }

    private Behavior<Command> onDriverGone(DriverGone gone) {
        drivers.remove(gone.actor);
        return this;
    }

    private Behavior<Command> onListDrivers(ListDrivers list) {
        list.replyTo.tell(java.util.List.copyOf(drivers.values()));
        return this;
    }

    private Behavior<Command> onPostStop() {
        // Nobody waits for this thread; a driver that hangs on its way out holds up nobody.
        Waits.call("rmmod-all", () -> {
            modules.close();
            host.clock().close();
            return true;
        });
        return this;
    }
}
