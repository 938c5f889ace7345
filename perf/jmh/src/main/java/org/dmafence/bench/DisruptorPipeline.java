package org.dmafence.bench;

import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import com.lmax.disruptor.util.DaemonThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The limit: scheduler, engine and completion as three threads that follow each other through one ring and yield rather than
 * sleep. They live for one window only, or they would take the processors from everybody else's.
 */
final class DisruptorPipeline implements PipelineBenchmark.Variant {
    /** A job in its slot of the ring. */
    private static final class Slot {
        long id;
        int hops;
    }

    private final String name;

    DisruptorPipeline(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void run(int jobs) {
        AtomicLong done = new AtomicLong();
        Disruptor<Slot> ring = new Disruptor<>(
                Slot::new,
                PipelineBenchmark.IN_FLIGHT,
                DaemonThreadFactory.INSTANCE,
                ProducerType.SINGLE,
                new YieldingWaitStrategy());
        ring.handleEventsWith((slot, sequence, last) -> slot.hops = 1)
                .then((slot, sequence, last) -> slot.hops++)
                .then((slot, sequence, last) -> done.setRelease(slot.id));
        ring.start();
        for (int i = 1; i <= jobs; i++) {
            ring.publishEvent((slot, sequence, id) -> slot.id = id, (long) i);
        }
        while (done.getAcquire() < jobs) {
            LockSupport.parkNanos(1);
        }
        ring.halt();
    }

    @Override
    public void close() {
        // A ring lives no longer than its window.
    }
}
