package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/** A scheduler and its engine, as their driver's actor knows them. */
record SchedulerUnit(
        SchedulerGate gate,
        ActorRef<SchedulerActor.Command> scheduler,
        EngineLink link,
        ActorRef<EngineActor.Command> engine,
        EngineAgent agent,
        SchedulerAgent schedulerAgent,
        RingSpec ring) {

    /** Whether it has a ring for as long as nobody closes it. */
    boolean isOpen() {
        return !gate.isClosed() && !link.isDead();
    }

    /** Has both agents end, whatever has become of their actors; what has ended does nothing. */
    void end(String reason, FenceError error) {
        if (!agent.ended().toCompletableFuture().isDone()) {
            agent.order(() -> agent.kill(error));
        }
        if (!schedulerAgent.ended().toCompletableFuture().isDone()) {
            schedulerAgent.order(() -> schedulerAgent.close(reason, error));
        }
    }

    SchedulerHandle handle(@Nullable FenceError closingError) {
        return new SchedulerHandle(
                gate,
                new EngineHandle(link, ring, gate.clients()),
                () -> scheduler.tell(new SchedulerActor.Close("it was closed", closingError)));
    }
}
