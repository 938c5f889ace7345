package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import org.dmafence.driver.RingSpec;

/** A scheduler and its engine, as their driver's actor knows them. */
record SchedulerUnit(
        SchedulerGate gate,
        ActorRef<SchedulerActor.Command> scheduler,
        EngineLink link,
        ActorRef<EngineActor.Command> engine,
        RingSpec ring) {

    SchedulerHandle handle() {
        return new SchedulerHandle(gate, new EngineHandle(link, ring));
    }
}
