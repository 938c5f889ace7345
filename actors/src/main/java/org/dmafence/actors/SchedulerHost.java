package org.dmafence.actors;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.dmafence.actors.inbox.Inbox;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.ForeignFailure;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.GpuSchedulerBuilder;
import org.dmafence.sched.HandedJobs;
import org.dmafence.sched.JobTimeout;
import org.dmafence.sched.SchedulerEvent;
import org.dmafence.sched.SchedulerException;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPort;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler with what its agent does for it: takes in events, hands jobs to the engine, and keeps its timers. The
 * agent alone uses it, but for what says otherwise.
 */
final class SchedulerHost implements SchedulerPort {
    /** How many jobs the scheduler hands out before it lets the engine have them. */
    private static final int HANDED_AT_ONCE = 64;

    private final Inbox<SchedulerEvent> inbox;
    private final Controls controls;
    private final Room room;
    private final Timers timers;
    private final Flushes flushes;
    private final TimeoutHandler timeouts;
    private final EngineLink link;
    private final EventPost news;
    private final Inbox<Object> engine;
    private final GpuScheduler scheduler;

    /** Of jobs that a teardown let go of while another thread was about to signal them. Any thread looks. */
    private final Queue<DmaFence> ending = new ConcurrentLinkedQueue<>();

    /** What the agent notes in a batch, for its end. Apart from what others read. */
    private static final class Batch {
        /** What the engine is to be given. */
        HandedJobs handed = new HandedJobs();

        /** How many jobs ended. */
        int freed;
    }

    private final Batch batch = new Batch();

    SchedulerHost(
            SchedulerSpec spec,
            FenceHost host,
            EngineLink link,
            Inbox<SchedulerEvent> inbox,
            Controls controls,
            Room room) {
        this.link = link;
        this.inbox = inbox;
        this.controls = controls;
        this.room = room;
        engine = link.inbox();
        news = new EventPost(link, inbox);
        timers = new Timers(host.runtime().clock());
        flushes = new Flushes(timers);
        timeouts =
                new TimeoutHandler(spec, link, controls, timers, host.runtime().clock());
        GpuSchedulerBuilder builder = GpuScheduler.builder(
                        host.runtime(), spec.ring().device(), spec.ring().name(), this)
                .creditLimit(spec.credits())
                .policy(spec.policy())
                .timeout(spec.timeoutNs(), TimeUnit.NANOSECONDS)
                .hangLimit(spec.hangLimit());
        if (spec.trace() != null) {
            builder.trace(spec.trace());
        }
        scheduler = builder.build();
    }

    /** The state machine; some of it may be called from any thread. */
    GpuScheduler scheduler() {
        return scheduler;
    }

    Timers timers() {
        return timers;
    }

    Flushes flushes() {
        return flushes;
    }

    // ---- turns ------------------------------------------------------------------------------------------------------

    /** On a doorbell: takes in the events of a batch. */
    void takeIn() {
        timeouts.look();
        scheduler.inOneCall(() -> inbox.drain(this::handle));
    }

    /** After the events of a batch: runs what is due, hands out what may run, and answers those that wait. */
    void work() {
        // What was submitted before a request has had its chance when the request is carried out.
        scheduler.runReady();
        handOut();
        controls.carryOut(scheduler);
        timers.poll();
        scheduler.runReady();
        handOut();
        flushes.answer(scheduler);
        timeouts.arm(scheduler);
        tellFreed();
    }

    /** Takes in an event; a job that its entity refuses has ended by then. */
    private void handle(SchedulerEvent event) {
        try {
            scheduler.handle(event);
        } catch (SchedulerException e) {
            // Its entity was killed after the submitter had looked; the job has ended with the error that says so.
        } catch (RuntimeException | Error e) { // one event that fails is no reason to end all clients' jobs
            ForeignFailure.report(scheduler.runtime(), "an event for ", scheduler, e);
        }
    }

    /** An ended job keeps its place until the batch it was freed in is over. */
    private void tellFreed() {
        if (batch.freed != 0) {
            room.leave(batch.freed);
            batch.freed = 0;
        }
    }

    /** Whether the engine timeouts in its driver beyond hope. */
    boolean isEngineLost() {
        return timeouts.isEngineLost();
    }

    /** Ends every job. */
    void tearDown(@Nullable FenceError error) {
        try {
            scheduler.tearDown(error);
            flushes.answer(scheduler);
        } finally {
            tellFreed();
        }
    }

    // ---- the port ---------------------------------------------------------------------------------------------------

    @Override
    public long nowNs(NanoClock clock) {
        return link.isInBatch() ? link.nowNs() : clock.nanoTime();
    }

    @Override
    public void post(SchedulerEvent event) {
        news.post(event);
    }

    @Override
    public void run(SchedulerJob job) {
        HandedJobs jobs = batch.handed;
        jobs.add(job);
        if (jobs.count() == HANDED_AT_ONCE) {
            handOut();
        }
    }

    /** Lets the engine have what was handed out. */
    private void handOut() {
        HandedJobs jobs = batch.handed;
        if (jobs.count() != 0) {
            batch.handed = new HandedJobs();
            if (!engine.append(jobs)) {
                jobs.drain(job -> job.fail(FenceError.EIO));
                throw EventPost.noRoom(jobs);
            }
            engine.ring();
        }
    }

    @Override
    public void freed(SchedulerJob job) {
        try {
            if (!job.finished().isSignaled()) {
                ending.add(job.finished()); // before its place is given back; pairs with isEmpty
            }
        } finally { // a place that is not given back would be waited for by every unload
            batch.freed++;
        }
    }

    @Override
    public void timer(long atNs) {
        timeouts.timer(atNs);
    }

    @Override
    public void timedOut(JobTimeout timeout) {
        handOut(); // so that the engine gets the job before it is told to reset it
        timeouts.timedOut(timeout);
    }

    // ---- what has ended; any thread ---------------------------------------------------------------------------------

    /** Whether each job that was taken has ended, its fences included. */
    boolean isEmpty() {
        if (!room.isEmpty()) {
            return false;
        }
        ending.removeIf(DmaFence::isSignaled);
        return ending.isEmpty();
    }

    /** A number that grows while jobs end, and stands still while somebody's callback holds that up. */
    long progress() {
        return room.ended() + scheduler.tearDownProgress();
    }

    /** How many jobs have ended, their fences included. */
    long endedWithFences() {
        long ended = room.ended();
        ending.removeIf(DmaFence::isSignaled); // a fence is added before its place is given back
        return Math.max(0, ended - ending.size());
    }
}
