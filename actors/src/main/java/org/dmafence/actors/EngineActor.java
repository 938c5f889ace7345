package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/**
 * Supervises the {@link EngineAgent} of a ring: passes on what it is told, stops when the engine has ended, and has it
 * end when it stops for another reason. It never waits for it, for the engine may be in the driver.
 */
final class EngineActor extends AbstractBehavior<EngineActor.Command> {
    /** What an engine is told. */
    sealed interface Command extends Quiet permits Park, Go {}

    /** Let the ring be until further notice, and say so: the driver may be going. */
    record Park(ActorRef<? super Unloading.Parked> replyTo, Unloading askedBy) implements Command {}

    /** What becomes of an engine. */
    enum Go implements Command {
        /** Go on: the driver stays. */
        UNPARK,
        /** It has ended. */
        ENDED
    }

    /** The hardware has finished a job that waits to be told so. */
    record Completion(long jobId, @Nullable FenceError error, CompletableFuture<Boolean> reply) {}

    /**
     * The first of some jobs has hung: the ring is to end them all, that one with {@code ETIME}, the others with
     * {@code ECANCELED}.
     *
     * @param reply whether the hung job was in flight; on the engine's thread
     */
    record Reset(List<Long> jobIds, Consumer<Boolean> reply) {}

    /**
     * Lets the ring run up to now and asks the fence of a job: the time-outs want to know what the hardware says before
     * they judge.
     *
     * @param reply whether the hardware could be asked; on the engine's thread
     */
    record Look(SchedulerJob job, Consumer<Boolean> reply) {}

    private final EngineAgent agent;
    private final EngineLink link;
    private final Runnable end;

    private EngineActor(ActorContext<Command> context, FenceHost host, EngineAgent agent, EngineLink link) {
        super(context);
        this.agent = agent;
        this.link = link;
        end = () -> agent.kill(host.settings().issuerDeath());
    }

    /** The supervisor of an engine, which tells it {@link Go#ENDED} when it has ended. */
    static Behavior<Command> create(FenceHost host, EngineAgent agent, EngineLink link) {
        return Turns.of(Command.class, Behaviors.setup(context -> new EngineActor(context, host, agent, link)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Park.class, this::onPark)
                .onMessageEquals(Go.UNPARK, this::onUnpark)
                .onMessageEquals(Go.ENDED, Behaviors::stopped)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onPark(Park park) {
        agent.order(() -> agent.park(() -> park.replyTo.tell(new Unloading.Parked(link, park.askedBy))));
        return this;
    }

    private Behavior<Command> onUnpark() {
        agent.order(agent::unpark);
        return this;
    }

    private Behavior<Command> onPostStop() {
        agent.orderLast(end);
        return this;
    }
}
