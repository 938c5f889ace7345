package org.dmafence.rcu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.dmafence.lockdep.Lockdep;
import org.jspecify.annotations.Nullable;

/**
 * One reader of an {@link RcuDomain}: {@code rcu_read_lock()} and {@code rcu_read_unlock()}.
 *
 * <p>A reader from {@link RcuDomain#reader()} belongs to its thread and is used by no other. One from
 * {@link RcuDomain#register(String)} belongs to its holder (an agent, an engine) and is used by one thread at a
 * time. Neither method blocks, allocates or fails, except on a closed handle. Sections nest: keep the token of each
 * {@link #lock()} and hand it to the matching {@link #unlock(long)}, in a {@code finally} block.
 *
 * <p><b>Memory consistency effects.</b> Reads inside the section see everything that was done before a grace period
 * which had ended when the section began; what the section does happens before the end of every grace period that had
 * to wait for it.
 */
public final class RcuReader extends ReaderSlot implements AutoCloseable {
    // Implementation overview
    //
    // The slot is a padded field of this object: 0 outside, the epoch seen on entry inside. Written by the reader
    // alone, read by every grace period.
    //
    // The token is the slot's value before lock(): 0 for the outermost section, so that unlock() clears the slot only
    // there. Nesting thus needs no counter, and no store-to-load chain between sections.
    //
    // The slot holds INDIRECT for ever in readers whose entry needs more than a store: those of FENCE domains, handles
    // that are bound to no thread, closed ones. They keep their epoch in a slot of its own, which the registry still
    // has when the handle was dropped inside a section, and their tokens are negative. So the quick path has no test
    // but the one for nesting.
    //
    // I1  Between lock() and unlock() the slot holds an epoch that the domain had when the section began, or an older
    //     one. Older is safe: a grace period waits for a section that it need not wait for.
    // I2  A read of the section is never performed before the slot's store is visible, as far as an updater that scans
    //     after its barrier can tell. FENCE: the full fence here meets the updater's full fence. MEMBARRIER: the fence
    //     here only binds the compiler, and the updater's system call runs a full barrier on this processor, either
    //     after the store (the scan sees it) or before the reads (they see what was published).
    // I3  The slot is cleared after the section's last access (release), so a scan that sees 0 comes after the section.
    // I4  A thread that sees a handle's slot hold an epoch sees the thread that entered it as the owner, or a later
    //     one. An owner that is found in an empty slot is the last one, and holds nothing.
    //
    // The honest gap: for MEMBARRIER the Java memory model does not order an opaque store before a later load, whatever
    // acquireFence() follows; only fullFence() would. It holds because HotSpot's compilers treat acquireFence() as a
    // barrier for all memory in both directions and emit no instruction for it on x86 (a load barrier on aarch64). That
    // is how the implementation works, not a promise, hence RcuOrdering.FENCE, and the stress tests of both modes.
    //
    // Tried and dropped: a slot that is an Agrona counter, which a monitor can read while it runs, and a slot in an
    // object of its own for all readers. The fence makes each access load its address again, so every indirection is
    // paid three times; the domain copies the slots to its counters when it is asked for them.

    private static final long INDIRECT = -1;

    /** The token of an outermost section of an indirect slot; that of a nested one is less. */
    private static final long OUTERMOST = -1;

    private final ReaderSlot domainEpoch;
    private final boolean fenced;
    private final ReaderRegistration registration;

    /** Where the epoch is when {@link #epoch} is INDIRECT; {@code null} once closed. */
    private @Nullable ReaderSlot indirect;

    private boolean closed;

    /** Sections entered, under -ea only. */
    private int depth;

    /** Thread that entered last, for handles that are bound to none; opaque, read by reports and usage checks. */
    private long ownerId;

    RcuReader(ReaderRegistration registration, @Nullable ReaderSlot indirect, ReaderSlot domainEpoch, boolean fenced) {
        this.registration = registration;
        this.indirect = indirect;
        this.domainEpoch = domainEpoch;
        this.fenced = fenced;
        if (indirect != null) {
            epoch = INDIRECT;
        }
    }

    /**
     * Enters a read section, or a nested one.
     *
     * @return the token for the matching {@link #unlock(long)}
     * @throws RcuUsageException if this handle was closed
     */
    public long lock() {
        long token = epoch;
        if (token != 0) {
            return lockNestedOrIndirect(token);
        }
        assert entering();
        enterOpaque(domainEpoch.epoch); // plain: the fence forbids reuse of an older read, and a stale value is I1
        VarHandle.acquireFence(); // pairs with the membarrier in GracePeriods.begin
        if (Lockdep.ON) {
            Lockdep.enterReadSection();
        }
        return 0;
    }

    private long lockNestedOrIndirect(long token) {
        if (token < 0) {
            return lockIndirect();
        }
        assert entering();
        if (Lockdep.ON) {
            Lockdep.enterReadSection();
        }
        return token;
    }

    private long lockIndirect() {
        ReaderSlot slot = indirect;
        if (slot == null) {
            throw new RcuUsageException("RCU reader '" + name() + "' is closed; register a new one");
        }
        assert entering();
        if (Lockdep.ON) {
            Lockdep.enterReadSection();
        }
        long entry = slot.epoch;
        if (entry != 0) {
            return -1 - entry;
        }
        if (!registration.isThreadBound()) {
            long id = Thread.currentThread().getId();
            if (ownerId != id) { // keeps the line unwritten while one thread uses the handle
                OWNER_ID.setOpaque(this, id);
            }
        }
        slot.enterRelease(domainEpoch.epoch); // the owner first: a thread that sees the epoch sees whose it is (I4)
        if (fenced) {
            VarHandle.fullFence(); // pairs with the full fence in GracePeriods.begin
        } else {
            VarHandle.acquireFence(); // as in lock()
        }
        return OUTERMOST;
    }

    /**
     * Leaves the section that the given token came from.
     *
     * @param token what the matching {@link #lock()} returned; with assertions enabled, tokens out of order are an
     *     error
     */
    public void unlock(long token) {
        assert leaving(token);
        if (Lockdep.ON) {
            Lockdep.leaveReadSection();
        }
        try {
            if (token == 0) {
                leaveRelease(0); // pairs with the scan's read in ReaderChunk.epochOf (I3)
            } else if (token == OUTERMOST) {
                unlockIndirect();
            }
        } finally {
            Reference.reachabilityFence(this); // a dropped handle's slot is reclaimed; it must not look dropped here
        }
    }

    private void unlockIndirect() {
        ReaderSlot slot = indirect;
        if (slot != null) {
            slot.leaveRelease(0); // as in unlock()
        }
    }

    /** Whether this reader is inside a section. Exact for the thread that uses it, a guess for others. */
    public boolean isHeld() {
        ReaderSlot slot = indirect;
        return (slot == null ? this : slot).epochAcquire() > 0;
    }

    /** The name it was registered with, or its thread's. */
    public String name() {
        return registration.name();
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
        closed = true;
        indirect = null;
        leaveRelease(INDIRECT); // a late lock() must find out
        if (Thread.currentThread() instanceof RcuThread own && own.reader == this) {
            own.reader = null;
        }
        registration.unregister();
    }

    boolean isClosed() {
        return closed;
    }

    boolean isOf(ReaderSlot epochOfDomain) {
        return domainEpoch == epochOfDomain;
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
        ReaderSlot slot = indirect;
        long outermost = slot == null ? 0 : OUTERMOST;
        long nested = slot == null ? epoch : -1 - slot.epoch;
        if (token != (depth == 1 ? outermost : nested)) {
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
