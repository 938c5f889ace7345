package org.dmafence.bench;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;

/**
 * What it costs to have very many virtual threads wait for one fence, beside a latch: the time until all are parked, the heap they take
 * then, the time until all are awake, and how late the last one is when nobody comes and their time runs out. Needs a JDK that has
 * virtual threads (21 or later) and says so on another. Not a JMH benchmark, because the crowd is the matter.
 *
 * <pre>
 * java -Xmx4g -cp perf/jmh/target/bench.jar org.dmafence.bench.WaiterScale [waiters [rounds]]
 * </pre>
 */
public final class WaiterScale {
    private static final int WAITERS = 100_000;
    private static final int ROUNDS = 5;

    /** With more whose time runs out at once a latch takes minutes, as each walks the list of all. */
    private static final int MOST_IN_A_LATCH = 10_000;

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(3);

    /** What they wait for. */
    private interface Event {
        void await() throws InterruptedException;

        boolean await(long timeoutNs) throws InterruptedException;

        void happens();
    }

    private static final class LatchEvent implements Event {
        private final CountDownLatch latch = new CountDownLatch(1);

        @Override
        public void await() throws InterruptedException {
            latch.await();
        }

        @Override
        public boolean await(long timeoutNs) throws InterruptedException {
            return latch.await(timeoutNs, TimeUnit.NANOSECONDS);
        }

        @Override
        public void happens() {
            latch.countDown();
        }
    }

    /** The limit: each thread by itself. */
    private static final class ParkEvent implements Event {
        private final Queue<Thread> parked = new ConcurrentLinkedQueue<>();
        private volatile boolean happened;

        @Override
        public void await() {
            parked.add(Thread.currentThread());
            while (!happened) {
                LockSupport.park(this);
            }
        }

        @Override
        public boolean await(long timeoutNs) {
            long beganNs = System.nanoTime();
            for (long leftNs = timeoutNs; leftNs > 0; leftNs = timeoutNs - (System.nanoTime() - beganNs)) {
                LockSupport.parkNanos(this, leftNs);
            }
            return false;
        }

        @Override
        public void happens() {
            happened = true;
            parked.forEach(LockSupport::unpark);
        }
    }

    private static final class FenceEvent implements Event {
        private static final BenchOps OPS = new BenchOps();

        private final FenceContext context;
        private final DmaFence fence;

        FenceEvent(FenceContext context) {
            this.context = context;
            fence = context.newFence(OPS, 1);
        }

        @Override
        public void await() throws InterruptedException {
            fence.await();
        }

        @Override
        public boolean await(long timeoutNs) throws InterruptedException {
            return fence.await(timeoutNs, TimeUnit.NANOSECONDS);
        }

        @Override
        public void happens() {
            context.signal(fence);
        }
    }

    private final MethodHandle start;
    private final FenceContext context =
            FenceContext.builder(FenceRuntime.builder().build()).build();

    private WaiterScale(MethodHandle start) {
        this.start = start;
    }

    /** Prints the table; exit code 2 where there are no virtual threads. */
    public static void main(String[] args) throws InterruptedException {
        MethodHandle start = virtualThreads();
        if (start == null) {
            System.out.println("Java " + Runtime.version() + " has no virtual threads; use 21 or later");
            System.exit(2);
            return;
        }
        int waiters = args.length > 0 ? Integer.parseInt(args[0]) : WAITERS;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
        System.out.print(measure(start, waiters, rounds, TIMEOUT_NS));
    }

    /** The table. */
    static String measure(MethodHandle start, int waiters, int rounds, long timeoutNs) throws InterruptedException {
        WaiterScale scale = new WaiterScale(start);
        Map<String, Supplier<Event>> contenders = new LinkedHashMap<>();
        contenders.put("CountDownLatch", LatchEvent::new);
        contenders.put("parking alone", ParkEvent::new);
        contenders.put("DmaFence", () -> new FenceEvent(scale.context));
        Map<String, List<double[]>> figures = new LinkedHashMap<>();
        for (int round = -1; round < rounds; round++) { // the first one warms up
            for (Map.Entry<String, Supplier<Event>> contender : contenders.entrySet()) {
                double[] row = scale.round(
                        contender.getValue(), round < 0 ? Math.min(waiters, MOST_IN_A_LATCH) : waiters, timeoutNs);
                if (round >= 0) {
                    figures.computeIfAbsent(contender.getKey(), name -> new ArrayList<>())
                            .add(row);
                }
            }
        }
        StringBuilder table = new StringBuilder(
                String.format(Locale.ROOT, "%,d waiters, %d rounds, Java %s%n%n", waiters, rounds, Runtime.version()));
        table.append(
                String.format("%-16s %9s %14s %9s %9s%n", "", "park, ms", "bytes a waiter", "wake, ms", "late, ms"));
        figures.forEach((name, rows) -> table.append(String.format(
                Locale.ROOT,
                "%-16s %9.0f %14.0f %9.0f %9.0f%n",
                name,
                median(rows, 0),
                median(rows, 1),
                median(rows, 2),
                median(rows, 3))));
        return table.toString();
    }

    private double[] round(Supplier<Event> made, int waiters, long timeoutNs) throws InterruptedException {
        long heapBefore = usedHeap();
        Event event = made.get();
        Thread[] threads = new Thread[waiters];
        CountDownLatch done = new CountDownLatch(waiters);
        long beganNs = System.nanoTime();
        for (int i = 0; i < waiters; i++) {
            threads[i] = start(() -> {
                event.await();
                done.countDown();
            });
        }
        for (int parked = 0; parked < waiters; ) {
            if (threads[parked].getState() == Thread.State.WAITING) {
                parked++;
            } else {
                LockSupport.parkNanos(100_000);
            }
        }
        long parkedNs = System.nanoTime();
        double bytes = (double) (usedHeap() - heapBefore) / waiters;
        long happensNs = System.nanoTime();
        event.happens();
        done.await();
        long wokenNs = System.nanoTime();
        boolean endsInTime = waiters <= MOST_IN_A_LATCH || !(event instanceof LatchEvent);
        double lateMs = endsInTime ? latest(made.get(), waiters, timeoutNs) / 1e6 : Double.NaN;
        return new double[] {(parkedNs - beganNs) / 1e6, bytes, (wokenNs - happensNs) / 1e6, lateMs};
    }

    /** How late the last one is of whom all wait in vain. */
    private long latest(Event event, int waiters, long timeoutNs) throws InterruptedException {
        LongAccumulator late = new LongAccumulator(Math::max, Long.MIN_VALUE);
        CountDownLatch done = new CountDownLatch(waiters);
        for (int i = 0; i < waiters; i++) {
            Thread unused = start(() -> {
                long beganNs = System.nanoTime();
                boolean happened = event.await(timeoutNs);
                late.accumulate(happened ? Long.MAX_VALUE : System.nanoTime() - beganNs - timeoutNs);
                done.countDown();
            });
        }
        done.await();
        return late.get();
    }

    /** What a waiting thread does. */
    private interface Body {
        void run() throws InterruptedException;
    }

    private Thread start(Body body) {
        Runnable task = () -> {
            try {
                body.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the waiters", e);
            }
        };
        try {
            return (Thread) start.invokeExact(task);
        } catch (Throwable e) {
            throw new IllegalStateException("no virtual thread", e);
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 2; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static double median(List<double[]> rows, int column) {
        double[] sorted = rows.stream().mapToDouble(row -> row[column]).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** {@code Thread.startVirtualThread}, {@code null} before JDK 21. */
    static @Nullable MethodHandle virtualThreads() {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException olderThan21) {
            return null;
        }
    }
}
