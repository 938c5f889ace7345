package org.dmafence.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuThread;

/** A thread that operations run on, of the kind that the contender is about. */
final class OperationThread implements AutoCloseable {
    private final ExecutorService executor;

    private OperationThread(ExecutorService executor) {
        this.executor = executor;
    }

    /** A thread as anybody's. */
    static OperationThread foreign() {
        return new OperationThread(
                Executors.newSingleThreadExecutor(body -> daemon(new Thread(body, "bench-foreign"))));
    }

    /** A thread of the class that the project's own threads are of. */
    static OperationThread own(RcuDomain domain) {
        return new OperationThread(
                Executors.newSingleThreadExecutor(body -> daemon(new RcuThread(domain, body, "bench-own"))));
    }

    private static Thread daemon(Thread thread) {
        thread.setDaemon(true);
        return thread;
    }

    /** Runs something there and waits for it. */
    <T> T call(Callable<T> body) throws Exception {
        try {
            return executor.submit(body).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
