package org.dmafence.vulkan;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.driver.DriverContext;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceRuntime;

/** What a driver is given here: a runtime of its own on the system's clock, and everything it reports kept. */
final class RealTimeContext implements DriverContext {
    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(kind + ": " + message))
            .build();

    List<String> reports() {
        return reports;
    }

    List<String> notices() {
        return notices;
    }

    @Override
    public FenceRuntime runtime() {
        return runtime;
    }

    @Override
    public FenceContext.Builder newContext(String timelineName) {
        return FenceContext.builder(runtime).name(timelineName);
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
