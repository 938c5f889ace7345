package org.dmafence.module;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;

/** The proof that a class loader is gone: a phantom reference, and collections to hurry it along. */
final class LoaderWatch {
    private static final long FIRST_POLL_MS = 10;
    private static final long MAX_POLL_MS = 640;

    private final ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
    private final PhantomReference<ClassLoader> loader;

    LoaderWatch(ClassLoader watched) {
        loader = new PhantomReference<>(watched, queue);
    }

    /** Whether the loader has been collected, whoever caused that. */
    boolean isCollected() {
        return loader.refersTo(null);
    }

    /**
     * Asks for collections until the loader is gone, further and further apart. Goes on through interrupts.
     *
     * @return how many collections were asked for
     */
    int hurry(long timeoutNs) {
        long deadline = System.nanoTime() + timeoutNs;
        boolean interrupted = false;
        int cycles = 0;
        for (long pollMs = FIRST_POLL_MS; !isCollected(); pollMs = Math.min(pollMs * 2, MAX_POLL_MS)) {
            long leftMs = (deadline - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                break;
            }
            System.gc();
            cycles++;
            try {
                // The queue only ends the pause early: the answer is the reference's.
                queue.remove(Math.min(pollMs, leftMs));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return cycles;
    }
}
