package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.dmafence.driver.HardwareRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.ForeignFailure;
import org.dmafence.sched.HandedJobs;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/**
 * The hardware's side of a ring: gives it jobs, lets its time pass, and ends it. The only one that calls the ring.
 *
 * <p>The story: the scheduler's actor appends jobs and rings; whoever drives the hardware by hand appends
 * {@link Completion}s, the scheduler's time-outs {@link Reset}s; the clock pokes. On each {@link Doorbell} the engine works these off in order and then advances the
 * ring. A lost message is no concern, since messages carry nothing.
 *
 * <p>A ring whose {@code submit} throws has failed that job. One whose {@code advance} throws is taken for dead: it is killed
 * with the error, and the engine stops. When the engine stops for any other reason than {@link Go#AWAY}, it kills the ring.
 */
final class EngineActor extends AbstractBehavior<EngineActor.Command> {
    /** What an engine is told. */
    sealed interface Command permits Doorbell, Kill, Park, Go {}

    /** End everything in flight with an error, and stop. */
    record Kill(FenceError error) implements Command {}

    /** Let the ring be until further notice, and say so: the driver may be going. */
    record Park(ActorRef<? super Unloading.Parked> replyTo, Unloading askedBy) implements Command {}

    /** What becomes of a parked engine. */
    enum Go implements Command {
        /** Go on: the driver stays. */
        UNPARK,
        /** Let go of the ring without touching it, and stop: the driver is gone and has ended its fences itself. */
        AWAY
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
     * Lets the ring run up to now and asks the fence of a job: the time-outs want to know what the hardware says before they judge.
     *
     * @param reply whether the hardware could be asked; on the engine's thread
     */
    record Look(SchedulerJob job, Consumer<Boolean> reply) {}

    private final FenceHost host;
    private final EngineLink link;
    private final HardwareClock.Alarm alarm;
    private final String name;

    /** Gone once the ring is dead or the driver's again: nothing may keep it then. */
    private @Nullable HardwareRing ring;

    private boolean parked;

    /** Whether a doorbell is unanswered since it was parked. */
    private boolean rung;

    private EngineActor(
            ActorContext<Command> context, FenceHost host, EngineLink link, HardwareRing ring, String name) {
        super(context);
        this.host = host;
        this.link = link;
        this.ring = ring;
        this.name = name;
        alarm = host.clock().alarm(link.inbox());
    }

    /**
     * An engine around a ring.
     *
     * @param link its inbox, connected by whoever spawns it
     * @param name of the ring, for reports
     */
    static Behavior<Command> create(FenceHost host, EngineLink link, HardwareRing ring, String name) {
        return Turns.of(Command.class, Behaviors.setup(context -> new EngineActor(context, host, link, ring, name)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Doorbell.RING, this::onDoorbell)
                .onMessage(Kill.class, this::onKill)
                .onMessage(Park.class, this::onPark)
                .onMessageEquals(Go.UNPARK, this::onUnpark)
                .onMessageEquals(Go.AWAY, this::onAway)
                .onSignal(PostStop.class, stopped -> onPostStop())
                .build();
    }

    private Behavior<Command> onDoorbell() {
        rung = parked;
        if (parked) {
            return this;
        }
        link.enterDriver(host.clock().nanoTime());
        try {
            link.inbox().drain(this::work);
            advance();
        } finally {
            link.leaveDriver();
        }
        link.inbox().settle();
        return ring == null ? Behaviors.stopped() : this;
    }

    private void work(Object item) {
        if (item instanceof HandedJobs jobs) {
            jobs.drain(this::run);
            advance(); // while the processor's cache still has what is done
            return;
        }
        link.progress(host.clock().nanoTime());
        if (ring == null || link.isPassedOver()) {
            link.reject(item);
        } else if (item instanceof Completion completion) {
            complete(ring, completion);
        } else if (item instanceof Reset reset) {
            reset(ring, reset);
        } else if (item instanceof Look look) {
            look(look);
        }
    }

    /** A job whose client was found guilty comes with its error, and the hardware is spared it. */
    private void run(SchedulerJob job) {
        link.progress(host.clock().nanoTime());
        int errno = job.finished().errno();
        if (ring == null || link.isPassedOver()) {
            link.reject(job);
        } else if (errno == 0) {
            job.runOn(ring);
        } else {
            job.fail(FenceError.of(errno));
        }
    }

    private void look(Look look) {
        advance();
        DmaFence hardware = look.job.fence().parent();
        if (hardware != null && hardware.tryRetain()) {
            try {
                boolean unused = hardware.pollSignaled(); // the driver may know though its interrupt was lost
            } catch (Throwable e) {
                ForeignFailure.report(host.runtime(), "poll of " + look.job + " on " + name, e);
            } finally {
                hardware.release();
            }
        }
        look.reply.accept(ring != null);
    }

    private void reset(HardwareRing target, Reset reset) {
        boolean inFlight = end(target, reset.jobIds.get(0), FenceError.ETIME);
        for (long behind : reset.jobIds.subList(1, reset.jobIds.size())) {
            boolean unused = end(target, behind, FenceError.ECANCELED);
        }
        reset.reply.accept(inFlight);
    }

    private boolean end(HardwareRing target, long jobId, FenceError error) {
        try {
            return target.complete(jobId, error);
        } catch (Throwable e) {
            ForeignFailure.report(host.runtime(), "reset of job " + jobId + " on " + name, e);
            return false;
        }
    }

    private void complete(HardwareRing target, Completion completion) {
        boolean inFlight = false;
        try {
            inFlight = target.complete(completion.jobId, completion.error);
        } catch (Throwable e) {
            ForeignFailure.report(host.runtime(), "complete of job " + completion.jobId + " on " + name, e);
        } finally {
            link.completed();
        }
        completion.reply.complete(inFlight);
    }

    private void advance() {
        if (ring == null || link.isPassedOver()) {
            return;
        }
        long nowNs = host.clock().nanoTime();
        link.progress(nowNs);
        try {
            alarm.at(ring.advance(nowNs), nowNs);
        } catch (Throwable e) {
            kill(ForeignFailure.report(host.runtime(), "advance of " + name + ", which is killed for it,", e));
        }
    }

    private Behavior<Command> onKill(Kill kill) {
        kill(kill.error);
        return Behaviors.stopped();
    }

    private Behavior<Command> onPark(Park park) {
        parked = true;
        link.parked(true);
        alarm.cancel();
        park.replyTo.tell(new Unloading.Parked(link, park.askedBy));
        return this;
    }

    private Behavior<Command> onUnpark() {
        if (!parked) {
            return this;
        }
        parked = false;
        link.parked(false);
        link.inbox().poke();
        return rung ? onDoorbell() : this;
    }

    private Behavior<Command> onAway() {
        ring = null;
        return Behaviors.stopped();
    }

    private Behavior<Command> onPostStop() {
        kill(host.settings().issuerDeath());
        alarm.cancel();
        link.inbox().close();
        return this;
    }

    /** Ends the ring once. What it does not signal, the scheduler's end and the driver's ledger do. */
    private void kill(FenceError error) {
        HardwareRing dead = ring;
        ring = null;
        if (dead == null) {
            return;
        }
        link.dead(error);
        link.enterDriver(host.clock().nanoTime());
        try {
            dead.kill(Objects.requireNonNull(error));
        } catch (Throwable e) {
            ForeignFailure.report(host.runtime(), "kill of " + name, e);
        } finally {
            link.leaveDriver();
        }
    }
}
