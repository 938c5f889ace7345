package org.dmafence.drivers.catalogue;

import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.driver.DriverContext;
import org.dmafence.driver.IssuerTable.LockKind;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.RingSlots;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.drivers.catalogue.Issuer.Numbering;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceLock;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceWaits;
import org.dmafence.trace.FenceTag;
import org.jspecify.annotations.Nullable;

/**
 * The ring of a line of the table. Its fences have the ops, the lock and the numbers that the line says; the ops behave
 * as those of most drivers do, and subclasses override what theirs does differently.
 */
class CatalogueRing extends SimulatedRing {
    private final Issuer issuer;
    private final Op[] ops;
    private final @Nullable FenceLock lock;
    private final @Nullable FenceContext shared;
    private final RingSlots<IssuerFence> slots;
    private final AtomicLong soonestDeadlineNs = new AtomicLong(Long.MAX_VALUE);

    CatalogueRing(DriverContext context, RingSpec spec, Issuer issuer) {
        super(context, spec);
        this.issuer = issuer;
        ops = issuer.table().ops().toArray(new Op[0]);
        lock = issuer.table().lock() == LockKind.EXTERNAL ? FenceLock.ownedBy(this) : null;
        shared = issuer.numbering() == Numbering.OWN ? null : newFenceContext();
        slots = new RingSlots<>(spec.slots());
        if (!issuer.names().knows(spec)) {
            context.notice(issuer.slug() + ": ring " + spec.name() + " is none of "
                    + issuer.names().rings() + "; its fences have an odd timeline name or none");
        }
    }

    /** The soonest deadline that anybody set, {@link Long#MAX_VALUE} if nobody did. */
    final long soonestDeadlineNs() {
        return soonestDeadlineNs.get();
    }

    // ---- what the hardware does ------------------------------------------------------------------------------------

    @Override
    protected DmaFence emit(RingJob job, long seqno) {
        FenceContext context = shared == null ? newFenceContext() : shared;
        IssuerFence issued = new IssuerFence(this, context, seqno, ops);
        DmaFence fence = newFence(context, issued);
        issued.issue(fence);
        slots.put(seqno, issued);
        return fence;
    }

    /** Makes a fence with its number. */
    protected DmaFence newFence(FenceContext context, IssuerFence ops) {
        return switch (issuer.numbering()) {
            case RING -> context.newFence(ops, hardwareNumber(ops.seqno()));
            case RING64 -> context.newFence64(ops, hardwareNumber(ops.seqno()));
            case OWN, NONE -> context.newFence(ops, 0);
        };
    }

    @Override
    protected void retire(long seqno, @Nullable FenceError error) {
        IssuerFence issued = slots.take(seqno);
        if (issued == null) {
            return;
        }
        if (error == null) {
            issued.signalAt(interruptNs()); // all that one interrupt is for have one time
        } else {
            issued.signal(error);
        }
    }

    @Override
    protected void forceCompletion(FenceError error) {
        slots.takeAll(emittedSeqno(), issued -> issued.signal(error));
    }

    /** Signals a fence ahead of its interrupt; the job stays in flight. */
    protected final void signalEarly(long seqno, FenceError error) {
        IssuerFence issued = slots.take(seqno);
        if (issued != null) {
            issued.signal(error);
        }
    }

    private FenceContext newFenceContext() {
        FenceContext.Builder builder = context().newContext(spec().name());
        if (lock != null) {
            builder.lock(lock);
        }
        if (issuer.numbering() == Numbering.NONE) {
            builder.id(0);
        }
        return builder.build();
    }

    // ---- what the driver's ops do ----------------------------------------------------------------------------------

    protected @Nullable String driverName(DmaFence fence) {
        return issuer.names().driver(spec());
    }

    protected @Nullable String timelineName(DmaFence fence) {
        return issuer.names().timeline(spec());
    }

    final FenceTag tag(long seqno) {
        return hardwareTag(seqno, "");
    }

    protected boolean enableSignaling(IssuerFence ops, DmaFence fence) {
        return true;
    }

    protected boolean signaled(IssuerFence ops, DmaFence fence) {
        return hasPassed(ops);
    }

    protected long waitTimeout(IssuerFence ops, DmaFence fence, boolean interruptible, long timeoutNs) {
        return FenceWaits.defaultWait(fence, interruptible, timeoutNs);
    }

    /** The last reference is gone; memory is the collector's. */
    protected void released(DmaFence fence) {}

    protected void setDeadline(IssuerFence ops, long deadlineNs) {
        soonestDeadlineNs.accumulateAndGet(deadlineNs, Math::min);
    }

    /** The number that the hardware writes for a job. */
    protected long hardwareNumber(long seqno) {
        return seqno;
    }

    /** Whether the hardware has written a fence's number, or one past it. */
    protected final boolean hasPassed(IssuerFence ops) {
        long written = hardwareNumber(completedSeqno());
        long own = hardwareNumber(ops.seqno());
        return issuer.numbering() == Numbering.RING64
                ? Long.compareUnsigned(written, own) >= 0
                : (int) written - (int) own >= 0;
    }
}
