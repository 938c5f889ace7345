package org.dmafence.sched;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.SubmitQueue.Work;
import org.dmafence.trace.JobRecorder;
import org.jspecify.annotations.Nullable;

/** What the parts of a scheduler share: its settings, credits, score and work, and the safe ways out. */
final class Core {
    /*
     * Overview. Host only, but for what says "any thread".
     *
     * I1  usedCredits is the sum of the charges of the jobs marked as charged.
     * I2  Every pushed job is in the queue of an entity, pending, a stray, asked about, or dying; or it was freed,
     *     once.
     * I3  An event that arises on the host's own thread within a call takes effect at once, as on the kernel's one CPU;
     *     any other goes through the port.
     */
    final FenceRuntime runtime;
    final GpuScheduler scheduler;
    final SchedulerIdentity identity;
    final int creditLimit;
    final SchedulerPort port;
    final TimeAverage average = new TimeAverage();
    final RunQueues queues;
    final SubmitQueue work;
    final PendingJobs pending;
    final JobTimeouts timeouts;
    final EntityEnd ends;

    /** For as many entities as are listed and jobs as are unfinished. Any thread. */
    final AtomicInteger score;

    private final @Nullable SchedulerTraceListener trace;

    private int usedCredits;

    /** What the present call adds to the score when it ends. */
    private int scored;

    private boolean tornDown;
    private final AtomicLong tornDownJobs = new AtomicLong();

    /** The host while it is in a call; others may read it but never find themselves. */
    private @Nullable Thread inside;

    Core(GpuScheduler scheduler, GpuSchedulerBuilder builder) {
        this.scheduler = scheduler;
        runtime = builder.runtime;
        identity = new SchedulerIdentity(builder.name);
        creditLimit = builder.creditLimit;
        port = builder.port;
        trace = builder.trace;
        score = builder.score;
        queues = new RunQueues(builder.policy, builder.priorities, average);
        work = new SubmitQueue(this);
        pending = new PendingJobs(this);
        timeouts = new JobTimeouts(this, builder.timeoutNs);
        ends = new EntityEnd(this);
    }

    // ---- calls and events -------------------------------------------------------------------------------------------

    /** Runs a call of the host. */
    void inCall(Runnable body) {
        Thread before = enter();
        try {
            body.run();
        } finally {
            leave(before);
        }
    }

    /** Enters a call, or one within a call; the latter writes nothing, for threads that signal read the field. */
    @Nullable Thread enter() {
        Thread before = inside;
        Thread self = Thread.currentThread();
        if (before != self) {
            INSIDE.setOpaque(this, self);
        }
        return before;
    }

    void leave(@Nullable Thread before) {
        if (before != Thread.currentThread()) {
            INSIDE.setOpaque(this, before);
            if (scored != 0) {
                score.getAndAdd(scored);
                scored = 0;
            }
        }
    }

    /** An event arose. Any thread. */
    void post(SchedulerEvent event) {
        if (INSIDE.getOpaque(this) == Thread.currentThread()) {
            takeIn(event);
        } else {
            port.post(event);
        }
    }

    /**
     * As {@link #post}, but it never takes effect within this call: the kernel has another worker do it. Any thread.
     */
    void postLater(SchedulerEvent event) {
        port.post(event);
    }

    void takeIn(SchedulerEvent event) {
        if (tornDown) {
            return;
        }
        if (event instanceof SchedulerJob job) {
            onDone(job);
        } else if (event instanceof FinishedJobs jobs) {
            jobs.takeIn(this);
        } else if (event instanceof DependencyWait wait) {
            onDependency(wait);
        } else if (event instanceof JobKill kill) {
            ends.onKill(kill);
        } else if (event instanceof JobTimeout timeout) {
            timeouts.onAnswer(timeout);
        }
    }

    private void onDependency(DependencyWait wait) {
        SchedulerEntity entity = wait.entity;
        if (entity.waiting() != wait) {
            return;
        }
        entity.waitWith(null);
        if (entity.isKilled()) {
            ends.killQueued(entity);
        } else {
            queues.of(entity).settle(entity);
        }
        work.queue(Work.RUN);
    }

    /** The hardware has finished a job, or somebody ended it in its place. */
    void onDone(SchedulerJob job) {
        if (!job.done) {
            uncharge(job);
            job.done = true;
            score(-1);
            work.queue(Work.FREE);
        }
    }

    boolean isTornDown() {
        return tornDown;
    }

    /** Takes in nothing any more. */
    void markTornDown() {
        tornDown = true;
    }

    /**
     * A teardown has ended or freed one more job. Opaque: somebody wonders whether it hangs, and reads nothing else by
     * it.
     */
    void countTearDown() {
        tornDownJobs.setOpaque(tornDownJobs.getPlain() + 1);
    }

    /** How far a teardown has come. Any thread. */
    long tearDownProgress() {
        return tornDownJobs.getOpaque();
    }

    /** Counts jobs, or discounts them. */
    void score(int jobs) {
        scored += jobs;
    }

    // ---- entities ---------------------------------------------------------------------------------------------------

    /** Counts an entity that pushes a job among those of the scheduler. */
    void list(SchedulerEntity entity) {
        if (entity.list(this)) {
            score.getAndIncrement();
        }
    }

    /** Forgets an entity that was killed or moves away. Any thread. */
    void unlist(SchedulerEntity entity) {
        if (entity.unlist(this)) {
            score.getAndDecrement();
        }
    }

    /** A priority that there is, for a client's entity. Any thread. */
    SchedulerPriority clamp(SchedulerPriority asked, String client) {
        SchedulerPriority lowest = queues.lowest();
        if (asked.level() <= lowest.level()) {
            return asked;
        }
        log(client + " asks for priority " + asked + " of " + scheduler + " and gets " + lowest);
        return lowest;
    }

    // ---- jobs -------------------------------------------------------------------------------------------------------

    int usedCredits() {
        return usedCredits;
    }

    void charge(SchedulerJob job) {
        if (!job.charged && !job.done) {
            job.charged = true;
            usedCredits += job.charge;
        }
    }

    void uncharge(SchedulerJob job) {
        if (job.charged) {
            job.charged = false;
            usedCredits -= job.charge;
        }
    }

    /** Ends a job whatever it waits for; {@link #free} must follow. */
    void end(SchedulerJob job, @Nullable FenceError error) {
        try {
            job.cancel(error);
        } catch (Throwable e) { // not even a want of memory may keep the other jobs from ending
            report("end of ", job, e);
        }
        uncharge(job);
    }

    /**
     * Ends and frees a job for which something failed, for want of memory as a rule, and that would be on no list any
     * more: nobody else would end it. Throws nothing.
     */
    void giveUp(SchedulerJob job, Throwable cause) {
        pending.remove(job);
        end(job, errorOf(cause));
        free(job);
        try {
            warn(job + " ended because of " + ForeignFailure.text(cause));
        } catch (Throwable e) {
            // No memory to say it, and the other jobs matter more.
        }
    }

    private static FenceError errorOf(Throwable cause) {
        return cause instanceof OutOfMemoryError ? FenceError.ENOMEM : FenceError.ofThrown(cause);
    }

    /** Frees a job, once. Throws nothing: it runs drivers' code, and the other jobs' ends must not depend on that. */
    void free(SchedulerJob job) {
        if (job.freed) {
            return;
        }
        pending.removeId(job);
        try {
            job.free();
        } catch (Throwable e) {
            report("release of what was held by ", job, e);
        }
        try {
            port.freed(job);
        } catch (Throwable e) {
            report("free of ", job, e);
        }
    }

    // ---- the port, the trace, the reporter -------------------------------------------------------------------------

    /** The time that the calling thread stamps jobs with. Any thread. */
    long nowNs() {
        return port.nowNs(runtime.clock());
    }

    /** Hands a job out; one that the port throws at ends. */
    void runOut(SchedulerJob job) {
        try {
            port.run(job);
        } catch (Throwable e) {
            job.end(ForeignFailure.report(runtime, "run of ", job, e));
        }
    }

    @Nullable DmaFence prepare(SchedulerJob job) {
        try {
            DmaFence prepared = port.prepare(job);
            if (prepared == null || !prepared.isFreed()) {
                return prepared;
            }
            warn("prepare of " + job + " returned " + prepared
                    + ", which has been released for the last time; the job does not wait for it");
        } catch (Throwable e) {
            report("prepare of ", job, e);
        }
        return null;
    }

    int creditsOf(SchedulerJob job) {
        int wanted = job.credits();
        try {
            wanted = port.credits(job);
        } catch (Throwable e) {
            report("credits of ", job, e);
        }
        if (wanted <= 0) {
            warn(job + " now takes " + wanted + " credits; it is charged the " + job.credits() + " that it asked for");
            wanted = job.credits();
        }
        return wanted;
    }

    /** Whether the driver can cancel jobs. */
    boolean canCancel() {
        try {
            return port.canCancel();
        } catch (Throwable e) {
            report("whether jobs can be canceled, of ", scheduler, e);
            return false;
        }
    }

    /** Asks the host for a call at a time. */
    void timer(long atNs) {
        try {
            port.timer(atNs);
        } catch (Throwable e) {
            report("timer of ", scheduler, e);
        }
    }

    /** Tells the host of work. */
    void workQueued() {
        try {
            port.workQueued();
        } catch (Throwable e) {
            report("news of work for ", scheduler, e);
        }
    }

    /** Calls somebody else's code; what it throws is reported. */
    void guarded(String call, Object about, Runnable foreign) {
        try {
            foreign.run();
        } catch (Throwable e) {
            report(call, about, e);
        }
    }

    /**
     * Reports what somebody else's code threw. Throws nothing: what comes next must not depend on there being memory
     * for words.
     */
    void report(String call, Object about, Throwable thrown) {
        ForeignFailure.report(runtime, call, about, thrown);
    }

    /** Whether anybody listens; asked first where an event would be made for nothing. Any thread. */
    boolean isTraced() {
        return trace != null || JobRecorder.isOn();
    }

    /** Any thread. */
    void trace(Consumer<SchedulerTraceListener> event) {
        if (trace != null) {
            trace(event, trace);
        }
        if (JobRecorder.isOn()) {
            trace(event, RecordedTrace.INSTANCE);
        }
    }

    private void trace(Consumer<SchedulerTraceListener> event, SchedulerTraceListener listener) {
        try {
            event.accept(listener);
        } catch (RuntimeException | Error e) {
            warn("the trace listener of " + scheduler + " failed: " + ForeignFailure.text(e));
        }
    }

    /** Reports a broken rule. Any thread. */
    void warn(String message) {
        try {
            runtime.reporter().report(FenceReporter.Kind.WARN, message, null);
        } catch (RuntimeException | Error e) {
            ForeignFailure.logReporter(e);
        }
    }

    /** Tells of something that is allowed but surely not meant. Any thread. */
    void log(String message) {
        System.getLogger("org.dmafence.sched").log(System.Logger.Level.WARNING, message);
    }

    private static final VarHandle INSIDE;

    static {
        try {
            INSIDE = MethodHandles.lookup().findVarHandle(Core.class, "inside", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
