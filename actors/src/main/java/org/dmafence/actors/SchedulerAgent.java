package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.ForeignFailure;
import org.jspecify.annotations.Nullable;

/**
 * The host of a {@link org.dmafence.sched.GpuScheduler}: the one thread at a time that it is called by.
 *
 * <p>The story: submitters append jobs, signalling threads append finished jobs and cleared dependencies, and the
 * thread that finds the scheduler idle rings. In each turn it takes a batch, chooses, and rings the engine once. What
 * else clients ask for waits in the gate's {@link Controls}. What its {@link SchedulerActor} is told comes as orders;
 * while a time-out or a flush is open, it asks that actor for ticks.
 *
 * <p>Drivers' code runs in here, such as the {@code release} of their fences, and so do the callbacks of fences that
 * end by a kill or a teardown.
 */
final class SchedulerAgent extends Agent {
    private final FenceHost host;
    private final SchedulerGate gate;
    private @Nullable ActorRef<SchedulerActor.Command> actor;
    private SchedulerActor.@Nullable Drain draining;
    private boolean ticking;

    SchedulerAgent(FenceHost host, SchedulerGate gate) {
        super(host.schedulers(), gate.scheduler().toString());
        this.host = host;
        this.gate = gate;
    }

    /** Says who ticks; before anybody rings. */
    void supervisedBy(ActorRef<SchedulerActor.Command> ref) {
        actor = ref;
        start(() -> ref.tell(SchedulerActor.News.ENDED));
    }

    // ---- orders -----------------------------------------------------------------------------------------------------

    /** Answers when every job has ended; instead of answering an unloading that was refused. */
    void drain(SchedulerActor.Drain drain) {
        draining = drain;
        tellDrained();
    }

    /** Ends every job, and itself; again, if it could not the first time. */
    void close(String reason, @Nullable FenceError error) {
        try {
            gate.close(reason, error);
        } finally {
            end();
        }
    }

    @Override
    void onFailure(Throwable e) {
        try {
            FenceError unused =
                    ForeignFailure.report(host.runtime(), "a turn of " + this + ", which ends with that,", e);
        } finally { // there may be no memory for words
            gate.close("it has failed", host.settings().issuerDeath());
        }
    }

    // ---- turns ------------------------------------------------------------------------------------------------------

    @Override
    void batch() {
        gate.host().takeIn();
        gate.host().work();
        if (gate.host().isEngineLost()) {
            gate.giveEngineUp();
            end();
            return;
        }
        tick(!gate.host().timers().isEmpty());
        gate.inbox().settle();
        tellDrained();
    }

    private void tick(boolean wanted) {
        if (wanted != ticking && actor != null) {
            ticking = wanted;
            actor.tell(wanted ? SchedulerActor.News.TICK : SchedulerActor.News.TICK_NO_MORE);
        }
    }

    private void tellDrained() {
        SchedulerActor.Drain asked = draining;
        if (asked != null && gate.host().isEmpty()) {
            draining = null;
            asked.replyTo().tell(new Unloading.Drained(gate, asked.askedBy()));
        }
    }
}
