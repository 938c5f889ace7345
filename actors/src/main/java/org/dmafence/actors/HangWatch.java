package org.dmafence.actors;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.agrona.concurrent.NanoClock;
import org.dmafence.actors.EngineActor.Reset;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.JobTimeout;
import org.dmafence.sched.JobTimeout.Answer;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/**
 * Sees to a scheduler's time-outs: has the engine reset the ring, wakes it when it hangs in the driver, and gives it up when
 * that does not help. The scheduler's actor alone uses it.
 *
 * <p>When a job's time is up, it depends on where the job is:
 *
 * <ol>
 *   <li>The engine has not come to it, or has just begun with it: nothing hangs as long as the engine gets on.
 *   <li>The driver has had it in {@code submit} for the whole time: the job ends with {@code ETIME}, and the engine's thread
 *       is interrupted.
 *   <li>The hardware has it: the job and its client are blamed, and the engine tells the ring that the job is over. Without a
 *       hang limit it ends with {@code ETIME} and the jobs behind it go on. With one all jobs on the ring are run again, and
 *       those of an entity blamed more often than the limit end with {@code ECANCELED}.
 * </ol>
 *
 * <p>An engine that is still in the same call of the driver one time-out after it was interrupted, or that was to reset the
 * ring for a stopped scheduler, is lost: the scheduler ends, with {@code ETIME} for every job.
 */
final class HangWatch {
    private static final long NEVER = Long.MAX_VALUE;

    private final EngineLink link;
    private final Timers timers;
    private final NanoClock clock;
    private final int hangLimit;
    private final long timeoutNs;
    private final Controls controls;

    /** When the scheduler wants to be called; a timer is set for then or, to set few, earlier. */
    private long dueNs = NEVER;

    private long armedNs = NEVER;

    /** What the engine was asked and may not have answered. */
    private @Nullable AtomicBoolean resetting;

    /** How far the engine had come when it was found hanging. */
    private long hungAt = NEVER;

    private boolean interrupt;
    private boolean lost;

    HangWatch(SchedulerSpec spec, EngineLink link, Controls controls, Timers timers, NanoClock clock) {
        this.link = link;
        this.controls = controls;
        this.timers = timers;
        this.clock = clock;
        hangLimit = spec.hangLimit();
        timeoutNs = spec.timeoutNs();
    }

    /** The scheduler asks to be called at a time. */
    void timer(long atNs) {
        dueNs = atNs;
    }

    /** Sets the timer, if need be; at the end of a batch. */
    void arm(GpuScheduler scheduler) {
        if (dueNs < armedNs) {
            long atNs = dueNs;
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
        if (dueNs > clock.nanoTime()) {
            return; // put off meanwhile
        }
        dueNs = NEVER;
        AtomicBoolean unanswered = resetting;
        if (unanswered != null && !unanswered.get()) {
            if (scheduler.isStopped()) {
                lost = true; // nothing would run any more
                return;
            }
            engineHangs();
        }
        if (!lost) {
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
            if (isEngineGettingOn()) {
                timeout.answer(Answer.NO_HANG);
            } else {
                lost = true;
                timeout.giveUp();
            }
        } else if (job.fence().parent() != null) {
            reset(timeout);
        } else if (clock.nanoTime() - job.ranNs() < timeoutNs) {
            timeout.answer(Answer.NO_HANG);
        } else {
            engineHangs();
            timeout.giveUp();
        }
    }

    private boolean isEngineGettingOn() {
        long now = link.progressSeen();
        if (now != hungAt) {
            hungAt = now;
            return true;
        }
        return !link.isInDriver();
    }

    /** The first time its thread is interrupted; if that was in vain, the engine is lost. */
    private void engineHangs() {
        if (isEngineGettingOn()) {
            interrupt = true;
        } else {
            lost = true;
        }
    }

    private void reset(JobTimeout timeout) {
        SchedulerJob job = timeout.job();
        GpuScheduler scheduler = job.scheduler();
        scheduler.recovery().blame(job);
        List<Long> ids = new ArrayList<>(List.of(job.work().id()));
        AtomicBoolean answered = new AtomicBoolean();
        Consumer<Boolean> reply;
        if (hangLimit == 0) {
            reply = wasInFlight -> {
                if (wasInFlight) {
                    timeout.answer(Answer.RESET);
                } else {
                    timeout.giveUp();
                }
            };
        } else {
            scheduler.recovery().stop(job);
            scheduler.pendingJobs().stream()
                    .filter(other -> other != job)
                    .forEach(other -> ids.add(other.work().id()));
            reply = wasInFlight -> {
                CompletionStage<Boolean> unused = controls.ask((stopped, done) -> {
                    runAgain(stopped, timeout);
                    done.complete(true);
                });
            };
        }
        resetting = answered;
        Reset request = new Reset(ids, wasInFlight -> {
            answered.set(true);
            reply.accept(wasInFlight);
        });
        if (link.inbox().append(request)) {
            link.inbox().ring();
        } else {
            link.reject(request); // the last one has not been dealt with: the engine hangs
        }
    }

    private static void runAgain(GpuScheduler scheduler, JobTimeout timeout) {
        if (scheduler.isStopped()) {
            scheduler.recovery().resubmit();
            scheduler.recovery().start(null);
            timeout.answer(Answer.RESET);
        }
    }
}
