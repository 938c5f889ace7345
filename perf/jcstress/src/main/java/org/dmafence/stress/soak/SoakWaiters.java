package org.dmafence.stress.soak;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Threads that sleep on fences; none may sleep on when its fence has signalled. */
final class SoakWaiters implements Runnable {
    private record Wait(SoakBatch batch, int index) {}

    private final SoakRun run;
    private final long patienceMs;
    private final BlockingQueue<Wait> due = new LinkedBlockingQueue<>();
    final LongAdder waited = new LongAdder();

    SoakWaiters(SoakRun run, long patienceMs) {
        this.run = run;
        this.patienceMs = patienceMs;
    }

    /** Has a fence waited for; who waits counts as one that the batch expects. */
    void add(SoakBatch batch, int index) {
        due.add(new Wait(batch, index));
    }

    @Override
    public void run() {
        try {
            while (!run.isOver()) {
                Wait wait = due.poll(50, TimeUnit.MILLISECONDS);
                if (wait != null) {
                    await(wait);
                } else if (run.isComplete()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the soak", e);
        }
    }

    private void await(Wait wait) throws InterruptedException {
        SoakBatch batch = wait.batch;
        if (!run.seam.await(batch.fences[wait.index], patienceMs)) {
            batch.violation("a waiter of " + batch.fences[wait.index] + " was not woken within " + patienceMs + " ms");
        } else {
            if (!batch.fences[wait.index].isSignaled()) {
                batch.violation("a waiter of " + batch.fences[wait.index] + " woke before it signalled");
            }
            batch.requireAnnounced(wait.index, "waiter");
        }
        waited.increment();
        boolean unused = batch.done();
    }
}
