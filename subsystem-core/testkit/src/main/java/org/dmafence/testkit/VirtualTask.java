package org.dmafence.testkit;

import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.dmafence.lockdep.Lockdep;
import org.jspecify.annotations.Nullable;

/**
 * A simulated thread of a {@link VirtualCpu}. Its methods are for the thread that drives the CPU, and for other tasks.
 */
public final class VirtualTask {
    private final VirtualCpu cpu;
    private final String name;
    private final Thread thread;

    /** Given by the CPU when it is this task's turn. */
    final Semaphore turn = new Semaphore(0);

    /** Whether the task sleeps in {@code park}; guarded by the CPU's monitor, as are the next two. */
    boolean parked;

    /** An {@code unpark} that no {@code park} has used up yet. */
    boolean permit;

    /** When the park in progress ends by itself. */
    @Nullable VirtualTimer timeout;

    private volatile @Nullable Object blocker;
    private volatile boolean done;
    private volatile @Nullable Throwable failure;

    VirtualTask(VirtualCpu cpu, String name, Runnable body) {
        this.cpu = cpu;
        this.name = name;
        thread = new TaskThread(this, body);
        thread.setDaemon(true);
        thread.start();
    }

    /** The task of the calling thread, {@code null} for a thread that is none. */
    static @Nullable VirtualTask current() {
        return of(Thread.currentThread());
    }

    static @Nullable VirtualTask of(Thread thread) {
        return thread instanceof TaskThread simulated ? simulated.task : null;
    }

    /** The name it was started with. */
    public String name() {
        return name;
    }

    /** Whether its body has returned or thrown. */
    public boolean isDone() {
        return done;
    }

    /** Whether it sleeps until somebody wakes it, or until its time is over. */
    public boolean isParked() {
        return cpu.isParked(this);
    }

    /** What it sleeps for, {@code null} if it does not sleep. */
    public @Nullable Object blocker() {
        return blocker;
    }

    /** Sets its interrupt status, and wakes it if it sleeps. */
    public void interrupt() {
        thread.interrupt();
        cpu.wake(this, false);
    }

    boolean isOf(VirtualCpu other) {
        return cpu == other;
    }

    void block(@Nullable Object on) {
        blocker = on;
    }

    @Nullable Throwable failure() {
        return failure;
    }

    StackTraceElement[] stack() {
        return thread.getStackTrace();
    }

    private void run(Runnable body) {
        turn.acquireUninterruptibly();
        try {
            if (!cpu.isClosed()) {
                body.run();
            }
        } catch (VirtualCpu.Closed e) {
            // The CPU was switched off while the task slept.
            Lockdep.clearHeld();
            return;
        } catch (Throwable e) {
            failure = e;
        } finally {
            done = true;
            cpu.onEnded();
        }
    }

    @Override
    public String toString() {
        Object on = blocker;
        return "task " + name + (done ? " (done)" : on == null ? "" : " (sleeps for " + on + ")");
    }

    /** A real thread that knows its task. */
    private static final class TaskThread extends Thread {
        private final VirtualTask task;
        private final Runnable body;

        TaskThread(VirtualTask task, Runnable body) {
            super("dmafence-virtual-" + task.name);
            this.task = task;
            this.body = Objects.requireNonNull(body, "body");
        }

        @Override
        public void run() {
            task.run(body);
        }
    }
}
