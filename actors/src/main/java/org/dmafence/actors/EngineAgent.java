package org.dmafence.actors;

import akka.actor.typed.ActorRef;
import java.util.List;
import java.util.Objects;
import org.dmafence.actors.EngineActor.Completion;
import org.dmafence.actors.EngineActor.Look;
import org.dmafence.actors.EngineActor.Reset;
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
 * <p>The story: the scheduler appends jobs and rings; a client that drives the hardware by hand appends
 * {@link Completion}s, the scheduler's time-outs {@link Look}s and {@link Reset}s; the clock pokes. In each turn the
 * engine works these off in order and then advances the ring. What its {@link EngineActor} is told comes as orders.
 *
 * <p>A ring whose {@code submit} throws has failed that job. One whose {@code advance} throws is taken for dead: it is
 * killed with the error, and the engine ends.
 */
final class EngineAgent extends Agent {
    private final FenceHost host;
    private final EngineLink link;
    /** How many jobs one look at the clock serves: so long, and no longer, a job may have run when it is stamped. */
    private static final int RUN_AT_ONE_TIME = 16;

    private final HardwareClock.Timer timer;

    /** Gone once the ring is dead or the driver's again: nothing may keep it then. */
    private @Nullable HardwareRing ring;

    /** What is run just now; a field, so that running it needs no memory. */
    private @Nullable HandedJobs handed;

    private final Runnable runHanded = this::runHanded;

    /** How many more jobs the time last read is for. */
    private int timeLeft;

    EngineAgent(AgentThreads threads, FenceHost host, EngineLink link, HardwareRing ring, String name) {
        super(threads, "engine of " + name);
        this.host = host;
        this.link = link;
        this.ring = ring;
        timer = host.clock().timer(link.inbox());
    }

    /** Says who hears of its end; before anybody rings. */
    void supervisedBy(ActorRef<EngineActor.Command> actor) {
        start(() -> actor.tell(EngineActor.Go.ENDED));
    }

    /**
     * Has it give the driver, which it may hang in, nothing more to do; at its own end it still kills the ring. Any
     * thread.
     */
    void passOver(FenceError error) {
        link.passOver(error);
    }

    // ---- orders -----------------------------------------------------------------------------------------------------

    /** Lets the ring be until further notice, and says so: the driver may be going. */
    void park(Runnable parked) {
        link.parked(true);
        timer.cancel();
        parked.run();
    }

    /** Goes on: the driver stays. */
    void unpark() {
        link.parked(false);
        link.inbox().poke(); // the hardware's time went on
    }

    /** Lets go of the ring without touching it, and ends: the driver is gone and has ended its fences itself. */
    void detach() {
        ring = null;
        close();
    }

    /** Ends everything in flight with an error, and itself. */
    void kill(FenceError error) {
        try {
            endRing(error);
        } finally {
            close();
        }
    }

    /** A second time does nothing. */
    private void close() {
        try {
            timer.cancel();
            link.inbox().close();
        } finally {
            end();
        }
    }

    @Override
    void onFailure(Throwable e) {
        FenceError error = FenceError.EIO;
        try {
            error = ForeignFailure.report(host.runtime(), "a turn of " + this + ", which ends with that,", e);
        } finally { // there may be no memory for words
            kill(error);
        }
    }

    // ---- turns ------------------------------------------------------------------------------------------------------

    @Override
    boolean isWilling() {
        return !link.isParked();
    }

    @Override
    long progress() {
        return link.progressSeen();
    }

    @Override
    void batch() {
        link.enterDriver(host.clock().nanoTime());
        try {
            link.inbox().drain(this::work);
            advance();
        } finally {
            link.leaveDriver();
        }
        link.inbox().settle();
        if (ring == null) {
            close();
        }
    }

    private void work(Object item) {
        if (item instanceof HandedJobs jobs) {
            run(jobs);
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

    private void run(HandedJobs jobs) {
        handed = jobs;
        timeLeft = 0;
        HardwareRing target = ring;
        if (target == null) {
            runHanded();
        } else {
            target.together(runHanded);
        }
    }

    private void runHanded() {
        HandedJobs jobs = Objects.requireNonNull(handed, "jobs to run");
        handed = null;
        jobs.drain(this::run);
    }

    /** A job whose client was found guilty comes with its error, and the hardware is spared it. */
    private void run(SchedulerJob job) {
        if (timeLeft == 0) {
            timeLeft = RUN_AT_ONE_TIME;
            link.progress(host.clock().nanoTime());
        } else {
            link.progress();
        }
        timeLeft--;
        FenceError error = job.finished().error();
        if (ring == null || link.isPassedOver()) {
            link.reject(job);
        } else if (error == null) {
            job.runOn(ring);
        } else {
            job.fail(error);
        }
    }

    private void look(Look look) {
        advance();
        DmaFence hardware = look.job().fence().parent();
        if (hardware != null && hardware.tryRetain()) {
            try {
                boolean unused = hardware.pollSignaled(); // the driver may know though its interrupt was lost
            } catch (Throwable e) {
                ForeignFailure.report(host.runtime(), "poll of " + look.job() + " by the " + this, e);
            } finally {
                hardware.release();
            }
        }
        look.reply().accept(ring != null);
    }

    private void reset(HardwareRing target, Reset reset) {
        boolean inFlight = end(target, reset.jobIds().get(0), FenceError.ETIME);
        List<Long> behind = reset.jobIds().subList(1, reset.jobIds().size());
        for (long id : behind) {
            boolean unused = end(target, id, FenceError.ECANCELED);
        }
        reset.reply().accept(inFlight);
    }

    private boolean end(HardwareRing target, long jobId, FenceError error) {
        try {
            return target.complete(jobId, error);
        } catch (Throwable e) {
            ForeignFailure.report(host.runtime(), "reset of job " + jobId + " by the " + this, e);
            return false;
        }
    }

    private void complete(HardwareRing target, Completion completion) {
        boolean inFlight = false;
        try {
            inFlight = target.complete(completion.jobId(), completion.error());
        } catch (Throwable e) {
            ForeignFailure.report(host.runtime(), "complete of job " + completion.jobId() + " by the " + this, e);
        } finally {
            link.completed(completion);
        }
        completion.reply().complete(inFlight);
    }

    private void advance() {
        if (ring == null || link.isPassedOver()) {
            return;
        }
        long nowNs = host.clock().nanoTime();
        link.progress(nowNs);
        try {
            timer.at(ring.advance(nowNs), nowNs);
        } catch (Throwable e) {
            endRing(ForeignFailure.report(host.runtime(), "advance by the " + this + ", which is killed for it,", e));
        }
    }

    /** Ends the ring once. What it does not signal, the scheduler's end and the driver's ledger do. */
    private void endRing(FenceError error) {
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
            ForeignFailure.report(host.runtime(), "kill by the ", this, e);
        } finally {
            link.leaveDriver();
        }
    }
}
