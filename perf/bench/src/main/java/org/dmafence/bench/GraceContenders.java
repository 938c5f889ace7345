package org.dmafence.bench;

import java.util.concurrent.CountDownLatch;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuThread;

/** Grace periods: what waits for them, and what runs after them. */
final class GraceContenders {
    private GraceContenders() {}

    /** Waiting for a reader that does nothing but read; a window's figure is its median. */
    static final class Synchronize extends Contender {
        private final RcuDomain domain;
        private final double[] took;
        private volatile boolean stop;

        Synchronize(String name, RcuDomain domain, int times) {
            super(name);
            this.domain = domain;
            took = new double[times];
        }

        @Override
        void window(Sink sink) throws InterruptedException {
            stop = false;
            CountDownLatch reading = new CountDownLatch(1);
            Thread reader = new RcuThread(domain, () -> read(reading), "bench-busy-reader");
            reader.setDaemon(true);
            reader.start();
            reading.await();
            for (int i = 0; i < took.length; i++) {
                long start = System.nanoTime();
                domain.synchronize();
                took[i] = System.nanoTime() - start;
            }
            stop = true;
            reader.join();
            sink.add(Metric.WALL_NS, Summary.of(took).median());
        }

        private void read(CountDownLatch reading) {
            RcuReader reader = domain.reader();
            reading.countDown();
            while (!stop) {
                reader.unlock(reader.lock());
            }
        }
    }

    /**
     * Callbacks from one thread until all have run; CPU time of everything that takes part in it, the collector too.
     * Each has an object of its own that is there before, as the heads of the program in C are.
     */
    static final class Callbacks extends Contender {
        private final RcuDomain domain;
        private final int times;
        private long ran;

        Callbacks(String name, RcuDomain domain, int times) {
            super(name);
            this.domain = domain;
            this.times = times;
        }

        @Override
        void window(Sink sink) {
            Runnable[] heads = new Runnable[times];
            for (int i = 0; i < times; i++) {
                heads[i] = new Head();
            }
            ran = 0;
            long wallNs = System.nanoTime();
            long cpuNs = ProcessClock.cpuNs();
            for (Runnable head : heads) {
                domain.defer(head);
            }
            domain.barrier();
            sink.add(Metric.CPU_NS, (double) (ProcessClock.cpuNs() - cpuNs) / times);
            sink.add(Metric.WALL_NS, (double) (System.nanoTime() - wallNs) / times);
            if (ran != times) {
                throw new IllegalStateException(ran + " of " + times + " callbacks have run");
            }
        }

        private final class Head implements Runnable {
            @Override
            public void run() {
                ran++;
            }
        }
    }
}
