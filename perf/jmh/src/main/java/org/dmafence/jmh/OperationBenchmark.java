package org.dmafence.jmh;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.dmafence.bench.BenchOperation;
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

/**
 * The operations that {@code dmafence bench} measures in windows, in JMH: with its profilers, on the clock on the wall,
 * one after the other. {@code -p operation=fence-signal/fence} chooses; the names are those of groups and their
 * contenders.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class OperationBenchmark {
    private static final int TIMES = 1000;

    @Param({
        "rcu-read/handle",
        "rcu-read/foreign thread",
        "rcu-read/handle between threads",
        "rcu-read/volatile read",
        "rcu-read/StampedLock, optimistic",
        "rcu-read/WriterReaderPhaser",
        "rcu-read/reference count",
        "rcu-read/ReentrantReadWriteLock",
        "rcu-read-fallback/handle",
        "fence-signal/fence",
        "fence-signal/CompletableFuture",
        "fence-signal/promise by hand",
        "fence-signal-at/fence",
        "fence-signal-at/fence, callback at creation",
        "fence-signal-at/CompletableFuture",
        "fence-signal-at/promise by hand",
        "fence-signal-at/SettableFuture",
        "fence-signal-at/Netty's promise",
        "fence-signal-at/fence, nobody interested",
        "fence-signal-at/CompletableFuture, nobody interested",
        "fence-signal-at/CountDownLatch",
        "fence-signal-at/Phaser",
        "fence-is-signaled/fence",
        "fence-is-signaled/CompletableFuture",
        "fence-is-signaled/fence, not signaled",
        "fence-is-signaled/CountDownLatch",
        "fence-is-signaled/volatile flag",
        "fence-many-callbacks/fence",
        "fence-many-callbacks/CompletableFuture",
        "fence-many-callbacks/promise by hand",
        "fence-many-callbacks/SettableFuture",
        "fence-many-callbacks/Netty's promise",
        "fence-batch/fence",
        "fence-batch/CompletableFuture",
        "fence-batch/promise by hand",
    })
    public String operation = "";

    private @Nullable BenchOperation target;

    /** Lines the whole group up, and takes one of it. */
    @Setup
    public void lineUp() throws Exception {
        target = BenchOperation.named(operation);
    }

    /** Ends the group's threads. */
    @TearDown
    public void close() {
        if (target != null) {
            target.close();
        }
    }

    /** With what the operation needs, so that a batch is measured from its making. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long times() {
        return Objects.requireNonNull(target).run(TIMES);
    }
}
