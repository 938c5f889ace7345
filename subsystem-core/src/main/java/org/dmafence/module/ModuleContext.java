package org.dmafence.module;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.dmafence.driver.DriverContext;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceLedger;
import org.dmafence.fence.FenceReporter;
import org.dmafence.fence.FenceRuntime;

/** What one module is given, and the book kept of what it made with it. */
final class ModuleContext implements DriverContext {
    private final String module;
    private final FenceRuntime runtime;
    private final FenceLedger ledger;
    private final ModuleThreads threads;
    private final Consumer<String> notices;
    private final Set<Deferred> pending = ConcurrentHashMap.newKeySet();
    private final LongAdder deferredRun = new LongAdder();
    private volatile boolean revoked;

    ModuleContext(
            String module, FenceRuntime runtime, FenceLedger ledger, ModuleThreads threads, Consumer<String> notices) {
        this.module = module;
        this.runtime = runtime;
        this.ledger = ledger;
        this.threads = threads;
        this.notices = notices;
    }

    @Override
    public FenceRuntime runtime() {
        return runtime;
    }

    @Override
    public FenceContext.Builder newContext(String timelineName) {
        checkUsable("newContext");
        return FenceContext.builder(runtime).name(timelineName).ledger(ledger);
    }

    @Override
    public Thread newThread(String name, Runnable body) {
        checkUsable("newThread");
        return threads.newThread(name, new Body(name, body));
    }

    @Override
    public void defer(Runnable callback) {
        Deferred deferred = new Deferred(callback);
        pending.add(deferred);
        try {
            // After the entry: a thread that revokes first and then looks sees every callback that was let in.
            checkUsable("defer");
            runtime.rcu().defer(deferred);
        } catch (RuntimeException e) {
            pending.remove(deferred);
            throw e;
        }
    }

    @Override
    public void notice(String message) {
        try {
            notices.accept(module + ": " + message);
        } catch (RuntimeException | Error e) {
            report("the sink of notices failed at \"" + message + "\"", e);
        }
    }

    /** The driver may defer, start and issue nothing more. */
    void revoke() {
        revoked = true;
    }

    /** How many deferred callbacks have run. */
    long deferredRun() {
        return deferredRun.sum();
    }

    /** How many deferred callbacks have not run, or not finished. */
    int deferredPending() {
        return pending.size();
    }

    /** Cancels the callbacks that have not begun. */
    void cancelDeferred() {
        pending.forEach(Deferred::cancel);
    }

    private void checkUsable(String call) {
        if (revoked) {
            throw new IllegalStateException(
                    call + " by module " + module + ", which has exited; it can't do this any more");
        }
    }

    private void report(String what, Throwable thrown) {
        runtime.report(
                FenceReporter.Kind.OP_FAILED,
                "module " + module + ": " + what + ": " + thrown.getClass().getName(),
                thrown);
    }

    /** A thread's body, forgotten when it has run: the thread object may stay in somebody's hands. */
    private final class Body implements Runnable {
        private final String name;
        private final AtomicReference<Runnable> body;

        Body(String name, Runnable body) {
            this.name = name;
            this.body = new AtomicReference<>(body);
        }

        @Override
        public void run() {
            Runnable once = body.getAndSet(null);
            try {
                once.run();
            } catch (Throwable e) {
                report("its thread \"" + name + "\" died", e);
            }
        }
    }

    /** A deferred callback; also the proof that it is pending. */
    private final class Deferred implements Runnable {
        private final AtomicReference<Runnable> callback;

        Deferred(Runnable callback) {
            this.callback = new AtomicReference<>(callback);
        }

        @Override
        public void run() {
            Runnable once = callback.getAndSet(null);
            try {
                if (once != null) {
                    once.run();
                    deferredRun.increment();
                }
            } catch (Throwable e) {
                report("a deferred callback failed", e);
            } finally {
                pending.remove(this);
            }
        }

        void cancel() {
            if (callback.getAndSet(null) != null) {
                pending.remove(this);
            }
        }
    }
}
