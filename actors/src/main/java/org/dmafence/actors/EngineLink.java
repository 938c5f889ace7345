package org.dmafence.actors;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.actors.EngineActor.Completion;
import org.dmafence.actors.EngineActor.Look;
import org.dmafence.actors.EngineActor.Reset;
import org.dmafence.actors.inbox.Inbox;
import org.dmafence.fence.CallbackWatchdog;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.HandedJobs;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;

/** What others know of an engine: its inbox, and the thread to interrupt when its driver hangs. Never the ring. */
final class EngineLink {
    /** How many completions may be on their way beyond one for each slot. */
    private static final int SPARE_COMPLETIONS = 64;

    /** How many questions of the time-outs may be open. */
    private static final int QUESTIONS = 1;

    private final Inbox<Object> inbox;
    private final int completionLimit;
    private final AtomicInteger completions = new AtomicInteger();
    private final Object driverCall = new Object();
    private @Nullable Thread inDriver;

    /** Written by the engine, read by its scheduler; opaque. */
    private long progress;

    /** The engine's alone. */
    private long nowNs;

    private volatile @Nullable FenceError endsWith;
    private volatile boolean passedOver;
    private volatile boolean parked;
    private volatile boolean dead;

    /** Completions that nobody has answered: when the engine is passed over, nobody will. */
    private final Set<Completion> open = ConcurrentHashMap.newKeySet();

    private Runnable batchEnd = () -> {};

    /** A link to an engine whose jobs end with an error of the settings when it dies without another reason. */
    EngineLink(FenceHost host, int slots) {
        endsWith = host.settings().issuerDeath();
        completionLimit = slots + SPARE_COMPLETIONS;
        inbox = new Inbox<>(slots + completionLimit + QUESTIONS, this::reject, host.quiescence());
    }

    Inbox<Object> inbox() {
        return inbox;
    }

    /** Takes in a completion; false if there is no place for one more. It is answered whatever happens. */
    boolean complete(Completion completion) {
        if (completions.incrementAndGet() > completionLimit) {
            completions.decrementAndGet();
            return false;
        }
        open.add(completion); // before passedOver is read; pairs with passOver
        if (!inbox.offer(completion)) {
            reject(completion);
        } else if (passedOver) {
            completion.reply().complete(false);
        }
        return true;
    }

    /** A completion has left the inbox. */
    void completed(Completion completion) {
        completions.decrementAndGet();
        open.remove(completion);
    }

    int completionLimit() {
        return completionLimit;
    }

    /** The ring is dead: what comes from now on ends with this, {@code null} for success. */
    void dead(@Nullable FenceError error) {
        dead = true;
        if (!passedOver) {
            endsWith = error;
        }
    }

    /** Ends what nobody will work off any more. */
    void reject(Object item) {
        if (item instanceof HandedJobs jobs) {
            jobs.drain(this::reject);
        } else if (item instanceof Completion completion) {
            completed(completion);
            completion.reply().complete(false);
        } else if (item instanceof Reset reset) {
            reset.reply().accept(false);
        } else if (item instanceof Look look) {
            look.reply().accept(false);
        }
    }

    /** Ends a job that the hardware will not be given. */
    void reject(SchedulerJob job) {
        job.fail(endsWith);
    }

    /** The engine takes the next item, or has done with the last. */
    void progress(long timeNs) {
        progress();
        nowNs = timeNs;
    }

    /** The same without a look at the clock. */
    void progress() {
        PROGRESS.setOpaque(this, progress + 1);
    }

    /**
     * When the engine last looked at the clock, before the call of the driver that it is in; for its thread in the
     * midst of a batch.
     */
    long nowNs() {
        return nowNs;
    }

    /** A number that stays the same while the engine is in one and the same call of the driver. */
    long progressSeen() {
        return (long) PROGRESS.getOpaque(this);
    }

    /** Whether the engine is in the driver, or about to enter or leave it. */
    boolean isInDriver() {
        synchronized (driverCall) {
            return inDriver != null;
        }
    }

    /** Whether what holds the engine in the driver is a callback of a fence, and not the driver itself. */
    boolean isInCallback() {
        synchronized (driverCall) {
            return inDriver != null && CallbackWatchdog.isInCallback(inDriver);
        }
    }

    /** Says that nobody looks at the ring, or somebody does again. */
    void parked(boolean isParked) {
        parked = isParked;
    }

    /** Whether nobody looks at the ring for now: its driver may be going, and time-outs don't count. */
    boolean isParked() {
        return parked;
    }

    /** Wakes the engine's thread from a call of the driver that takes too long, if the driver lets itself be woken. */
    void interrupt() {
        synchronized (driverCall) {
            if (inDriver != null) {
                inDriver.interrupt();
            }
        }
    }

    void enterDriver(long timeNs) {
        nowNs = timeNs;
        synchronized (driverCall) {
            inDriver = Thread.currentThread();
        }
    }

    /** Whether this is the engine's thread in the midst of a batch: it rings the scheduler once, at the end. */
    boolean isInBatch() {
        // Racy, but a thread finds itself here only if it wrote that itself and has not taken it back.
        return (Thread) IN_DRIVER.getOpaque(this) == Thread.currentThread();
    }

    /** Says who is rung when a batch ends; before anybody else knows the link. */
    void onBatchEnd(Runnable ring) {
        batchEnd = ring;
    }

    /** An interrupt that came for the driver's call ends with it. The scheduler hears of what has finished. */
    void leaveDriver() {
        synchronized (driverCall) {
            inDriver = null;
            Thread.interrupted();
        }
        batchEnd.run();
    }

    /**
     * Gives a hanging engine up: wakes its thread, if the driver lets itself be woken, and has it call the driver no
     * more.
     *
     * @param error what the jobs end with that it has not given to the ring, {@code null} for success
     */
    void passOver(@Nullable FenceError error) {
        dead(error);
        passedOver = true; // before the interrupt, so that the engine sees it when it comes back
        interrupt();
        open.forEach(completion -> completion.reply().complete(false));
    }

    boolean isDead() {
        return dead;
    }

    boolean isPassedOver() {
        return passedOver;
    }

    private static final VarHandle IN_DRIVER;
    private static final VarHandle PROGRESS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            IN_DRIVER = lookup.findVarHandle(EngineLink.class, "inDriver", Thread.class);
            PROGRESS = lookup.findVarHandle(EngineLink.class, "progress", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
