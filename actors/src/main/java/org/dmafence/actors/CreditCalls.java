package org.dmafence.actors;

import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.ForeignFailure;

/**
 * A client's credit callback, each time on a thread made for that: whoever finds that there is room again may be a scheduler, which
 * has others' jobs to end, or hold a lock. One that does not return holds up its client alone. Any thread.
 */
final class CreditCalls {
    private final Runnable callback;
    private final FenceRuntime runtime;

    /** Calls that are wanted: whoever makes it 1 has a thread made, and that thread goes on until it is 0. */
    private final AtomicInteger wanted = new AtomicInteger();

    CreditCalls(Runnable callback, FenceRuntime runtime) {
        this.callback = callback;
        this.runtime = runtime;
    }

    /** Has the client called, once for all who want it before the call begins; never two at a time. */
    void call() {
        if (wanted.getAndIncrement() != 0) {
            return;
        }
        try {
            Waits.threads().execute(this::run);
        } catch (OutOfMemoryError e) {
            run(); // no thread to be had: better slow than never
        }
    }

    private void run() {
        int answered;
        do {
            answered = wanted.get();
            try {
                callback.run();
            } catch (Throwable e) {
                ForeignFailure.report(runtime, "a credit callback", e);
            }
        } while (wanted.addAndGet(-answered) != 0);
    }
}
