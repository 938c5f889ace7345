package org.dmafence.actors;

import java.util.List;
import org.dmafence.driver.RingSpec;
import org.dmafence.sched.SchedulerEntity;

/** A scheduler with its engine. Any thread may use it. */
public final class SchedulerHandle implements AutoCloseable {
    private final SchedulerGate gate;
    private final EngineHandle engine;
    private final Runnable closing;

    SchedulerHandle(SchedulerGate gate, EngineHandle engine, Runnable closing) {
        this.closing = closing;
        this.gate = gate;
        this.engine = engine;
    }

    /** The ring that it feeds. */
    public RingSpec ring() {
        return engine.ring();
    }

    /** The engine that runs its ring. */
    public EngineHandle engine() {
        return engine;
    }

    /** How many jobs it has had. */
    public SchedulerStats stats() {
        return gate.stats();
    }

    /** Has the scheduler look at the runtime's clock now; for clocks that are moved by hand. */
    public void advance() {
        gate.inbox().poke();
    }

    /**
     * Ends the scheduler and its ring, without waiting: takes no more jobs, and those that there are end with
     * {@code dmafence.driver.issuer-death}. The driver stays. Kernel counterpart: {@code drm_sched_fini()}.
     */
    @Override
    public void close() {
        closing.run();
    }

    SchedulerGate gate() {
        return gate;
    }

    static EntityHandle openEntity(List<SchedulerHandle> schedulers, EntitySpec spec) {
        List<SchedulerGate> gates =
                schedulers.stream().map(SchedulerHandle::gate).distinct().toList();
        SchedulerEntity.Builder builder = SchedulerEntity.builder(
                        spec.client(),
                        gates.stream().map(SchedulerGate::scheduler).toList())
                .priority(spec.priority());
        if (spec.guilty() != null) {
            builder.guilty(spec.guilty());
        }
        return new EntityHandle(builder.build(), spec, gates);
    }

    @Override
    public String toString() {
        return gate.scheduler().toString();
    }
}
