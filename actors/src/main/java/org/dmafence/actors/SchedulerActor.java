package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * The host of a {@link org.dmafence.sched.GpuScheduler}: the one thread at a time that it is called by.
 *
 * <p>The story: submitters append jobs, signalling threads append finished jobs and cleared dependencies, and whoever finds
 * the actor idle rings. On each {@link Doorbell} the actor takes a batch, lets the scheduler choose, and rings the engine once.
 * What else clients ask for waits in the gate's {@link Controls}. While a time-out or a flush is open, the actor pokes itself
 * on each tick of its timer, to look at the runtime's clock.
 * Before its driver goes it is told to {@link Drain} and answers when its last job has ended; {@link Close} ends the rest.
 * Whatever stops the actor, every job it knows or is sent afterwards ends with an error.
 */
final class SchedulerActor extends AbstractBehavior<SchedulerActor.Command> {
    /** What a scheduler is told. */
    sealed interface Command permits Doorbell, Tick, Drain, Close {}

    private enum Tick implements Command {
        INSTANCE
    }

    /** Answer when every job has ended. The gate is shut by then. */
    record Drain(ActorRef<? super Unloading.Drained> replyTo, Unloading askedBy) implements Command {}

    /** End every job, with an error or (null) without, and stop. */
    record Close(String reason, @Nullable FenceError error) implements Command {}

    /** How late a time-out may be noticed, about; Akka's scheduler has no finer ticks by default. */
    private static final Duration TICK = Duration.ofMillis(10);

    private final FenceHost host;
    private final SchedulerGate gate;
    private final TimerScheduler<Command> timers;
    private @Nullable Drain draining;
    private boolean ticking;

    private SchedulerActor(
            ActorContext<Command> context, TimerScheduler<Command> timers, FenceHost host, SchedulerGate gate) {
        super(context);
        this.timers = timers;
        this.host = host;
        this.gate = gate;
    }

    /** A scheduler behind a gate, connected by whoever spawns it. */
    static Behavior<Command> create(FenceHost host, SchedulerGate gate) {
        return Turns.of(
                Command.class,
                Behaviors.setup(
                        context -> Behaviors.withTimers(timers -> new SchedulerActor(context, timers, host, gate))));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Doorbell.RING, this::onDoorbell)
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(Close.class, this::onClose)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onDoorbell() {
        gate.takeIn();
        gate.work();
        if (gate.isEngineLost()) {
            gate.giveEngineUp();
            return Behaviors.stopped();
        }
        tick(!gate.timers().isEmpty());
        gate.inbox().settle();
        tellDrained();
        return this;
    }

    private Behavior<Command> onTick() {
        gate.inbox().poke();
        return this;
    }

    private void tick(boolean wanted) {
        if (wanted != ticking) {
            ticking = wanted;
            if (wanted) {
                timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
            } else {
                timers.cancel(Tick.INSTANCE);
            }
        }
    }

    private Behavior<Command> onDrain(Drain drain) {
        draining = drain; // instead of one that an unloading left that was refused
        tellDrained();
        return this;
    }

    private void tellDrained() {
        Drain asked = draining;
        if (asked != null && gate.isEmpty()) {
            draining = null;
            asked.replyTo.tell(new Unloading.Drained(gate, asked.askedBy));
        }
    }

    private Behavior<Command> onClose(Close close) {
        gate.close(close.reason, close.error);
        return Behaviors.stopped();
    }

    private Behavior<Command> onPostStop() {
        gate.close("its actor has stopped", host.settings().issuerDeath());
        return this;
    }
}
