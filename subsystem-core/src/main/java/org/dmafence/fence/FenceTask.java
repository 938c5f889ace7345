package org.dmafence.fence;

import java.lang.ref.Cleaner;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Work on an executor whose end is a fence: the CPU as an engine.
 *
 * <p>The fence signals on the executor's thread when the task returns, and with an error when it does not: that of a
 * {@link FenceErrorException}, {@code -ECANCELED} for a cancellation or an interrupt, {@code -EIO} for anything else,
 * which is reported as well. It signals {@code -EBUSY} if the executor refuses the task, and {@code -ECANCELED} if the
 * task was {@linkplain #cancel cancelled}, or forgotten by the executor without a word, as soon as the collector finds
 * that out. Every method may be called from any thread.
 */
public final class FenceTask {
    private static final Cleaner FORGOTTEN = Cleaner.create();

    /** What is to be done. The thread that takes it out of its slot does it, or ends the fence without. */
    private record Work(FenceContext context, DmaFence fence, Callable<?> task) {}

    private final DmaFence fence;
    private final AtomicReference<@Nullable Work> slot;

    private FenceTask(DmaFence fence, AtomicReference<@Nullable Work> slot) {
        this.fence = fence;
        this.slot = slot;
    }

    /**
     * Hands a task to an executor. What the executor throws is not passed on, unless it is an {@link Error}: its
     * refusal is the fence's error.
     *
     * @param context the issuer's end that makes the fence
     */
    public static FenceTask submit(
            FenceContext context, FenceOps ops, long seqno, Executor executor, Callable<?> task) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(task, "task");
        AtomicReference<@Nullable Work> slot = new AtomicReference<>();
        DmaFence fence = context.newFence(ops, seqno);
        boolean submitted = false;
        try {
            slot.set(new Work(context, fence, task));
            FenceTask made = new FenceTask(fence, slot);
            Shell shell = new Shell(slot);
            FORGOTTEN.register(shell, () -> end(slot, FenceError.ECANCELED));
            try {
                executor.execute(shell);
            } catch (RuntimeException e) {
                end(slot, FenceError.EBUSY);
            }
            submitted = true;
            return made;
        } finally {
            if (!submitted) { // an Error; the caller gets no fence, so the task does not run either
                slot.set(null);
                context.abandon(fence, FenceError.EBUSY);
            }
        }
    }

    /** The promise that the task has ended, with the maker's reference. */
    public DmaFence fence() {
        return fence;
    }

    /**
     * Takes the task back if it has not begun; one that runs is left alone. The executor keeps an empty shell, nothing
     * of the task or the fence.
     *
     * @return whether it was taken back, and the fence signalled {@code -ECANCELED}
     */
    public boolean cancel() {
        return end(slot, FenceError.ECANCELED);
    }

    private static boolean end(AtomicReference<@Nullable Work> slot, FenceError error) {
        Work taken = slot.getAndSet(null);
        if (taken != null) {
            taken.context.signal(taken.fence, error);
        }
        return taken != null;
    }

    private static void run(Work work) {
        FenceError error = FenceError.EIO;
        try {
            Object unused = work.task.call();
            error = null;
        } catch (InterruptedException e) {
            error = FenceError.ECANCELED;
            Thread.currentThread().interrupt();
        } catch (Throwable e) {
            error = FenceError.ofThrown(e);
            if (error.equals(FenceError.EIO)) {
                FenceCalls.taskFailed(work.fence, e);
            }
            if (e instanceof Error fatal) {
                throw fatal;
            }
        } finally {
            if (error == null) {
                work.context.signal(work.fence);
            } else {
                work.context.signal(work.fence, error);
            }
        }
    }

    /**
     * What the executor gets. The cleaner watches it, so that it must be reachable from nothing that the slot holds.
     */
    private static final class Shell implements Runnable {
        private final AtomicReference<@Nullable Work> slot;

        Shell(AtomicReference<@Nullable Work> slot) {
            this.slot = slot;
        }

        @Override
        public void run() {
            Work work = slot.getAndSet(null);
            if (work != null) {
                FenceTask.run(work);
            }
        }
    }
}
