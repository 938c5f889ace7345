package org.dmafence.actors;

import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.ForeignFailure;

/**
 * A client's credit callback, each time on one of the {@link ClientThreads}. The thread that finds that there is room
 * again may be a scheduler's, which has others' jobs to end, or hold a lock. Any thread.
 */
final class CreditCalls extends ClientCall {
    private final Runnable callback;
    private final FenceRuntime runtime;
    private final ClientThreads threads;

    /**
     * Calls that are wanted. The thread that makes it 1 queues this, and so does the thread that answers and finds it
     * raised meanwhile.
     */
    private final AtomicInteger wanted = new AtomicInteger();

    CreditCalls(Runnable callback, FenceRuntime runtime, ClientThreads threads) {
        this.callback = callback;
        this.runtime = runtime;
        this.threads = threads;
    }

    /** Has the client called, once for all who want it before the call begins; never two at a time. Throws nothing. */
    void call() {
        if (wanted.getAndIncrement() == 0) {
            threads.add(this);
        }
    }

    @Override
    void answer() {
        int answered = wanted.get();
        try {
            callback.run();
        } catch (Throwable e) {
            ForeignFailure.report(runtime, "a credit callback", e);
        } finally {
            if (wanted.addAndGet(-answered) != 0) {
                threads.add(this);
            }
        }
    }
}
