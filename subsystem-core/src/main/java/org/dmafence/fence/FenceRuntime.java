package org.dmafence.fence;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.dmafence.foreign.ForeignException;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;
import org.dmafence.trace.FenceTrace;
import org.jspecify.annotations.Nullable;

/**
 * What a family of fences has in common: the RCU domain that protects their ops, the clock, the counter of contexts,
 * the tracepoints and the reporter. Kernel counterpart: the globals of {@code dma-fence.c}.
 *
 * <p>Most programs use the one {@linkplain #system() of the process}. Tests make their own, with a clock they move by
 * hand. Fences of different runtimes may wait for each other like any others; their context ids are unrelated.
 */
public final class FenceRuntime implements AutoCloseable {
    private static final long DEFAULT_OP_STALL_NS = 10_000_000_000L;

    private static final class Holder {
        static final FenceRuntime SYSTEM = builder().build();
    }

    private final RcuDomain rcu;
    private final NanoClock clock;
    private final Parking parking;
    private final FenceReporter reporter;
    private final long opStallNs;
    private final FenceTrace trace = new FenceTrace();
    private final AtomicLong nextContext = new AtomicLong(1);
    private final DmaFence stub;

    private FenceRuntime(Builder builder) {
        rcu = builder.rcu == null ? RcuDomain.global() : builder.rcu;
        clock = builder.clock;
        parking = builder.parking;
        FenceReporter host = builder.reporter; // may keep what it is given, and a driver's exception keeps the driver
        reporter =
                (kind, message, cause) -> host.report(kind, message, cause == null ? null : ForeignException.of(cause));
        opStallNs = builder.opStallNs;
        stub = FenceStubs.allocate(this, clock.nanoTime(), null);
        stub.saturateReferences();
    }

    /** The runtime of the process: the global RCU domain, the system's monotonic clock, reports to the log. */
    public static FenceRuntime system() {
        return Holder.SYSTEM;
    }

    /** A runtime to configure. */
    public static Builder builder() {
        return new Builder();
    }

    /** The RCU domain in whose read sections ops are called. */
    public RcuDomain rcu() {
        return rcu;
    }

    /** Monotonic nanoseconds; every timestamp and deadline of the runtime's fences is on this clock. */
    public NanoClock clock() {
        return clock;
    }

    /** How threads wait for what belongs to the runtime. */
    public Parking parking() {
        return parking;
    }

    /** The tracepoints. */
    public FenceTrace trace() {
        return trace;
    }

    /** Where broken rules are reported: the settings' reporter, which gets whatever was thrown as a copy. */
    public FenceReporter reporter() {
        return reporter;
    }

    /**
     * Hands out consecutive context ids; the first ever is 1, and 0 is never handed out. Kernel counterpart:
     * {@code dma_fence_context_alloc()}.
     *
     * @param count how many; 0 is reported and hands out nothing
     * @return the first of them
     */
    public long allocateContexts(int count) {
        if (count <= 0) {
            warn("asked for " + count + " fence contexts; ask for at least 1");
            return nextContext.get();
        }
        return nextContext.getAndAdd(count);
    }

    /**
     * The fence that has always been signalled, with a new reference (which nobody counts: it is never freed). It is
     * detached from birth, so its names are the literals. Kernel counterpart: {@code dma_fence_get_stub()}.
     */
    public DmaFence stub() {
        return stub.retain();
    }

    /**
     * A new signalled fence of nobody. Kernel counterpart: {@code dma_fence_allocate_private_stub()}.
     *
     * @param timestampNs when it is to have signalled
     */
    public DmaFence allocateStub(long timestampNs) {
        return FenceStubs.allocate(this, timestampNs, null);
    }

    /** As {@link #allocateStub(long)}, signalled with an error: what is left of work that failed. */
    public DmaFence allocateStub(long timestampNs, FenceError error) {
        return FenceStubs.allocate(this, timestampNs, Objects.requireNonNull(error, "error"));
    }

    /**
     * Releases what the runtime keeps of others, and of what goes on by itself: the trace listeners are removed; if it
     * uses the process's RCU domain, what was deferred there runs and its thread ends, to begin again when somebody
     * defers. A domain of the builder stays its maker's to close. Fences, also new ones, go on working. Nobody has to
     * call this: a runtime that is dropped leaves nothing behind, once the domain's thread has been idle for a while.
     *
     * @throws org.dmafence.rcu.RcuUsageException inside a read section or a deferred callback
     */
    @Override
    public void close() {
        trace.removeListeners();
        if (rcu.isGlobal()) {
            rcu.close();
        }
    }

    /** How long an op or an external lock may hold up others before the core reports it and goes on without. */
    long opStallNs() {
        return opStallNs;
    }

    RcuReader reader() {
        return rcu.reader();
    }

    /**
     * Reports misuse of the API, as {@link FenceReporter.Kind#WARN}; never throws. Kernel counterpart: {@code WARN()}.
     */
    public void warn(String message) {
        report(FenceReporter.Kind.WARN, message, null);
    }

    /**
     * Reports, and survives a reporter that throws: the caller is in the middle of something.
     *
     * @param cause what foreign code threw, if anything
     */
    public void report(FenceReporter.Kind kind, String message, @Nullable Throwable cause) {
        try {
            reporter.report(kind, message, cause);
        } catch (Throwable e) {
            try {
                System.getLogger("org.dmafence.fence")
                        .log(System.Logger.Level.ERROR, "the fence reporter failed", ForeignException.of(e));
            } catch (Throwable again) { // out of memory or stack, or a broken logger: nobody is left to tell
                return;
            }
        }
    }

    /** Settings of a runtime. */
    public static final class Builder {
        private @Nullable RcuDomain rcu;
        private NanoClock clock = SystemNanoClock.INSTANCE;
        private Parking parking = Parking.THREADS;
        private FenceReporter reporter = FenceReporter.logging();
        private long opStallNs = DEFAULT_OP_STALL_NS;

        private Builder() {}

        /** The RCU domain; the global one by default. */
        public Builder rcu(RcuDomain domain) {
            rcu = Objects.requireNonNull(domain, "domain");
            return this;
        }

        /** The monotonic clock; {@link System#nanoTime()} by default. */
        public Builder clock(NanoClock nanoClock) {
            clock = Objects.requireNonNull(nanoClock, "nanoClock");
            return this;
        }

        /** How threads sleep; goes with the clock. {@link Parking#THREADS} by default. */
        public Builder parking(Parking threadParking) {
            parking = Objects.requireNonNull(threadParking, "threadParking");
            return this;
        }

        /** The reporter; logs by default. */
        public Builder reporter(FenceReporter fenceReporter) {
            reporter = Objects.requireNonNull(fenceReporter, "fenceReporter");
            return this;
        }

        /** For tests of hung ops, which can't wait for ten seconds each. */
        Builder opStallNs(long stallNs) {
            opStallNs = stallNs;
            return this;
        }

        /** Makes the runtime. */
        public FenceRuntime build() {
            return new FenceRuntime(this);
        }
    }
}
