package org.dmafence.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * What a client has without any of this: three futures a job, over a single thread that schedules and one that runs.
 * The threads are there before a window begins.
 */
final class FuturePipeline implements PipelineBenchmark.Variant {
    private final String name;
    private final ExecutorService scheduler = executor("future-scheduler");
    private final ExecutorService engine = executor("future-engine");
    private final AtomicLong done = new AtomicLong();
    private long submitted;

    FuturePipeline(String name) {
        this.name = name;
    }

    private static ExecutorService executor(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(int jobs) {
        for (int i = 0; i < jobs; i++) {
            while (submitted - done.get() >= PipelineBenchmark.IN_FLIGHT) {
                LockSupport.parkNanos(50_000);
            }
            Long id = ++submitted;
            CompletableFuture<Void> unused = CompletableFuture.supplyAsync(() -> id, scheduler)
                    .thenApplyAsync(job -> job, engine)
                    .thenAccept(job -> done.incrementAndGet());
        }
        while (done.get() < submitted) {
            LockSupport.parkNanos(50_000);
        }
    }

    @Override
    public void close() {
        scheduler.shutdown();
        engine.shutdown();
    }
}
