package org.dmafence.amdgpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import org.dmafence.driver.DriverContext;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.SequenceNumbers;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * The fences of one ring: their slots, the sequence number in memory that the hardware writes, and the fallback timer
 * that looks there when no interrupt comes. Kernel counterpart: {@code struct amdgpu_fence_driver} in
 * {@code amdgpu_fence.c}.
 *
 * <p>One engine at a time calls {@link #makeRoom}, {@link #emit} and {@link #advance}; everything else may be called by
 * any thread. Blocking: {@code makeRoom} only.
 */
final class FenceDriver {
    /*
     * Overview. Sequence numbers are 32 bits and wrap. Emitting puts a fence, with the ring's reference, into the slot
     * of its number; processing takes it out, signals it and drops the reference. There are twice as many slots as the
     * hardware takes jobs, so a slot is occupied only if interrupts were lost.
     *
     *   emitted (syncSeq)   the last number given out            written by the engine, release
     *   written             what the hardware wrote              written under `this`, never backwards
     *   processed (lastSeq) how far the slots were emptied       CAS, never backwards
     *   signaled            how many fences were signalled       added to after they were
     *
     * One interrupt may be for many numbers, and what is not done for each fence costs nothing: a range is claimed,
     * counted and timed once. `emitted` needs no more than a release: forceCompletion reads it when its caller has
     * waited for the last emit, and process, which reads an old value, leaves the timer off for a fence that arms it
     * itself when it is enabled.
     *
     * I1  Numbers between an old and a new `processed` belong to the thread whose CAS moved it; it signals them in
     * order. I2  A fence leaves its slot by a CAS against that very fence, found to have the number in question: the
     *     thread that succeeds signals it, once. So makeRoom may take a fence out of another thread's range, or out of one further up its own
     *     stack, and fill the slot again; the owner of the range then finds a later number there and passes on.
     * I3  A fence's error is set before its number is `written`, both under `this`, and not after; so a job that the
     *     hardware ended keeps its result when the ring is killed.
     * I4  Where the kernel trusts that a lost interrupt is noticed by the one that enabled signalling, advance arms the
     *     timer itself when it finds something written and not processed: a thread that enables can't wake the engine.
     */

    /** How long the driver trusts the interrupt. Kernel: {@code AMDGPU_FENCE_JIFFIES_TIMEOUT}, half a second. */
    static final long FALLBACK_NS = 500_000_000L;

    private static final long UNARMED = Long.MAX_VALUE;

    private final DriverContext context;
    private final String ringName;
    private final FenceContext fences;
    private final RingFence ops;
    private final IntFunction<FenceTag> tags;
    private final AtomicReferenceArray<@Nullable DmaFence> slots;
    private final int mask;
    private final AtomicInteger processed;
    private final AtomicLong fallbackNs = new AtomicLong(UNARMED);

    /** Fences ever signalled; the others that were emitted each hold a runtime-power reference. */
    private final AtomicInteger signaled;

    private final LongAdder freed = new LongAdder();
    private int emitted;
    private volatile int written;

    /**
     * @param hardwareSlots how many jobs the hardware takes, a power of two
     * @param initialSeq the number before the first; 0 but in tests of wrapping
     * @param independent whether signalled fences are to refer to nothing of this driver
     * @param tags what the flight recorder is told of the fence with a number
     */
    FenceDriver(
            DriverContext context,
            String ringName,
            int hardwareSlots,
            int initialSeq,
            boolean independent,
            IntFunction<FenceTag> tags) {
        this.context = context;
        this.tags = tags;
        this.ringName = ringName;
        slots = new AtomicReferenceArray<>(2 * hardwareSlots);
        mask = 2 * hardwareSlots - 1;
        EMITTED.setRelease(this, initialSeq);
        signaled = new AtomicInteger(initialSeq);
        written = initialSeq;
        processed = new AtomicInteger(initialSeq);
        FenceContext.Builder builder = context.newContext(ringName);
        if (independent) {
            fences = builder.build();
            ops = RingFence.independent(this);
        } else {
            fences = builder.lock(FenceLock.ownedBy(this)).build();
            ops = RingFence.withRelease(this);
        }
    }

    String ringName() {
        return ringName;
    }

    FenceTag tag(int seq) {
        return tags.apply(seq);
    }

    /**
     * Empties the slot of a sequence number to come. Signals what the hardware has passed, because the fallback timer
     * that would is the caller's to run; waits for whatever is in the slot still, uninterruptibly.
     */
    void makeRoom(int seq) {
        int slot = seq & mask;
        if (slots.get(slot) == null) {
            return;
        }
        process();
        DmaFence old = slots.get(slot);
        if (old == null || !old.tryRetain()) {
            return;
        }
        if (isWritten((int) old.seqno())) { // I2: in the range of a thread that has not come to it, maybe up our stack
            signaled.getAndAdd(
                    signalSlot((int) old.seqno(), context.runtime().clock().nanoTime()));
        }
        old.waitTimeout(false, Long.MAX_VALUE);
        old.release();
    }

    /** Makes the fence of the next number; its reference is the ring's. */
    DmaFence emit(int seq) {
        return emitted(fences.newFence(ops, Integer.toUnsignedLong(seq)), seq);
    }

    /**
     * The same with a callback, which needs the fallback timer; a second reference is the caller's. What the enable op
     * does is done here, for each fence a scheduler waits for.
     */
    DmaFence emit(int seq, FenceCallback whenSignaled) {
        DmaFence fence = emitted(fences.newArmedFence(ops, Integer.toUnsignedLong(seq), whenSignaled), seq);
        armFallback();
        return fence;
    }

    private DmaFence emitted(DmaFence fence, int seq) {
        if (!slots.compareAndSet(seq & mask, null, fence)) {
            throw new IllegalStateException("slot " + (seq & mask) + " of ring " + ringName + " for " + fence
                    + " still holds " + slots.get(seq & mask) + "; call makeRoom first");
        }
        EMITTED.setRelease(this, seq); // after the slot; pairs with emittedAcquire
        fences.traceEmit(fence);
        return fence;
    }

    /**
     * The hardware wrote a number, and has passed all before it, after the job of that number ended with an error or
     * {@code null}.
     */
    void write(int seq, @Nullable FenceError error) {
        synchronized (this) {
            if (isWritten(seq)) { // forced before
                return;
            }
            if (error != null) {
                fail(seq, error);
            }
            written = seq; // I3; pairs with the volatile read in process
        }
    }

    /** As {@link #process(long)}, for a caller that does not know the time. */
    boolean process() {
        return process(context.runtime().clock().nanoTime());
    }

    /**
     * Signals every fence whose number was written since the last time. Kernel counterpart:
     * {@code amdgpu_fence_process()}.
     *
     * @return whether there was any
     */
    boolean process(long nowNs) {
        int last;
        int seq;
        do {
            last = processed.get();
            seq = written; // after `processed`, so never behind it
        } while (!processed.compareAndSet(last, seq));
        rearmFallback(seq == emittedAcquire() ? UNARMED : nowNs + FALLBACK_NS);
        if (seq == last) {
            return false;
        }
        int count = 0;
        OutOfMemoryError failure = null;
        for (int next = last + 1; next != seq + 1; next++) { // I1
            try {
                count += signalSlot(next, nowNs);
            } catch (OutOfMemoryError e) { // nobody else would come to the others
                failure = e;
            }
        }
        signaled.getAndAdd(count);
        if (failure != null) {
            throw failure;
        }
        return true;
    }

    /** Signals the fence of a number; how many that were. */
    private int signalSlot(int seq, long nowNs) {
        DmaFence fence = slots.get(seq & mask);
        if (fence != null && (int) fence.seqno() == seq && slots.compareAndSet(seq & mask, fence, null)) { // I2
            fences.signalAt(fence, nowNs);
            fence.release();
            return 1;
        }
        return 0;
    }

    /** Arms the fallback timer unless it is. */
    void armFallback() {
        if (fallbackNs.get() == UNARMED) {
            fallbackNs.compareAndSet(UNARMED, context.runtime().clock().nanoTime() + FALLBACK_NS);
        }
    }

    /** Moves the fallback timer to another time, if it is armed. */
    private void rearmFallback(long dueNs) {
        long armedNs = fallbackNs.get();
        while (armedNs != UNARMED && !fallbackNs.compareAndSet(armedNs, dueNs)) {
            armedNs = fallbackNs.get();
        }
    }

    /**
     * Runs the fallback timer if it is due.
     *
     * @return when it is due next, {@link Long#MAX_VALUE} if it is not armed
     */
    long advance(long nowNs) {
        long dueNs = fallbackNs.get();
        if (dueNs <= nowNs && fallbackNs.compareAndSet(dueNs, UNARMED)) {
            if (process(nowNs)) {
                context.notice("Fence fallback timer expired on ring " + ringName);
            }
        }
        if (written != processed.get()) {
            armFallback(); // I4
        }
        return fallbackNs.get();
    }

    /**
     * Ends whatever the hardware did not. A time-out is the fault of the oldest fence, which gets {@code -ETIME}; those
     * after it get {@code -ECANCELED}. Any other error is everybody's. Kernel counterpart:
     * {@code amdgpu_fence_driver_force_completion()}.
     */
    void forceCompletion(FenceError error) {
        synchronized (this) {
            FenceError next = error;
            int last = emittedAcquire();
            for (int seq = written + 1; seq != last + 1; seq++) {
                fail(seq, next);
                if (error.equals(FenceError.ETIME)) {
                    next = FenceError.ECANCELED;
                }
            }
            written = last; // I3
        }
        process();
        fallbackNs.set(UNARMED);
    }

    private void fail(int seq, FenceError error) {
        DmaFence fence = slots.get(seq & mask);
        if (fence != null && (int) fence.seqno() == seq && !fence.isSignaled()) {
            fences.setError(fence, error);
        }
    }

    private boolean isWritten(int seq) {
        return !SequenceNumbers.isLater(seq, written, false);
    }

    /** A fence lost its last reference: its memory goes when no reader can look at it any more. */
    void freeAfterGracePeriod() {
        context.defer(freed::increment);
    }

    /** How many fences were emitted and have not been signalled. */
    int outstanding() {
        int done = signaled.get(); // first: it is never ahead of what was emitted
        return emittedAcquire() - done;
    }

    private int emittedAcquire() {
        return (int) EMITTED.getAcquire(this);
    }

    boolean isFallbackArmed() {
        return fallbackNs.get() != UNARMED;
    }

    /** How many fences were freed. */
    long freed() {
        return freed.sum();
    }

    private static final VarHandle EMITTED;

    static {
        try {
            EMITTED = MethodHandles.lookup().findVarHandle(FenceDriver.class, "emitted", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
