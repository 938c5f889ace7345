package org.dmafence.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.dmafence.actors.EngineActor.Look;
import org.dmafence.actors.EngineActor.Reset;
import org.dmafence.fence.DmaFence;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.JobTimeout;
import org.dmafence.sched.JobTimeout.Answer;
import org.dmafence.sched.SchedulerJob;

/**
 * Sees to a scheduler's time-outs: has the hardware asked, has the engine reset the ring, wakes it when it hangs in the
 * driver, and gives it up when that does not help. The scheduler's agent alone uses it.
 *
 * <p>Time is {@link WatchedTime}: of a gap between two looks little counts, and of the time in which the engine is
 * parked nothing. When a job's time is up, it depends on where the job is:
 *
 * <ol>
 *   <li>The engine has not come to it, or has just begun with it: nothing hangs as long as the engine makes progress.
 *   <li>The driver has had it in {@code submit} for the whole time: the job ends with {@code ETIME}, and the engine's thread
 *       is interrupted.
 *   <li>The hardware has it: the engine lets the ring run up to now and polls the job's fence. Only if that has not signalled
 *       then, the job and its client are blamed, and the engine tells the ring that the job is over. Without a
 *       hang limit it ends with {@code ETIME} and the jobs after it go on. With one all jobs on the ring are run again, and
 *       those of an entity blamed more often than the limit end with {@code ECANCELED}.
 * </ol>
 *
 * <p>Until the engine has answered nobody is blamed, for nobody knows. An engine that has been in the same call of the
 * driver for a whole time-out is interrupted; one that is still there one time-out later is lost: the scheduler ends,
 * with {@code ETIME} for every job, and no client is blamed. If it is a fence's callback that holds the engine, and not
 * the driver, it has {@value #CALLBACK_TIMES} times as long; the subsystem's watchdog reports the callback.
 */
final class TimeoutHandler {
    private static final long NEVER = Long.MAX_VALUE;

    /** The gap between two looks that is nothing unusual: Akka's ticks may be two apart. */
    private static final long USUAL_GAP_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A hang is found after so many looks at the most, however far apart they are. */
    private static final int LOOKS = 8;

    /** How many time-outs a callback may hold the engine. */
    private static final int CALLBACK_TIMES = 10;

    private static final long CALLBACK_AT_LEAST_NS = TimeUnit.SECONDS.toNanos(1);

    private final EngineLink link;
    private final Timers timers;
    private final WatchedTime time;
    private final int hangLimit;
    private final long timeoutNs;
    private final long stepNs;
    private final Controls controls;

    /** When the scheduler wants to be called, in watched time; a timer is set for then or, to set few, earlier. */
    private long dueNs = NEVER;

    /** For when a timer is set, on the clock. */
    private long armedNs = NEVER;

    /** Whether a gap was cut short since the time began, and whether it was made up for. */
    private boolean gap;

    private boolean madeUp;

    /**
     * Whether the engine was asked something that it has not answered, or whose answer has not led to anything yet.
     * Cleared by the engine's thread, too, but only once the time-out has its answer: until then the scheduler must not
     * give up on it.
     */
    private volatile boolean unanswered;

    /** How far the engine had come at the last look, and how long it has been there in the driver. */
    private long progress = NEVER;

    private long stuckNs;

    /** Where the engine was when it was last interrupted. */
    private long interruptedAt = NEVER;

    private boolean interrupt;
    private boolean lost;

    TimeoutHandler(SchedulerSpec spec, EngineLink link, Controls controls, Timers timers, NanoClock clock) {
        this.link = link;
        this.controls = controls;
        this.timers = timers;
        hangLimit = spec.hangLimit();
        timeoutNs = spec.timeoutNs();
        stepNs = Math.max(USUAL_GAP_NS, timeoutNs / LOOKS);
        time = new WatchedTime(clock, stepNs);
    }

    /** Looks at the clock and the engine, before anything else in a batch. */
    void look() {
        if (timeoutNs == NEVER) {
            return;
        }
        long passedNs = time.look(link.isParked());
        gap |= passedNs >= stepNs;
        long seen = link.progressSeen();
        if (seen != progress || !link.isInDriver()) {
            progress = seen;
            stuckNs = 0;
        } else {
            stuckNs += passedNs;
        }
    }

    /** The scheduler asks to be called at a time. */
    void timer(long atNs) {
        dueNs = time.ofClock(atNs);
        gap = false;
        madeUp = false;
    }

    /** Sets the timer, if need be; at the end of a batch. */
    void arm(GpuScheduler scheduler) {
        long atNs = time.toClock(dueNs);
        if (atNs < armedNs) {
            armedNs = atNs;
            long unused = timers.at(atNs, () -> onTimer(scheduler, atNs));
        }
    }

    /** Whether the engine was given up. */
    boolean isEngineLost() {
        return lost;
    }

    private void onTimer(GpuScheduler scheduler, long setForNs) {
        if (armedNs != setForNs) {
            return; // an earlier one was set since
        }
        armedNs = NEVER;
        look();
        if (dueNs > time.nowNs()) {
            return; // put off meanwhile, or nobody has watched
        }
        if (gap && !madeUp) { // hardware that was stopped with the process gets to run before it is looked at
            madeUp = true;
            dueNs = after(Math.min(stepNs, timeoutNs));
            return;
        }
        dueNs = NEVER;
        if (unanswered) {
            engineHangs();
            dueNs = after(timeoutNs);
        } else {
            scheduler.onTimer();
        }
        if (interrupt) {
            interrupt = false;
            link.interrupt();
        }
    }

    /** A job takes too long; within {@link GpuScheduler#onTimer}. */
    void timedOut(JobTimeout timeout) {
        SchedulerJob job = timeout.job();
        if (job.isEnded()) {
            timeout.answer(Answer.NO_HANG);
        } else if (job.ranNs() == Long.MIN_VALUE) {
            if (engineHangs() && lost) {
                timeout.giveUp();
            } else {
                timeout.answer(Answer.NO_HANG);
            }
        } else if (job.fence().parent() != null) {
            askHardware(timeout);
        } else if (engineHangs()) {
            timeout.giveUp();
        } else {
            timeout.answer(Answer.NO_HANG);
        }
    }

    /**
     * Whether the engine has been in the same call of the driver for too long: the first time its thread is
     * interrupted; if that was in vain, the engine is lost.
     */
    private boolean engineHangs() {
        if (stuckNs < timeoutNs || (stuckNs < callbackTimeoutNs() && link.isInCallback())) {
            return false;
        }
        if (interruptedAt == progress) {
            lost = true;
        } else {
            interruptedAt = progress;
            interrupt = true;
            stuckNs = 0;
        }
        return true;
    }

    private long callbackTimeoutNs() {
        return timeoutNs > NEVER / CALLBACK_TIMES ? NEVER : Math.max(CALLBACK_AT_LEAST_NS, CALLBACK_TIMES * timeoutNs);
    }

    /** Has the engine see whether the hardware has done the job: it may be the first who looks since then. */
    private void askHardware(JobTimeout timeout) {
        ask(new Look(timeout.job(), looked -> later(() -> judge(timeout, looked))));
    }

    private void judge(JobTimeout timeout, boolean looked) {
        unanswered = false;
        if (isDone(timeout.job())) {
            timeout.answer(Answer.NO_HANG);
        } else if (looked) {
            reset(timeout);
        } else {
            timeout.giveUp(); // the engine is dead, and what it leaves behind ends
        }
    }

    /** Whether the hardware has done the job; somebody else may be about to end it. */
    private static boolean isDone(SchedulerJob job) {
        DmaFence hardware = job.fence().parent();
        return job.isEnded() || (hardware != null && hardware.isSignaled());
    }

    private void reset(JobTimeout timeout) {
        SchedulerJob job = timeout.job();
        GpuScheduler scheduler = job.scheduler();
        List<Long> ids = new ArrayList<>(List.of(job.work().id()));
        Consumer<Boolean> reply;
        if (hangLimit == 0) {
            scheduler.recovery().blame(job);
            reply = wasInFlight -> {
                if (job.isEnded()) {
                    timeout.answer(Answer.RESET);
                } else {
                    if (wasInFlight) {
                        scheduler
                                .runtime()
                                .warn(
                                        "complete of " + job + " on " + scheduler
                                                + " said that it was in flight, and signalled nothing; the job ends with ETIME");
                    }
                    timeout.giveUp();
                }
                unanswered = false;
            };
        } else {
            scheduler.recovery().stop(job);
            if (!job.isEnded()) {
                scheduler.recovery().blame(job);
            }
            scheduler.pendingJobs().stream()
                    .filter(other -> other != job)
                    .forEach(other -> ids.add(other.work().id()));
            reply = wasInFlight -> later(() -> runAgain(scheduler, timeout));
        }
        ask(new Reset(ids, reply));
    }

    private void runAgain(GpuScheduler scheduler, JobTimeout timeout) {
        unanswered = false;
        if (scheduler.isStopped()) {
            try {
                scheduler.recovery().resubmit();
            } finally { // or the scheduler stands still for good; those that were not run again end
                scheduler.recovery().start(null);
                timeout.answer(Answer.RESET);
            }
        }
    }

    /** On the engine's thread: has the scheduler's agent go on. */
    private void later(Runnable next) {
        CompletionStage<Boolean> unused = controls.ask((scheduler, done) -> {
            if (!scheduler.isTornDown()) {
                next.run();
            }
            done.complete(true);
        });
    }

    private void ask(Object question) {
        unanswered = true;
        if (link.inbox().append(question)) {
            link.inbox().ring();
        } else {
            link.reject(question); // can't be: one question at a time, and it has a place
        }
    }

    private long after(long ns) {
        long atNs = time.nowNs() + ns;
        return atNs < time.nowNs() ? NEVER : atNs;
    }
}
