package org.dmafence.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * One reader of an {@link RcuDomain}: {@code rcu_read_lock()} and {@code rcu_read_unlock()}.
 *
 * <p>A reader from {@link RcuDomain#reader()} belongs to its thread and is used by no other. One from
 * {@link RcuDomain#register(String)} belongs to whoever holds it (an agent, an engine) and is used by one thread at a
 * time. Neither method blocks, allocates or fails, except on a closed handle. Sections nest: keep the token of each
 * {@link #lock()} and hand it to the matching {@link #unlock(long)}, in a {@code finally} block.
 *
 * <p><b>Memory consistency effects.</b> Reads inside the section see everything that was done before a grace period
 * which had ended when the section began; what the section does happens before the end of every grace period that had
 * to wait for it.
 */
public final class RcuReader implements AutoCloseable {
    // Implementation overview
    //
    // The slot is a counter of the domain's registry: 0 outside, the epoch seen on entry inside, CLOSED for ever after
    // close(). Written by the reader alone (and by the registry once the reader is dead), read by every grace period.
    //
    // The token is the slot's value before lock(): 0 for the outermost section, so that unlock() clears the slot only
    // there. Nesting thus needs no counter, and no store-to-load chain between sections.
    //
    // I1  Between lock() and unlock() the slot holds an epoch that the domain had when the section began, or an older
    //     one. Older is safe: a grace period waits for a section that it need not wait for.
    // I2  A read of the section is never performed before the slot's store is visible, as far as an updater that scans
    //     after its barrier can tell. FENCE: the full fence here meets the updater's full fence. MEMBARRIER: the fence
    //     here only binds the compiler, and the updater's system call runs a full barrier on this processor, either
    //     after the store (the scan sees it) or before the reads (they see what was published).
    // I3  The slot is cleared after the section's last access (release), so a scan that sees 0 has the section behind.
    //
    // The honest gap: for MEMBARRIER the Java memory model does not order a release store before a later load, whatever
    // acquireFence() follows; only fullFence() would. It holds because HotSpot's compilers treat acquireFence() as a
    // barrier for all memory in both directions and emit no instruction for it on x86 (a load barrier on aarch64). That
    // is how the implementation works, not a promise, hence RcuOrdering.FENCE, and the stress tests of both modes.
    //
    // Why Agrona's AtomicCounter and not an UnsafeBuffer: the counter writes to a fixed address, while the buffer adds
    // its offset and, unless switched off for the whole process, checks bounds on each of the three accesses. The epoch
    // is read plainly: the fence that follows keeps the compiler from reusing an older read, and a stale value is I1.
    // A padded field of this class would be quicker still; it was given up for slots that a monitor can read.

    private static final long CLOSED = -1; // in a stand-in for the slot, so that lock() needs no test of its own

    private final AtomicCounter epoch;
    private final boolean fenced;
    private final boolean threadBound;

    /** Entry needs nothing but the compiler's fence: membarrier mode, and the thread is known without asking. */
    private final boolean light;

    private final ReaderRegistry.Registration registration;
    private AtomicCounter slot;
    private @Nullable Object attachment;
    private boolean closed;

    /** Sections entered, under -ea only. */
    private int depth;

    /** Thread that entered last, for handles that are bound to none; opaque, read by reports and usage checks. */
    private long ownerId;

    RcuReader(ReaderRegistry.Registration registration, AtomicCounter slot, AtomicCounter epoch, boolean fenced) {
        this.registration = registration;
        this.slot = slot;
        this.epoch = epoch;
        this.fenced = fenced;
        this.threadBound = registration.isThreadBound();
        this.light = !fenced && threadBound;
    }

    /**
     * Enters a read section, or a nested one.
     *
     * @return the token for the matching {@link #unlock(long)}
     * @throws RcuUsageException if this handle was closed
     */
    public long lock() {
        long token = slot.getWeak();
        assert token < 0 || entering();
        if (token == 0) {
            // Release: never torn or elided. I2 makes it visible before the section's reads.
            slot.setOrdered(epoch.getWeak());
            if (light) {
                VarHandle.acquireFence(); // pairs with the membarrier in GracePeriods.begin
            } else {
                completeEntry();
            }
        } else if (token < 0) {
            throw new RcuUsageException("RCU reader '" + name() + "' is closed; register a new one");
        }
        return token;
    }

    private void completeEntry() {
        if (fenced) {
            VarHandle.fullFence(); // pairs with the full fence in GracePeriods.begin
        } else {
            VarHandle.acquireFence(); // as in lock()
        }
        if (!threadBound) {
            long id = Thread.currentThread().getId();
            if (ownerId != id) { // keeps the line unwritten while one thread uses the handle
                OWNER_ID.setOpaque(this, id);
            }
        }
    }

    /**
     * Leaves the section that the given token came from.
     *
     * @param token what the matching {@link #lock()} returned; with assertions enabled, tokens out of order are an error
     */
    public void unlock(long token) {
        assert leaving(token);
        try {
            if (token == 0) {
                slot.setOrdered(0); // release, pairs with the scan's volatile read in ReaderChunk.epochOf (I3)
            }
        } finally {
            Reference.reachabilityFence(this); // a dropped handle's slot is reclaimed; it must not look dropped here
        }
    }

    /** Whether this reader is inside a section. Exact for the thread that uses it, a guess for others. */
    public boolean isHeld() {
        return slot.get() > 0;
    }

    /** The name it was registered with, or its thread's. */
    public String name() {
        return registration.name();
    }

    /** What {@link #attach} stored last. For the thread that uses this reader only. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** Stores one object with this reader, for a layer above that needs state for each thread. */
    public void attach(@Nullable Object newAttachment) {
        attachment = newAttachment;
    }

    /**
     * Unregisters this reader. Idempotent; to be called by the thread that uses it, outside any section. A thread's own
     * reader may be closed too; {@link RcuDomain#reader()} then makes another one.
     *
     * @throws RcuUsageException if it is inside a section
     */
    @Override
    public void close() {
        if (isClosed()) {
            return;
        }
        if (isHeld()) {
            throw new RcuUsageException("RCU reader '" + name() + "' is inside a read section; unlock before close()");
        }
        // A private stand-in: the real slot goes to another reader, and a late lock() must find out.
        slot = new AtomicCounter(new UnsafeBuffer(ByteBuffer.allocateDirect(Long.BYTES)), 0);
        slot.set(CLOSED);
        closed = true;
        attachment = null;
        if (Thread.currentThread() instanceof RcuThread own && own.reader == this) {
            own.reader = null;
        }
        registration.unregister();
    }

    boolean isClosed() {
        return closed;
    }

    boolean isOf(AtomicCounter domainEpoch) {
        return epoch == domainEpoch;
    }

    long ownerIdOpaque() {
        return (long) OWNER_ID.getOpaque(this);
    }

    private boolean entering() {
        if (!registration.isUsableByCurrentThread()) {
            throw new AssertionError(this + " belongs to another thread; call RcuDomain.reader() on each thread");
        }
        depth++;
        return true;
    }

    private boolean leaving(long token) {
        if (!registration.isUsableByCurrentThread()) {
            throw new AssertionError(this + " belongs to another thread; unlock where you locked");
        }
        if (depth == 0) {
            throw new AssertionError(this + " is not inside a section; one unlock(token) for each lock()");
        }
        if ((token == 0) != (depth == 1) || (token != 0 && token != slot.getWeak())) {
            throw new AssertionError("Token " + token + " at nesting depth " + depth + " of " + this
                    + " is out of order; unlock in the reverse order of lock()");
        }
        depth--;
        return true;
    }

    @Override
    public String toString() {
        return "RcuReader '" + name() + "'" + (isClosed() ? " (closed)" : isHeld() ? " (in section)" : "");
    }

    private static final VarHandle OWNER_ID;

    static {
        try {
            OWNER_ID = MethodHandles.lookup().findVarHandle(RcuReader.class, "ownerId", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
