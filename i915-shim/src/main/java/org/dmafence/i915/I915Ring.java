package org.dmafence.i915;

import java.util.ArrayDeque;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTimers;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * An engine's ring with one user context on it: its jobs are requests. Kernel counterpart: {@code i915_request.c} and
 * {@code gt/intel_gt_requests.c} around {@code struct intel_timeline}.
 *
 * <p>The context is called what the ring is called; a ring without a name is the kernel's own and its requests answer
 * {@code [i915]}. A request that runs for longer than {@link #REQUEST_TIMEOUT_NS} is cancelled by the watchdog with
 * {@code -EINTR}, hung jobs too: such a ring never hangs for good.
 *
 * <p>Nobody is told of a request that ended without its signalling enabled; it signals when it is polled, or is
 * retired: at the next submission, when the ring falls idle, or by the worker a second later.
 */
public final class I915Ring extends SimulatedRing {
    /** After this time the watchdog cancels a request. Kernel: the {@code request_timeout_ms} parameter. */
    static final long REQUEST_TIMEOUT_NS = 20_000_000_000L;

    /** How often the worker retires what nobody asked about. */
    static final long RETIRE_PERIOD_NS = 1_000_000_000L;

    private final FenceContext timeline;
    private final @Nullable String contextName;
    private final I915Engine engine;
    private final DriverTimers timers = new DriverTimers();
    private final SwFences awaits;

    /**
     * The timeline: requests not retired, in order of their numbers, each with the ring's reference. Its monitor also
     * keeps an error and the number that publishes it together. Taken inside the simulated ring's lock, never around
     * it.
     */
    private final ArrayDeque<Entry> requests = new ArrayDeque<>();

    /** Whether the retire worker is under way; the engine's alone. */
    private boolean retireWorker;

    private record Entry(I915Request request, DriverTimers.Timer watchdog) {}

    I915Ring(DriverContext context, RingSpec spec) {
        super(context, spec);
        contextName = spec.name().isEmpty() ? null : spec.name();
        timeline = context.newContext(spec.name()).build();
        engine = new I915Engine(spec.device(), new Breadcrumbs(context.runtime().clock()), Math.max(2, spec.slots()));
        awaits = new SwFences(context, timers);
    }

    /**
     * A wait for fences of others that this ring's timers limit.
     *
     * @param hint what waits, for the notice
     * @param onDone runs when all are through, on the thread that signals the last one or on the engine's
     */
    public SwFence newSwFence(String hint, Runnable onDone) {
        return new SwFence(awaits, hint, onDone);
    }

    I915Engine.Stats stats() {
        return engine.stats();
    }

    SwFences awaits() {
        return awaits;
    }

    @Override
    protected void makeRoom() {
        retireRequests();
    }

    @Override
    protected DmaFence emit(RingJob job, long seqno) {
        I915Request request = engine.pool().take();
        DmaFence fence = request.begin(timeline, contextName, seqno, job.id());
        long nowNs = context().runtime().clock().nanoTime();
        DriverTimers.Timer watchdog = timers.arm(nowNs + REQUEST_TIMEOUT_NS, () -> expire(job.id(), fence));
        synchronized (requests) {
            requests.addLast(new Entry(request, watchdog));
        }
        timeline.traceEmit(fence);
        request.activate();
        return fence;
    }

    @Override
    protected void retire(long seqno, @Nullable FenceError error) {
        synchronized (requests) {
            if (error != null) {
                for (Entry entry : requests) {
                    if (entry.request().seqno() == seqno) {
                        fail(entry.request(), error);
                    }
                }
            }
            engine.write(seqno);
        }
    }

    @Override
    protected void interrupt() {
        engine.breadcrumbs().interrupt();
        if (inFlight() == 0) {
            retireRequests();
        } else {
            startRetireWorker();
        }
    }

    @Override
    protected void forceCompletion(FenceError error) {
        long last = emittedSeqno();
        synchronized (requests) {
            requests.forEach(entry -> fail(entry.request(), error));
            engine.write(last);
        }
        engine.breadcrumbs().interrupt();
        retireRequests();
        awaits.close(error);
    }

    @Override
    protected long advanceTimers(long timeNs) {
        return timers.advance(timeNs);
    }

    /** Sets the error of a request that is not done; under the list's monitor, before its number is written. */
    private void fail(I915Request request, FenceError error) {
        DmaFence fence = request.fence();
        if (!request.isComplete() && !fence.isSignaled()) {
            timeline.setError(fence, error);
        }
    }

    /** The thread that takes a request off the list retires it, and does not hold the list's lock then. */
    private void retireRequests() {
        for (; ; ) {
            Entry entry;
            synchronized (requests) {
                entry = requests.peekFirst();
                if (entry == null || !entry.request().isComplete()) {
                    return;
                }
                requests.pollFirst();
            }
            entry.watchdog().cancel();
            entry.request().retire();
        }
    }

    private void startRetireWorker() {
        if (!retireWorker) {
            retireWorker = true;
            timers.arm(context().runtime().clock().nanoTime() + RETIRE_PERIOD_NS, () -> {
                retireWorker = false;
                retireRequests();
            });
        }
    }

    private void expire(long jobId, DmaFence fence) {
        if (!engine.isComplete(fence.seqno())) {
            context().notice("Fence expiration time out i915-" + SwFence.describe(fence) + "!");
            // Those before it had their watchdogs run before it, so they are done.
            complete(jobId, FenceError.EINTR);
        }
    }
}
