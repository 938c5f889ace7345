package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.SchedulerEntity;
import org.jspecify.annotations.Nullable;

/**
 * The host of a {@link org.dmafence.sched.GpuScheduler}: the one thread at a time that it is called by.
 *
 * <p>The story: submitters append jobs, signalling threads append finished jobs and cleared dependencies, and whoever finds
 * the actor idle rings. On each {@link Doorbell} the actor takes a batch, lets the scheduler choose, and rings the engine once.
 * Before its driver goes it is told to {@link Drain} and answers when its last job has ended; {@link Close} ends the rest.
 * Whatever stops the actor, every job it knows or is sent afterwards ends with an error.
 */
final class SchedulerActor extends AbstractBehavior<SchedulerActor.Command> {
    /** What a scheduler is told. */
    sealed interface Command permits Doorbell, KillEntity, Drain, Close {}

    /** End an entity; the jobs its clients submitted before are in the inbox already. */
    record KillEntity(SchedulerEntity entity) implements Command {}

    /** Answer when every job has ended. The gate is shut by then. */
    record Drain(ActorRef<Drained> replyTo) implements Command {}

    /** End every job, with an error or (null) without, and stop. */
    record Close(String reason, @Nullable FenceError error) implements Command {}

    /** Every job has ended. */
    record Drained(SchedulerGate gate) {}

    private final FenceHost host;
    private final SchedulerGate gate;
    private @Nullable ActorRef<Drained> drainedTo;

    private SchedulerActor(ActorContext<Command> context, FenceHost host, SchedulerGate gate) {
        super(context);
        this.host = host;
        this.gate = gate;
    }

    /** A scheduler behind a gate, connected by whoever spawns it. */
    static Behavior<Command> create(FenceHost host, SchedulerGate gate) {
        return Behaviors.setup(context -> new SchedulerActor(context, host, gate));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Doorbell.RING, this::onDoorbell)
                .onMessage(KillEntity.class, this::onKillEntity)
                .onMessage(Drain.class, this::onDrain)
                .onMessage(Close.class, this::onClose)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onDoorbell() {
        gate.inbox().drain(gate::handle);
        runReady();
        gate.inbox().settle();
        tellDrained();
        return this;
    }

    private Behavior<Command> onKillEntity(KillEntity kill) {
        gate.scheduler().kill(kill.entity);
        runReady();
        tellDrained();
        return this;
    }

    private void runReady() {
        if (gate.scheduler().runReady() > 0) {
            gate.ringEngine();
        }
    }

    private Behavior<Command> onDrain(Drain drain) {
        drainedTo = drain.replyTo;
        tellDrained();
        return this;
    }

    private void tellDrained() {
        if (drainedTo != null && gate.isEmpty()) {
            drainedTo.tell(new Drained(gate));
            drainedTo = null;
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
