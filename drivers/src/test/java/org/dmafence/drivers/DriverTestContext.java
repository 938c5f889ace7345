package org.dmafence.drivers;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.concurrent.CachedNanoClock;
import org.dmafence.driver.DriverContext;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceLedger;
import org.dmafence.fence.FenceRuntime;

/** The context of a driver under test: a clock moved by hand, and everything it reports kept. */
public final class DriverTestContext implements DriverContext {
    private final CachedNanoClock clock = new CachedNanoClock();
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final FenceLedger ledger = new FenceLedger("driver under test", true);
    private final FenceRuntime runtime = FenceRuntime.builder()
            .clock(clock)
            .reporter((kind, message, cause) -> reports.add(kind + ": " + message))
            .build();

    /** Moves the clock. */
    public void passNs(long ns) {
        clock.advance(ns);
    }

    /** What the clock says. */
    public long nowNs() {
        return clock.nanoTime();
    }

    /** What the fences know of the driver. */
    public FenceLedger ledger() {
        return ledger;
    }

    /** Broken rules reported so far. */
    public List<String> reports() {
        return reports;
    }

    /** Lines the driver logged so far. */
    public List<String> notices() {
        return notices;
    }

    @Override
    public FenceRuntime runtime() {
        return runtime;
    }

    @Override
    public FenceContext.Builder newContext(String timelineName) {
        return FenceContext.builder(runtime).name(timelineName).ledger(ledger);
    }

    @Override
    public Thread newThread(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void defer(Runnable callback) {
        runtime.rcu().defer(callback);
    }

    @Override
    public void notice(String message) {
        notices.add(message);
    }
}
