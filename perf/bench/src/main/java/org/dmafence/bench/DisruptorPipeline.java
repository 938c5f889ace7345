package org.dmafence.bench;

import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The limit: scheduler, engine and completion as three threads that follow each other through one ring and yield rather
 * than sleep. They live for one window only, or they would take the processors from everybody else's.
 */
final class DisruptorPipeline implements PipelineBenchmark.Variant {
    /** A job in its slot of the ring. */
    private static final class Slot {
        long id;
        int hops;
    }

    private static final long PATIENCE_MS = 10_000;

    private final String name;
    private final AtomicLong done = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private @Nullable Disruptor<Slot> disruptor;
    private long published;

    DisruptorPipeline(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Has made the ring, started the threads, and had a job go through all of them. */
    @Override
    public void begin() {
        done.set(0);
        published = 0;
        disruptor = new Disruptor<>(
                Slot::new, PipelineBenchmark.IN_FLIGHT, this::thread, ProducerType.SINGLE, new YieldingWaitStrategy());
        disruptor
                .handleEventsWith((slot, sequence, last) -> slot.hops = 1)
                .then((slot, sequence, last) -> slot.hops++)
                .then((slot, sequence, last) -> done.setRelease(slot.id));
        disruptor.start();
        run(1);
    }

    private Thread thread(Runnable body) {
        Thread thread = new Thread(body, "bench-disruptor");
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }

    @Override
    public void run(int jobs) {
        RingBuffer<Slot> ring = Objects.requireNonNull(disruptor).getRingBuffer();
        for (int i = 0; i < jobs; i++) {
            long sequence = ring.next();
            ring.get(sequence).id = ++published;
            ring.publish(sequence);
        }
        while (done.getAcquire() < published) {
            LockSupport.parkNanos(1);
        }
    }

    /** Threads that yield would take the processors from everybody else's window. */
    @Override
    public void end() throws InterruptedException {
        Objects.requireNonNull(disruptor).halt();
        for (Thread thread : threads) {
            thread.join(PATIENCE_MS);
        }
        threads.clear();
        disruptor = null;
    }

    @Override
    public void close() {
        // A ring lives no longer than its window.
    }
}
