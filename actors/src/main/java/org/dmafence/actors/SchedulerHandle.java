package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import java.util.List;
import org.dmafence.driver.RingSpec;
import org.dmafence.sched.SchedulerEntity;

/** A scheduler and the engine behind it. Any thread may use it. */
public final class SchedulerHandle {
    private final SchedulerGate gate;
    private final ActorRef<SchedulerActor.Command> scheduler;
    private final EngineHandle engine;

    SchedulerHandle(SchedulerGate gate, ActorRef<SchedulerActor.Command> scheduler, EngineHandle engine) {
        this.gate = gate;
        this.scheduler = scheduler;
        this.engine = engine;
    }

    /** The ring it feeds. */
    public RingSpec ring() {
        return engine.ring();
    }

    /** The hardware end. */
    public EngineHandle engine() {
        return engine;
    }

    /** What it has been through. */
    public SchedulerStats stats() {
        return gate.stats();
    }

    EntityHandle openEntity(EntitySpec spec) {
        SchedulerEntity.Builder builder = SchedulerEntity.builder(spec.client(), List.of(gate.scheduler()))
                .priority(spec.priority());
        if (spec.guilty() != null) {
            builder.guilty(spec.guilty());
        }
        return new EntityHandle(builder.build(), spec.clientId(), gate, scheduler);
    }

    @Override
    public String toString() {
        return gate.scheduler().toString();
    }
}
