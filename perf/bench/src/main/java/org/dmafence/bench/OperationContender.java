package org.dmafence.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** An operation in windows of CPU time of one thread. */
final class OperationContender extends Contender {
    /** Between two looks at the clock, which costs half a microsecond. */
    private static final long CHUNK_NS = 250_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final OperationThread worker;
    private final Callable<Operation> maker;
    private final long windowNs;
    private @Nullable Operation operation;
    private int chunk = 1;

    /**
     * @param worker the thread
     * @param maker makes the operation on that thread
     */
    OperationContender(String name, OperationThread worker, long windowNs, Callable<Operation> maker) {
        super(name);
        this.worker = worker;
        this.maker = maker;
        this.windowNs = windowNs;
    }

    @Override
    void window(Sink sink) throws Exception {
        Cost cost = worker.call(this::measure);
        sink.add(Metric.CPU_NS, cost.ns);
        sink.add(Metric.BYTES, cost.bytes);
    }

    /** Of one operation; what it allocates is collected by other threads, whose time is not in the first figure. */
    private record Cost(double ns, double bytes) {}

    private Cost measure() throws Exception {
        Operation target = operation;
        if (target == null) {
            target = maker.call();
            operation = target;
        }
        long times = 0;
        long took = 0;
        long bytes = 0;
        do {
            target.prepare(chunk);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long start = THREADS.getCurrentThreadCpuTime();
            target.run(chunk);
            took += THREADS.getCurrentThreadCpuTime() - start;
            bytes += THREADS.getCurrentThreadAllocatedBytes() - before;
            times += chunk;
        } while (took < windowNs);
        double ns = (double) took / times;
        chunk = (int) Math.max(1, Math.min(1 << 20, CHUNK_NS / Math.max(0.1, ns)));
        return new Cost(ns, (double) bytes / times);
    }
}
