package org.dmafence.i915;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceWaits;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * A request: the ops of one fence together with what belongs to it, and all of the ops there are. Kernel counterpart:
 * {@code struct i915_request} and {@code i915_fence_ops}.
 *
 * <p>Because of {@code wait} and {@code release} the fence never lets go of it, so the module stays as long as the last
 * holder of such a fence. After the last release the object starts another life with another fence; see
 * {@link RequestPool}.
 *
 * <p><b>Names.</b> The core asks only for those of unsignalled fences. A request whose SIGNALED bit is set between the
 * core's look at it and the driver's own answers {@code signaled}, since its context may be gone by then; this is the
 * only way to see that answer, besides the tracepoint of the signal itself.
 *
 * <p>{@link #begin}, {@link #activate} and {@link #retire} are the ring's; the ops are called by anybody.
 */
class I915Request extends FenceOps {
    /*
     * Overview. A life: begin (pool or new) -> activate -> written by the hardware -> signalled -> retired -> released
     * -> pool.
     *
     * I1  An op is told which fence it is about. What it derives from that fence alone (seqno, signalled bit) is right
     *     even if this object is in its next life; hence `engine` never changes, and `signaled` compares the fence's number.
     * I2  What belongs to a life (the fields below) is written before the fence of that life is known to anybody, or by
     *     its retirement. A late op of an earlier life may see a later life's context name: a string, and true of this driver.
     * I3  `active` is set before ENABLE_SIGNAL is looked at (activate), and looked at after ENABLE_SIGNAL was set (the
     *     enable op): one of the two attaches the request.
     *
     *   field        written by             read by           mode      pairs with
     *   active       begin, activate        breadcrumbs       volatile  ENABLE_SIGNAL of the fence, by fullFence
     *   contextName  begin, retire          timelineName      opaque    -, any of the values is a truthful answer
     *   boosted      waiters                waiters           CAS       -
     *   others       begin                  after begin       plain     publication of the fence
     */

    /** How often a waiter looks before it sleeps; a few microseconds. */
    private static final int SPINS = 200;

    private final I915Engine engine;

    private @Nullable FenceContext timeline;
    private @Nullable DmaFence fence;
    private @Nullable String contextName;
    private long seqno;
    private long jobId;
    private boolean active;
    private boolean boosted;

    /** Whether the breadcrumbs have it in their list; guarded by their lock. */
    boolean listed;

    I915Request(I915Engine engine) {
        super(Op.ENABLE_SIGNALING, Op.SIGNALED, Op.WAIT, Op.RELEASE);
        this.engine = engine;
    }

    /**
     * Begins a life with a new fence, which has one reference.
     *
     * @param name the user's context, {@code null} for the kernel's own
     * @param id the job's, for the flight recorder
     */
    final DmaFence begin(FenceContext fences, @Nullable String name, long number, long id) {
        jobId = id;
        timeline = fences;
        seqno = number;
        ACTIVE.setVolatile(this, false);
        BOOSTED.setVolatile(this, false);
        CONTEXT_NAME.setOpaque(this, name); // before the fence exists, whose maker asks for the names
        DmaFence made = fences.newFence(this, number);
        fence = made;
        return made;
    }

    /** The request was handed to the hardware: from now on the breadcrumbs can signal it. */
    final void activate() {
        ACTIVE.setVolatile(this, true);
        VarHandle.fullFence(); // I3: before ENABLE_SIGNAL is read; pairs with the CAS that sets it before the op is
        // called
        if (fence().isSignalingEnabled()) {
            engine.breadcrumbs().enable(this, fence());
        }
    }

    /** The request is done, signals if nobody did it before, and lets its context go and the ring's reference. */
    final void retire() {
        DmaFence retired = fence();
        if (!retired.isSignaled()) {
            timeline().signal(retired);
        }
        CONTEXT_NAME.setOpaque(this, null);
        retired.release(); // the last one may put this object into its next life
    }

    final DmaFence fence() {
        return Objects.requireNonNull(fence, "a request in a list has a fence");
    }

    final FenceContext timeline() {
        return Objects.requireNonNull(timeline, "a request in a list has a timeline");
    }

    final long seqno() {
        return seqno;
    }

    final boolean isActive() {
        return (boolean) ACTIVE.getVolatile(this); // I3: after ENABLE_SIGNAL was set; pairs with activate
    }

    final boolean isComplete() {
        return engine.isComplete(seqno);
    }

    @Override
    protected @Nullable String driverName(DmaFence asked) {
        return engine.device();
    }

    @Override
    protected @Nullable String timelineName(DmaFence asked) {
        if (asked.isSignaled()) {
            return "signaled";
        }
        String name = (String) CONTEXT_NAME.getOpaque(this);
        return name == null ? "[i915]" : name;
    }

    /** Of another life nothing is known; see I2. */
    @Override
    protected FenceTag tag(DmaFence asked) {
        if (asked.seqno() != seqno) {
            return FenceTag.NONE;
        }
        String client = (String) CONTEXT_NAME.getOpaque(this);
        return new FenceTag(FenceTag.HARDWARE, jobId, client == null ? "" : client);
    }

    @Override
    protected boolean enableSignaling(DmaFence asked) {
        return engine.breadcrumbs().enable(this, asked);
    }

    @Override
    protected boolean signaled(DmaFence asked) {
        return engine.isComplete(asked.seqno());
    }

    /** As {@link FenceOps#waitTimeout}, but expiry is {@code -ETIME}: negative, unlike every other driver's. */
    @Override
    protected long waitTimeout(DmaFence asked, boolean interruptible, long timeoutNs) {
        if (asked.isSignaled()) {
            return Math.max(1, timeoutNs);
        }
        if (timeoutNs == 0) {
            return FenceError.ETIME.errno();
        }
        if (spin(asked)) {
            engine.spun();
            return timeoutNs;
        }
        if (BOOSTED.compareAndSet(this, false, true)) {
            engine.boost();
        }
        NanoClock clock = asked.runtime().clock();
        long startNs = clock.nanoTime();
        long left = FenceWaits.defaultWait(asked, interruptible, timeoutNs);
        if (left > 0) {
            return left;
        }
        if (asked.isSignaled()) { // a request that is done wins over the interrupt and the timer that came at the same
            // time
            return Math.max(1, timeoutNs == Long.MAX_VALUE ? timeoutNs : timeoutNs - (clock.nanoTime() - startNs));
        }
        return left == 0 ? FenceError.ETIME.errno() : left;
    }

    /** Most waits are for what is about to end: looks for a moment, if the hardware is at it. */
    private boolean spin(DmaFence asked) {
        for (int i = 0; i < SPINS && engine.isRunning(asked.seqno()); i++) {
            Thread.onSpinWait();
        }
        return asked.pollSignaled();
    }

    @Override
    protected void release(DmaFence asked) {
        fence = null;
        timeline = null;
        engine.pool().give(this);
    }

    private static final VarHandle ACTIVE;
    private static final VarHandle BOOSTED;
    private static final VarHandle CONTEXT_NAME;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ACTIVE = lookup.findVarHandle(I915Request.class, "active", boolean.class);
            BOOSTED = lookup.findVarHandle(I915Request.class, "boosted", boolean.class);
            CONTEXT_NAME = lookup.findVarHandle(I915Request.class, "contextName", String.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
