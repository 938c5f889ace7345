package org.dmafence.actors;

import akka.actor.Cancellable;
import akka.actor.typed.javadsl.ActorContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.dmafence.fence.FenceError;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleState;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadCertificate.Step;
import org.dmafence.module.UnloadPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The unloading of one driver, step by step; part of its actor.
 *
 * <ol>
 *   <li>The gates are shut and the schedulers drain, for as long as the policy lets them.
 *   <li>The engines park: they let the ring be, so that the driver's exit has it to itself. One that does not answer in time
 *       hangs in the driver; it is interrupted and passed over, and its jobs end whatever comes.
 *   <li>The module is unloaded, on a thread of its own. If that is refused, the engines go on and the gates open again:
 *       nothing has happened to any job, but of those that hang.
 *   <li>As soon as it can't be refused any more, the schedulers and engines end, and with them the jobs that never ran. Not
 *       later: an engine's thread may hold the driver's thread locals.
 *   <li>It is over when every job that was ever taken has ended. Somebody's callback that hangs can hold that up, but for no
 *       longer than a step may take in which no job ends, and callbacks that are slow for no longer than a few steps: the
 *       certificate says what is left then.
 * </ol>
 */
final class Unloading {
    /** What happens on the way. */
    sealed interface Progress extends DriverActor.Command permits Drained, Parked, Tick, Removed {}

    /**
     * Every job of a scheduler has ended. Says which unloading it was asked by: an earlier one may have been refused.
     */
    record Drained(SchedulerGate gate, Unloading askedBy) implements Progress {}

    /** An engine lets its ring be. Likewise. */
    record Parked(EngineLink link, Unloading askedBy) implements Progress {}

    private enum Due {
        DRAIN_OVER,
        PARK_OVER,
        LOOK
    }

    /** Something is due. Likewise. */
    private record Tick(Due due, Unloading askedBy) implements Progress {}

    private record Removed(
            @Nullable UnloadCertificate certificate,
            @Nullable Throwable failure) implements Progress {}

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    /** How many steps' time jobs may take to end while they do end. */
    private static final int MOST_STEPS = 4;

    private final ActorContext<DriverActor.Command> context;
    private final LoadedModule module;
    private final AgentThreads threads;
    private final List<SchedulerUnit> units;
    private final JobCount jobs;
    private final UnloadPolicy policy;
    private final Set<SchedulerGate> draining = new HashSet<>();
    private final Set<EngineLink> parking = new HashSet<>();

    /** Of schedulers that ended meanwhile, and their engines with them: nobody is there to park. */
    private final Set<EngineLink> gone = new HashSet<>();

    private final long beganNs = System.nanoTime();

    /** What was done until now, for the certificate: each step begins where the one before ended. */
    private final List<Step> steps = new ArrayList<>();

    private long soFarNs;
    private @Nullable Cancellable patience;
    private @Nullable String hanging;
    private boolean drained;
    private boolean removing;
    private boolean closed;

    /** How the module's part ended; then only jobs are waited for. */
    private @Nullable Removed removed;

    private long removedNs;

    /** How many jobs had ended when that number was last seen to grow, and when that was. */
    private long progress;

    private long progressNs;

    Unloading(
            ActorContext<DriverActor.Command> context,
            LoadedModule module,
            AgentThreads threads,
            Collection<SchedulerUnit> units,
            JobCount jobs,
            UnloadPolicy policy) {
        this.context = context;
        this.module = module;
        this.threads = threads;
        this.units = new ArrayList<>(units);
        this.jobs = jobs;
        this.policy = policy;
    }

    void begin() {
        for (SchedulerUnit unit : units) {
            unit.gate().shut("driver " + module.info().name() + " is being unloaded");
            draining.add(unit.gate());
            unit.scheduler().tell(new SchedulerActor.Drain(context.getSelf(), this));
        }
        if (draining.isEmpty() || policy.drainTimeoutNs() == 0) {
            park();
        } else {
            patience = after(TimerLimits.ofNanos(policy.drainTimeoutNs()), Due.DRAIN_OVER);
        }
    }

    /** Goes on; true when this is over. */
    boolean on(Progress progress) {
        if (progress instanceof Drained done && done.askedBy == this) {
            onDrained(done.gate);
        } else if (progress instanceof Parked done && done.askedBy == this) {
            onParked(done.link);
        } else if (progress instanceof Tick tick && tick.askedBy == this) {
            onDue(tick.due);
        } else if (progress instanceof Removed done) {
            onRemoved(done);
        }
        return isOver();
    }

    /** Tells it; true when this is over. */
    boolean onSchedulerGone(SchedulerUnit unit) {
        gone.add(unit.link()); // before the last one drained has the others park
        onDrained(unit.gate());
        onParked(unit.link());
        return isOver();
    }

    private boolean isOver() {
        Removed end = removed;
        if (end == null) {
            return false;
        }
        return !closed || jobs.allEnded() || isStuck(System.nanoTime());
    }

    /** A busy machine may need longer for many jobs than a step: that alone is no reason to go without them. */
    private boolean isStuck(long nowNs) {
        long now = jobs.progress();
        if (now != progress) {
            progress = now;
            progressNs = nowNs;
        }
        return nowNs - progressNs >= policy.stepTimeoutNs() || nowNs - removedNs >= MOST_STEPS * policy.stepTimeoutNs();
    }

    private void onDrained(SchedulerGate gate) {
        if (draining.remove(gate) && draining.isEmpty()) {
            park();
        }
    }

    private void onParked(EngineLink link) {
        if (parking.remove(link) && parking.isEmpty()) {
            remove();
        }
    }

    private Cancellable after(Duration delay, Due due) {
        return context.scheduleOnce(delay, context.getSelf(), new Tick(due, this));
    }

    /** A step came to its end in time. A tick that comes all the same is too late. */
    private void endPatience() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    private void onDue(Due due) {
        switch (due) {
            case DRAIN_OVER -> park();
            case PARK_OVER -> {
                if (removing) {
                    return;
                }
                hanging = parking.size() + " hang in the driver and are passed over";
                parking.forEach(link -> link.passOver(policy.issuerDeath()));
                parking.clear();
                remove();
            }
            case LOOK -> {
                Cancellable unused = after(LOOK_EVERY, Due.LOOK);
                ModuleState state = module.state();
                if (state != ModuleState.LIVE && state != ModuleState.GOING) {
                    close();
                }
            }
        }
    }

    private void park() {
        if (drained) {
            return;
        }
        drained = true;
        endPatience();
        step("jobs", jobsLeft());
        for (SchedulerUnit unit : units) {
            if (!gone.contains(unit.link())) {
                parking.add(unit.link());
            }
        }
        if (parking.isEmpty()) {
            remove();
            return;
        }
        for (SchedulerUnit unit : units) {
            if (parking.contains(unit.link())) {
                unit.engine().tell(new EngineActor.Park(context.getSelf(), this));
            }
        }
        patience = after(TimerLimits.ofNanos(policy.stepTimeoutNs()), Due.PARK_OVER);
    }

    private void remove() {
        if (removing) {
            return;
        }
        removing = true;
        endPatience();
        step("park", hanging);
        List<Step> before = List.copyOf(steps);
        Cancellable unused = after(LOOK_EVERY, Due.LOOK);
        context.pipeToSelf(
                CallThreads.call("rmmod-" + module.info().name(), () -> module.rmmod(policy, beganNs, before)),
                Removed::new);
    }

    private void step(String name, @Nullable String problem) {
        long endNs = System.nanoTime() - beganNs;
        steps.add(new Step(name, soFarNs, endNs - soFarNs, problem));
        soFarNs = endNs;
    }

    private @Nullable String jobsLeft() {
        long left = jobs.jobs().left();
        if (left == 0 || draining.isEmpty()) {
            return null;
        }
        return left
                + (policy.drainTimeoutNs() == 0 ? " had not ended and were not waited for" : " did not end in time");
    }

    private void onRemoved(Removed done) {
        removed = done;
        removedNs = System.nanoTime();
        progressNs = removedNs;
        if (done.certificate != null && !done.certificate.refused()) {
            close();
        } else {
            units.forEach(this::goOn);
        }
    }

    /** The certificate; of one that is over. */
    UnloadCertificate certificate() throws Throwable {
        Removed end = Objects.requireNonNull(removed, "it is over");
        if (end.certificate == null) {
            throw Objects.requireNonNull(end.failure, "a certificate or a failure");
        }
        return end.certificate.refused() ? end.certificate : end.certificate.withJobs(jobs.jobs());
    }

    private void goOn(SchedulerUnit unit) {
        if (unit.link().isPassedOver()) {
            unit.scheduler().tell(new SchedulerActor.Close("its engine hangs in the driver", policy.issuerDeath()));
        } else {
            unit.engine().tell(EngineActor.Go.UNPARK);
            unit.gate().reopen();
        }
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        FenceError error = policy.issuerDeath();
        for (SchedulerUnit unit : units) {
            unit.link().dead(error);
            if (!unit.gate().inbox().isClosed()) {
                unit.scheduler().tell(new SchedulerActor.Close("its driver was unloaded", error));
            }
            unit.agent().order(unit.agent()::detach);
        }
        threads.close();
    }
}
