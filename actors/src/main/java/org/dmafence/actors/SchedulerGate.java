package org.dmafence.actors;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.dmafence.actors.SubmitRefusedException.Reason;
import org.dmafence.actors.inbox.Inbox;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.SchedulerEvent;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/**
 * The way to a scheduler: who gets in, whether it is open, and what becomes of jobs when nobody takes them any more.
 * Any thread may use it.
 *
 * <p>It knows the agents' inboxes but neither the ring nor the driver, so that handles and jobs that outlive a driver
 * don't keep it loaded.
 */
final class SchedulerGate {
    /** An unfinished job has a place in the inbox, and the news of its end may still have one when it was freed. */
    private static final int EVENTS_PER_JOB = 2;

    /** How many answers to a time-out may be on their way. */
    private static final int TIMEOUT_ANSWERS = 1;

    private final Room room;
    private final Inbox<SchedulerEvent> inbox;
    private final Controls controls;
    private final SchedulerHost host;
    private final GpuScheduler scheduler;
    private final EngineLink link;
    private final ClientThreads clients;
    private final LongAdder refused = new LongAdder();

    /** Changes under its own lock, which nothing foreign is called under. */
    private volatile GateState state = GateState.Open.OPEN;

    /** Made before it is needed: there may be no memory to say it better. */
    private final GateState.Closed failed;

    private final Object stateChange = new Object();

    /** For arming: whether a scheduler is this one. */
    private final Predicate<GpuScheduler> own = this::isOf;

    SchedulerGate(SchedulerSpec spec, FenceHost shared, EngineLink link) {
        this.link = link;
        clients = shared.clients();
        failed = new GateState.Closed("it has failed", shared.settings().issuerDeath());
        int limit = spec.maxUnfinishedJobs() == SchedulerSpec.AS_CONFIGURED
                ? shared.settings().maxUnfinishedJobs()
                : spec.maxUnfinishedJobs();
        room = new Room(limit, shared.runtime(), () -> !isShut());
        boolean timed = spec.timeoutNs() != SchedulerSpec.NO_TIMEOUT;
        inbox = new Inbox<>(
                EVENTS_PER_JOB * room.limit() + (timed ? TIMEOUT_ANSWERS : 0), this::abandon, shared.quiescence());
        controls = new Controls(inbox, () -> refuse(Reason.SCHEDULER_CLOSED, "has ended: " + reason()));
        host = new SchedulerHost(spec, shared, link, inbox, controls, room);
        scheduler = host.scheduler();
    }

    /** What its agent works with. */
    SchedulerHost host() {
        return host;
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
        if (isShut()) { // read after the place was given back; whoever drains shuts the gate, then looks at the places
            inbox.poke();
        }
    }

    /** Appends an admitted and armed job; {@link #ring} must follow. */
    void append(SchedulerJob job) {
        if (!inbox.append(job)) {
            abandon(job); // its fences exist
            throw EventPost.noRoom(job);
        }
    }

    void ring() {
        inbox.ring();
    }

    /** On the agent. Gives the engine up, with every job. */
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
            host.tearDown(error);
        } finally {
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

    /** Ends a job that came when the agent had ended. */
    private void abandon(SchedulerEvent event) {
        if (event instanceof SchedulerJob job) {
            if (job.abandon(state instanceof GateState.Closed closed ? closed.error() : FenceError.ECANCELED)) {
                room.leave(1);
            }
        }
    }

    SchedulerStats stats() {
        return new SchedulerStats(
                room.admitted(),
                refused.sum(),
                room.ended(),
                inbox.doorbells(),
                link.inbox().doorbells());
    }
}
