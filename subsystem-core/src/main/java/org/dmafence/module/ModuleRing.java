package org.dmafence.module;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.jspecify.annotations.Nullable;

/**
 * A driver's ring as the outside sees it: can be taken back when the module goes, so that an engine that keeps its ring
 * does not keep the driver. What the driver throws comes out as a copy for the same reason.
 */
final class ModuleRing implements HardwareRing {
    /*
     * Overview. One word counts the calls that are inside the driver and says which calls may still enter. A call
     * enters by adding itself and looking at what was there before, in one atomic update, so that
     *
     * R1  a thread that shuts the ring and then sees no call running knows that none will enter the driver any more.
     *
     * A thread that makes several calls together is counted once, for as long as they last. Each of them looks at the
     * word all the same, so that none enters a ring that was shut meanwhile. `inside` is racy: a thread finds itself
     * there only if it wrote that itself and has not taken it back.
     */
    /** Takes no new jobs. */
    private static final int GOING = 1 << 29;

    /** Calls the driver no more. */
    private static final int SHUT = 1 << 30;

    private static final int CALLS = GOING - 1;

    private final String module;
    private final RingSpec spec;
    private final boolean arms;
    private final AtomicInteger state = new AtomicInteger();
    private volatile @Nullable HardwareRing ring;

    /** Whose calls are counted as one. */
    private @Nullable Thread inside;

    ModuleRing(String module, RingSpec spec, HardwareRing ring) {
        this.module = module;
        this.spec = spec;
        this.ring = ring;
        arms = ring.arms();
    }

    /** Takes no more jobs, or does again. */
    void setGoing(boolean going) {
        state.updateAndGet(s -> going ? s | GOING : s & ~GOING);
    }

    /** Keeps every call from the driver that is not inside yet. */
    void shut() {
        state.updateAndGet(s -> s | SHUT);
    }

    /** How many calls are inside the driver; when {@link #shut}, none joins them. */
    int callsRunning() {
        return state.get() & CALLS;
    }

    /** Releases the driver's ring. */
    void revoke() {
        shut();
        ring = null;
    }

    @Override
    public RingSpec spec() {
        return spec;
    }

    @Override
    public void together(Runnable calls) {
        if (isInside() || enter(SHUT) == null) {
            calls.run(); // each answers for itself
            return;
        }
        INSIDE.setOpaque(this, Thread.currentThread());
        try {
            calls.run();
        } finally {
            INSIDE.setOpaque(this, null);
            leave();
        }
    }

    private boolean isInside() {
        return (Thread) INSIDE.getOpaque(this) == Thread.currentThread();
    }

    @Override
    public boolean arms() {
        return arms;
    }

    @Override
    public @Nullable DmaFence submit(RingJob job) {
        return enterAndSubmit(job, null);
    }

    @Override
    public @Nullable DmaFence submit(RingJob job, FenceCallback whenSignaled) {
        return enterAndSubmit(job, whenSignaled);
    }

    private @Nullable DmaFence enterAndSubmit(RingJob job, @Nullable FenceCallback armed) {
        if (isInside()) {
            return submitTo(allowed(state.get(), GOING | SHUT), job, armed);
        }
        HardwareRing attached = enter(GOING | SHUT);
        try {
            return submitTo(attached, job, armed);
        } finally {
            if (attached != null) {
                leave();
            }
        }
    }

    private @Nullable DmaFence submitTo(@Nullable HardwareRing attached, RingJob job, @Nullable FenceCallback armed) {
        if (attached == null) {
            throw new IllegalStateException("job " + job.id() + " on ring " + spec.name() + " of module " + module
                    + ", which is going; load it again or use another driver");
        }
        try {
            return armed == null ? attached.submit(job) : attached.submit(job, armed);
        } catch (Throwable e) {
            throw failure(e);
        }
    }

    @Override
    public long advance(long nowNs) {
        return ask(attached -> attached.advance(nowNs), Long.MAX_VALUE);
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        return ask(attached -> attached.complete(jobId, error), false);
    }

    @Override
    public void kill(FenceError error) {
        ask(
                attached -> {
                    attached.kill(error);
                    return true;
                },
                true);
    }

    @Override
    public int inFlight() {
        return ask(HardwareRing::inFlight, 0);
    }

    private <T> T ask(Function<HardwareRing, T> question, T answerWhenGone) {
        HardwareRing attached = enter(SHUT);
        if (attached == null) {
            return answerWhenGone;
        }
        try {
            return question.apply(attached);
        } catch (Throwable e) {
            throw failure(e);
        } finally {
            leave();
        }
    }

    /** The driver's ring, if none of the given states forbids it; {@link #leave} must follow then. */
    private @Nullable HardwareRing enter(int forbidden) {
        HardwareRing attached = allowed(state.getAndIncrement(), forbidden);
        if (attached == null) {
            leave();
        }
        return attached;
    }

    private @Nullable HardwareRing allowed(int now, int forbidden) {
        return (now & forbidden) != 0 ? null : ring;
    }

    private void leave() {
        state.getAndDecrement();
    }

    /** The two kinds that the ring's contract names keep their kind, and so does an error that is meant for a fence. */
    private RuntimeException failure(Throwable thrown) {
        if (thrown instanceof FenceErrorException error) {
            return new FenceErrorException("a call into " + this, error.error());
        }
        DriverFailure copy = DriverFailure.of(thrown);
        if (thrown instanceof IllegalStateException) {
            return new IllegalStateException(copy.getMessage(), copy);
        }
        return thrown instanceof IllegalArgumentException
                ? new IllegalArgumentException(copy.getMessage(), copy)
                : copy;
    }

    @Override
    public String toString() {
        return "ring " + spec.name() + " of module " + module;
    }

    private static final VarHandle INSIDE;

    static {
        try {
            INSIDE = MethodHandles.lookup().findVarHandle(ModuleRing.class, "inside", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
