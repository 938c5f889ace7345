package org.dmafence.jmh;

import java.util.concurrent.TimeUnit;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuOrdering;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuSettings;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A grace period alone, beside a busy reader, and callbacks through a barrier. */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class GracePeriodBenchmark {
    private static final int CALLBACKS = 1024;

    @Param({"MEMBARRIER", "FENCE"})
    public RcuOrdering ordering = RcuOrdering.AUTO;

    @Param({"0", "1"})
    public int busyReaders;

    private RcuDomain rcu = RcuDomain.global();
    private volatile boolean stop;
    private @Nullable Thread reader;

    @Setup
    public void open() {
        rcu = RcuDomain.create(RcuSettings.defaults().withOrdering(ordering));
        stop = false;
        if (busyReaders > 0) {
            reader = new Thread(this::read, "bench-reader");
            reader.start();
        }
    }

    private void read() {
        RcuReader handle = rcu.reader();
        while (!stop) {
            handle.unlock(handle.lock());
        }
    }

    @TearDown
    public void close() throws InterruptedException {
        stop = true;
        if (reader != null) {
            reader.join();
        }
        rcu.close();
    }

    @Benchmark
    public void synchronize() {
        rcu.synchronize();
    }

    @Benchmark
    public void synchronizeExpedited() {
        rcu.synchronizeExpedited();
    }

    @Benchmark
    @OperationsPerInvocation(CALLBACKS)
    public void deferThroughBarrier() {
        for (int i = 0; i < CALLBACKS; i++) {
            rcu.defer(() -> {});
        }
        rcu.barrier();
    }
}
