package org.dmafence.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.HdrHistogram.WriterReaderPhaser;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuOrdering;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.dmafence.rcu.RcuSettings;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One read section around one pointer, beside what else protects a read. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RcuReadBenchmark {
    /** The domain, one for all threads. */
    @State(Scope.Benchmark)
    public static class Domain {
        @Param({"MEMBARRIER", "FENCE"})
        public RcuOrdering ordering = RcuOrdering.AUTO;

        RcuDomain rcu = RcuDomain.global();
        private final int[] one = {1};
        RcuReference<int[]> pointer = new RcuReference<>(rcu, one);

        @Setup
        public void open() {
            rcu = RcuDomain.create(RcuSettings.defaults().withOrdering(ordering));
            pointer = new RcuReference<>(rcu, one);
        }

        @TearDown
        public void close() {
            rcu.close();
        }
    }

    /** The thread's explicit handle. */
    @State(Scope.Thread)
    public static class Handle {
        @Nullable RcuReader reader;

        @Setup(Level.Trial)
        public void register(Domain domain) {
            reader = domain.rcu.register(Thread.currentThread().getName());
        }
    }

    /** The peers' locks, one for all threads. */
    @State(Scope.Benchmark)
    public static class Peers {
        final ReentrantReadWriteLock readWrite = new ReentrantReadWriteLock();
        final StampedLock stamped = new StampedLock();
        final WriterReaderPhaser phaser = new WriterReaderPhaser();
        final AtomicInteger references = new AtomicInteger(1);
        volatile int[] pointer = {1};
    }

    @Benchmark
    public int readerOfThread(Domain domain) {
        RcuReader reader = domain.rcu.reader();
        long token = reader.lock();
        try {
            return first(domain.pointer.dereference());
        } finally {
            reader.unlock(token);
        }
    }

    @Benchmark
    public int explicitHandle(Domain domain, Handle handle) {
        RcuReader reader = handle.reader;
        if (reader == null) {
            throw new IllegalStateException("no handle was registered");
        }
        long token = reader.lock();
        try {
            return first(domain.pointer.access());
        } finally {
            reader.unlock(token);
        }
    }

    @Benchmark
    public int peerVolatileRead(Peers peers) {
        return peers.pointer[0];
    }

    @Benchmark
    public int peerStampedLockOptimistic(Peers peers) {
        for (; ; ) {
            long stamp = peers.stamped.tryOptimisticRead();
            int value = peers.pointer[0];
            if (peers.stamped.validate(stamp)) {
                return value;
            }
        }
    }

    @Benchmark
    public int peerWriterReaderPhaser(Peers peers) {
        long token = peers.phaser.writerCriticalSectionEnter();
        try {
            return peers.pointer[0];
        } finally {
            peers.phaser.writerCriticalSectionExit(token);
        }
    }

    @Benchmark
    public int peerReadWriteLock(Peers peers) {
        peers.readWrite.readLock().lock();
        try {
            return peers.pointer[0];
        } finally {
            peers.readWrite.readLock().unlock();
        }
    }

    @Benchmark
    public int peerReferenceCount(Peers peers) {
        peers.references.incrementAndGet();
        try {
            return peers.pointer[0];
        } finally {
            peers.references.decrementAndGet();
        }
    }

    private static int first(int @Nullable [] array) {
        return array == null ? 0 : array[0];
    }
}
