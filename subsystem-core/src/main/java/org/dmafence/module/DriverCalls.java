package org.dmafence.module;

import java.util.concurrent.Callable;
import org.dmafence.concurrent.Uninterruptibly;
import org.jspecify.annotations.Nullable;

/**
 * Calls into a driver that may throw or never come back. Each runs on a daemon thread of its own: the caller's time is
 * bounded, and thread locals that the driver sets die with the thread instead of pinning the module from the caller's.
 */
final class DriverCalls {
    private final String module;
    private final ModuleThreads threads;

    DriverCalls(String module, ModuleThreads threads) {
        this.module = module;
        this.threads = threads;
    }

    /**
     * Runs a call to its end, or for as long as it may take.
     *
     * @throws DriverFailure a copy of what the call threw, or that it is still running
     */
    <T> T call(String name, long timeoutNs, Callable<T> body) {
        Call<T> call = new Call<>(body);
        Thread thread = threads.newThread(name, call);
        thread.start();
        if (!Uninterruptibly.join(thread, timeoutNs)) {
            throw DriverFailure.stalled(module + "." + name, timeoutNs, thread);
        }
        T result = call.result();
        if (result == null) {
            throw DriverFailure.answeredNull(module + "." + name);
        }
        return result;
    }

    /** As {@link #call} without a result. */
    void run(String name, long timeoutNs, Runnable body) {
        call(name, timeoutNs, () -> {
            body.run();
            return name;
        });
    }

    /** Written by the thread that runs it, read by the one that joined that thread. */
    private static final class Call<T> implements Runnable {
        private @Nullable Callable<T> body;
        private @Nullable T result;
        private @Nullable DriverFailure failure;

        Call(Callable<T> body) {
            this.body = body;
        }

        @Override
        public void run() {
            Callable<T> once = body;
            body = null; // the thread object may live on in somebody's hands
            try {
                result = once == null ? null : once.call();
            } catch (Throwable e) {
                failure = DriverFailure.of(e);
            }
        }

        @Nullable T result() {
            if (failure != null) {
                throw failure;
            }
            T value = result;
            result = null;
            return value;
        }
    }
}
