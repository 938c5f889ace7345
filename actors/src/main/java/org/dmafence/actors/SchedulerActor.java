package org.dmafence.actors;

import akka.actor.Cancellable;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.time.Duration;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * Supervises a {@link SchedulerAgent}: passes on what it is told, ticks for it, stops when it has ended, and has it end
 * when it stops for another reason.
 *
 * <p>Before its driver goes it is told to {@link Drain} and answers when its last job has ended; {@link Close} ends the
 * rest. Whatever stops the actor, every job that the agent knows or is sent afterwards ends with an error.
 */
final class SchedulerActor extends AbstractBehavior<SchedulerActor.Command> {
    /** What a scheduler is told. */
    sealed interface Command extends Quiet permits Tick, News, Drain, Close {}

    private enum Tick implements Command {
        INSTANCE
    }

    /** What the agent says. */
    enum News implements Command {
        /** It has a time-out open. */
        TICK,
        /** It has none. */
        TICK_NO_MORE,
        /** It has ended. */
        ENDED
    }

    /** Answer when every job has ended. The gate is shut by then. */
    record Drain(ActorRef<? super Unloading.Drained> replyTo, Unloading askedBy) implements Command {}

    /** End every job, with an error or (null) without, and stop. */
    record Close(String reason, @Nullable FenceError error) implements Command {}

    /** How late a time-out may be noticed, about; Akka's scheduler has no finer ticks by default. */
    private static final Duration TICK_EVERY = Duration.ofMillis(10);

    private final SchedulerGate gate;
    private final SchedulerAgent agent;
    private final Runnable end;

    /** Whether its agent wants ticks. */
    private boolean wanted;

    /** Whether the next tick is under way; there is never more than one. */
    private boolean underWay;

    private SchedulerActor(ActorContext<Command> context, FenceHost host, SchedulerGate gate, SchedulerAgent agent) {
        super(context);
        this.gate = gate;
        this.agent = agent;
        end = () -> agent.close("its actor has stopped", host.settings().issuerDeath());
    }

    /** The supervisor of the scheduler of a gate. */
    static Behavior<Command> create(FenceHost host, SchedulerGate gate, SchedulerAgent agent) {
        return Turns.of(Command.class, Behaviors.setup(context -> new SchedulerActor(context, host, gate, agent)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onMessage(News.class, this::onNews)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(Close.class, this::onClose)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onTick() {
        underWay = false;
        if (wanted) {
            gate.inbox().poke();
            tick();
        }
        return this;
    }

    private void tick() {
        if (!underWay) {
            underWay = true;
            Cancellable unused =
                    getContext().scheduleOnce(TICK_EVERY, getContext().getSelf(), Tick.INSTANCE);
        }
    }

    private Behavior<Command> onNews(News news) {
        switch (news) {
            case TICK -> {
                wanted = true;
                tick();
            }
            case TICK_NO_MORE -> wanted = false;
            case ENDED -> {
                return Behaviors.stopped();
            }
        }
        return this;
    }

    private Behavior<Command> onDrain(Drain drain) {
        agent.order(() -> agent.drain(drain));
        return this;
    }

    private Behavior<Command> onClose(Close close) {
        agent.order(() -> agent.close(close.reason, close.error));
        return this;
    }

    private Behavior<Command> onPostStop() {
        agent.orderLast(end);
        return this;
    }
}
