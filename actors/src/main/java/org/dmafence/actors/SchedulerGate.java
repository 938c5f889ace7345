package org.dmafence.actors;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.agrona.concurrent.NanoClock;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.actors.inbox.Inbox;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.FinishedJobs;
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
 * The way to a scheduler's agent and from there to its engine's: admission, the inboxes, and what becomes of jobs when
 * nobody is behind the gate any more. Any thread may use it.
 *
 * <p>It knows the agents' inboxes but neither the ring nor the driver, so that handles and jobs that outlive a driver don't
 * keep it loaded.
 */
final class SchedulerGate implements SchedulerPort {
    /** An unfinished job has a place in the inbox, and the news of its end may still have one when it was freed. */
    private static final int EVENTS_PER_JOB = 2;

    /** How many jobs the scheduler hands out before it lets the engine have them. */
    private static final int HANDED_AT_ONCE = 64;

    /** How many jobs the engine ends before it lets the scheduler know, so that the two work at the same time. */
    private static final int FINISHED_AT_ONCE = 64;

    /** How many answers to a time-out may be on their way. */
    private static final int TIMEOUT_ANSWERS = 1;

    /** What the agent notes in a batch, for its end. The agent's alone, and not among what others read. */
    private static final class Batch {
        /** What the engine is to be given. */
        HandedJobs handed = new HandedJobs();

        /** How many jobs ended. */
        int freed;
    }

    private final Room room;
    private final Inbox<SchedulerEvent> inbox;
    private final Controls controls;
    private final Timers timers;
    private final Flushes flushes;
    private final HangWatch hangs;
    private final EngineLink link;
    private final Inbox<Object> engine;
    private final GpuScheduler scheduler;
    private final ClientThreads clients;
    private final LongAdder refused = new LongAdder();

    /** Changes under its own lock, which nothing foreign is called under. */
    private volatile GateState state = GateState.Open.OPEN;

    /** Made before it is needed: there may be no memory to say it better. */
    private final GateState.Closed failed;

    private final Object stateChange = new Object();

    /** For arming: whether a scheduler is this one. */
    private final Predicate<GpuScheduler> own = this::isOf;

    /** Of jobs that a teardown let go of while another thread was about to signal them. */
    private final Queue<DmaFence> ending = new ConcurrentLinkedQueue<>();

    private final Batch batch = new Batch();

    /** Jobs that the engine's thread has ended in its batch, to be posted together. That thread's alone. */
    private @Nullable FinishedJobs finished;

    SchedulerGate(SchedulerSpec spec, FenceHost host, EngineLink link) {
        this.link = link;
        clients = host.clients();
        failed = new GateState.Closed("it has failed", host.settings().issuerDeath());
        engine = link.inbox();
        link.onBatchEnd(this::endBatch);
        int limit = spec.maxUnfinishedJobs() == SchedulerSpec.AS_CONFIGURED
                ? host.settings().maxUnfinishedJobs()
                : spec.maxUnfinishedJobs();
        room = new Room(limit, host.runtime(), () -> !isShut());
        boolean timed = spec.timeoutNs() != SchedulerSpec.NO_TIMEOUT;
        inbox = new Inbox<>(
                EVENTS_PER_JOB * room.limit() + (timed ? TIMEOUT_ANSWERS : 0), this::abandon, host.quiescence());
        controls = new Controls(inbox, () -> refuse(Reason.SCHEDULER_CLOSED, "has ended: " + reason()));
        timers = new Timers(host.runtime().clock());
        flushes = new Flushes(timers);
        hangs = new HangWatch(spec, link, controls, timers, host.runtime().clock());
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

    /** The state machine; its agent alone uses it, but for what may be called from any thread. */
    GpuScheduler scheduler() {
        return scheduler;
    }

    Inbox<SchedulerEvent> inbox() {
        return inbox;
    }

    Controls controls() {
        return controls;
    }

    Timers timers() {
        return timers;
    }

    Flushes flushes() {
        return flushes;
    }

    /** What clients' code runs on. */
    ClientThreads clients() {
        return clients;
    }

    Room room() {
        return room;
    }

    /** Whether no jobs are taken, for now or for ever. */
    boolean isShut() {
        return state != GateState.Open.OPEN;
    }

    /** Whether none are taken any more, and those that there are have ended or are about to. */
    boolean isClosed() {
        return state instanceof GateState.Closed;
    }

    /** Says that the gate is shut. */
    SubmitRefusedException refuseShut() {
        return refuseShut("open another scheduler");
    }

    SubmitRefusedException refuseShut(String remedy) {
        return refuse(Reason.SCHEDULER_CLOSED, "takes no jobs: " + reason() + "; " + remedy);
    }

    private String reason() {
        return state.reason();
    }

    private boolean isOf(GpuScheduler other) {
        return scheduler == other;
    }

    /** Whether a scheduler is this one; always the same object. */
    Predicate<GpuScheduler> own() {
        return own;
    }

    SubmitRefusedException refuse(Reason reason, String problem) {
        refused.increment();
        return new SubmitRefusedException(reason, scheduler + " " + problem);
    }

    /** Gives back the place of a job that never was one. A scheduler that drains may have waited for that alone. */
    void withdraw() {
        room.withdraw();
        if (isShut()) { // read behind the place; whoever drains shuts the gate, then looks at the places
            inbox.poke();
        }
    }

    /** Appends an admitted and armed job; {@link #ring} must follow. */
    void append(SchedulerJob job) {
        if (!inbox.append(job)) {
            abandon(job); // its fences exist
            overflow(job);
        }
    }

    void ring() {
        inbox.ring();
    }

    @Override
    public long nowNs(NanoClock clock) {
        return link.isInBatch() ? link.nowNs() : clock.nanoTime();
    }

    @Override
    public void post(SchedulerEvent event) {
        if (!link.isInBatch()) {
            add(event);
            ring();
        } else if (!(event instanceof SchedulerJob job)) {
            addFinished();
            add(event);
        } else if (finished == null) {
            begin(job);
        } else {
            finished.add(job);
            if (finished.count() == FINISHED_AT_ONCE) {
                addFinished();
            }
        }
    }

    private void begin(SchedulerJob job) {
        try {
            finished = new FinishedJobs(job);
        } catch (OutOfMemoryError e) {
            add(job); // there is a place for each
        }
    }

    private void endBatch() {
        addFinished();
        ring();
    }

    private void addFinished() {
        FinishedJobs jobs = finished;
        if (jobs != null) {
            finished = null;
            add(jobs);
        }
    }

    private void add(SchedulerEvent event) {
        if (!inbox.append(event)) {
            overflow(event);
        }
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
                overflow(jobs);
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
        hangs.timer(atNs);
    }

    @Override
    public void timedOut(JobTimeout timeout) {
        handOut(); // so that the engine gets the job before it is told to reset it
        hangs.timedOut(timeout);
    }

    /** On the agent, on a doorbell: takes in the events of a batch. */
    void takeIn() {
        hangs.look();
        scheduler.inOneCall(() -> inbox.drain(this::handle));
    }

    /** On the agent, behind the events of a batch: runs what is due, hands out what may run, and answers who waits. */
    void work() {
        // What was submitted before a request has had its chance when the request is carried out.
        scheduler.runReady();
        handOut();
        controls.carryOut(scheduler);
        timers.poll();
        scheduler.runReady();
        handOut();
        flushes.answer(scheduler);
        hangs.arm(scheduler);
        tellFreed();
    }

    /** An ended job keeps its place until the batch it was freed in is over. */
    private void tellFreed() {
        if (batch.freed != 0) {
            room.leave(batch.freed);
            batch.freed = 0;
        }
    }

    /** Whether the engine hangs in its driver beyond hope. */
    boolean isEngineLost() {
        return hangs.isEngineLost();
    }

    /** Gives the engine up, with every job. */
    void giveEngineUp() {
        link.passOver(FenceError.ETIME);
        close("its engine hangs in the driver", FenceError.ETIME);
    }

    /** No more admissions; what is inside goes on. */
    void shut(String reason) {
        if (change(GateState.Open.class, new GateState.Shut(reason))) {
            room.tellWaiters();
        }
    }

    /** Admits again, the driver stays after all; unless the scheduler has ended. */
    void reopen() {
        if (change(GateState.Shut.class, GateState.Open.OPEN)) {
            room.tellWaiters();
        }
    }

    private boolean change(Class<? extends GateState> from, GateState to) {
        synchronized (stateChange) {
            if (!from.isInstance(state)) {
                return false;
            }
            state = to;
            scheduler.setReady(to == GateState.Open.OPEN);
        }
        return true;
    }

    /** Ends every job there is or will be. Called by the agent when it ends; a second time does nothing. */
    void close(String reason, @Nullable FenceError error) {
        if (inbox.isClosed()) {
            return;
        }
        try {
            if (change(GateState.class, closed(reason, error))) {
                room.tellWaiters();
            }
            scheduler.tearDown(error);
            flushes.answer(scheduler);
        } finally {
            tellFreed();
            inbox.close();
            controls.refuseAll();
        }
    }

    private GateState.Closed closed(String reason, @Nullable FenceError error) {
        try {
            return new GateState.Closed(reason, error);
        } catch (OutOfMemoryError e) {
            return failed;
        }
    }

    /** Whether each job that was taken has ended, its fences included. Any thread. */
    boolean isEmpty() {
        if (!room.isEmpty()) {
            return false;
        }
        ending.removeIf(DmaFence::isSignaled);
        return ending.isEmpty();
    }

    /** A number that grows while jobs end, and stands still while somebody's callback holds that up. Any thread. */
    long progress() {
        return room.ended() + scheduler.tearDownProgress();
    }

    /** How many jobs have ended, their fences included. Any thread. */
    long endedWithFences() {
        long ended = room.ended();
        ending.removeIf(DmaFence::isSignaled); // a fence is added before its place is given back
        return Math.max(0, ended - ending.size());
    }

    /** Ends a job that came when the agent had ended. */
    private void abandon(SchedulerEvent event) {
        if (event instanceof SchedulerJob job) {
            if (job.abandon(state instanceof GateState.Closed closed ? closed.error() : FenceError.ECANCELED)) {
                room.leave(1);
            }
        }
    }

    SchedulerStats stats() {
        return new SchedulerStats(room.admitted(), refused.sum(), room.ended(), inbox.doorbells(), engine.doorbells());
    }

    /** Takes in an event; a job that its entity refuses has ended by then. */
    private void handle(SchedulerEvent event) {
        try {
            scheduler.handle(event);
        } catch (SchedulerException e) {
            // Its entity was killed behind the submitter's back; the job has ended with the error that says so.
        } catch (RuntimeException | Error e) { // one event that fails is no reason to end all clients' jobs
            ForeignFailure.report(scheduler.runtime(), "an event for ", scheduler, e);
        }
    }

    private void overflow(Object item) {
        throw new IllegalStateException("an inbox of " + scheduler + " has no room for " + item
                + ", though each unfinished job owns a place: please report this");
    }
}
