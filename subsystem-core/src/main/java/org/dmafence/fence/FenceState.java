package org.dmafence.fence;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The fields of a fence and its state word: who may change them, and how. The rest is built on this. */
abstract sealed class FenceState permits FenceSignaling {
    /*
     * Overview. One int, `state`, decides everything:
     *
     *   bit      name           set by                              cleared
     *   0        SIGNALED       the one winning signal (CAS)        never
     *   1        INITIALIZED    constructor                         never
     *   2        INLINE_LOCK    constructor, no external lock       never
     *   3        SEQNO64        constructor                         never
     *   4        TIMESTAMP      that signal, after the timestamp    never
     *   5        ENABLE_SIGNAL  first attempt to enable             never
     *   6..9     user bits      the issuer                          never
     *   10       LOCKED         who edits callbacks or signals      by the same thread, a few stores later
     *   11       ENABLING       who calls the enable op             by the same thread, after the op
     *   12       FINISHING      who does the rest of I1             never
     *   13..31   error          setErrno, or with SIGNALED; signed  -
     *
     * While LOCKED is set only its holder writes `state`, so it unlocks by a release store; everybody else changes
     * `state` by CAS from an unlocked value. ENABLING keeps signallers out while the driver's op runs, as the kernel's
     * lock does, but not the op's own thread (Signaler knows it), and not for ever (opStallNs).
     *
     * I1  SIGNALED is set once, FINISHING with it (or later, after beginSignal) and once too; the setter of FINISHING
     *     alone detaches, stores the timestamp and takes the callbacks.
     * I2  A name or an op is asked only through a non-null `ops` read in a read section.
     * I3  addCallback answers true  <=> the callback runs exactly once or is removed.
     * I4  removeCallback answers true <=> the callback never runs; false => it has finished, unless it is on the stack.
     * I5  ENABLE_SIGNAL is set before SIGNALED is tested again: enabling and signalling can't miss each other.
     * I6  No foreign code runs while LOCKED is set: nobody spins on a callback.
     * I7  `callbacks` is a list until TIMESTAMP, the draining thread's mark (Signaler) while they run or wait to run,
     *     then null.
     * I8  Without ENABLE_SIGNAL there are no callbacks, but for those that a fence whose op is yet to be asked began
     *     with: who wins a signal from such a state has nothing to run, and needs nothing that might fail.
     * I9  No reference is left <=> the fence is freed: `references` is 0 for good, but for those who just now learn
     *     that they dropped one too many. What overflowed is SATURATED for good, as is the shared stub: never freed.
     *     The two are half the negative numbers apart, more than threads can blur.
     * I10 A callback that was added to a fence runs although the fence is freed: the thread that adds one looks at
     *     `references` under the lock bit, and the last release, having dropped its reference, looks at `callbacks`
     *     under it. One sees the other.
     *
     *   field        written by                     read by             mode          pairs with
     *   state        see above                      all                 CAS, release  getAcquire
     *   ops          constructor, winning signal,   all                 release       getAcquire in a read section
     *                last release, entombing
     *   callbacks    lock holder, then drainer      lock holder,        plain under   LOCKED, then release by the
     *                                               removers            LOCKED        drainer, acquire by removers
     *   timestampNs  winning signal, then who       after TIMESTAMP     plain, then   state release / acquire; once moved
     *                moves it                                           opaque        either time is an answer
     *   references   retain, release                all                 CAS, add      -
     *
     * The honest gap: a stack that overflows between the CAS that locks or wins and the end of the drain leaves the
     * fence locked, or loses callbacks; the overflow is thrown at the caller. Whatever else may fail (memory, a
     * thread's first reader) comes before that CAS, and before the enable op, which is asked but once. Locking from
     * deeper in the stack than unlocking was tried: it helps the interpreter only.
     *
     * Tried and dropped: the head of the callback list as the only state (a CAS on a reference costs a collector
     * barrier, and polling needs two tests); running callbacks under the lock bit (a woken waiter preempts the holder,
     * then spins).
     */
    /** The lowest bit, so that asking for it needs no shift. */
    static final int SIGNALED = 1;

    static final int INITIALIZED = 1 << 1;
    static final int INLINE_LOCK = 1 << 2;
    static final int SEQNO64 = 1 << 3;
    static final int TIMESTAMP = 1 << 4;
    static final int ENABLE_SIGNAL = 1 << 5;

    /** As many references as nobody counts any more. Kernel counterpart: {@code REFCOUNT_SATURATED}. */
    static final int SATURATED = Integer.MIN_VALUE / 2;

    /** How many flag bits an issuer has to itself. */
    static final int USER_BITS = 4;

    static final int USER_SHIFT = 6;
    static final int LOCKED = 1 << 10;
    static final int ENABLING = 1 << 11;
    static final int FINISHING = 1 << 12;
    static final int ERROR_SHIFT = 13;
    static final int ERROR_MASK = -1 << ERROR_SHIFT;

    final FenceContext context;

    @Nullable FenceOps ops;

    @Nullable FenceCallback callbacks;

    long seqno;
    long timestampNs;
    private int state;
    private int references = 1;

    FenceState(FenceContext context, FenceOps ops, long seqno, int flags, @Nullable FenceCallback callback) {
        this.context = context;
        this.ops = ops;
        this.seqno = seqno;
        this.callbacks = callback == null ? null : CallbackList.addLast(null, callback);
        this.state = flags | INITIALIZED | (context.lock() == null ? INLINE_LOCK : 0);
    }

    final int stateAcquire() {
        return (int) STATE.getAcquire(this);
    }

    final @Nullable FenceOps opsAcquire() {
        return (FenceOps) OPS.getAcquire(this); // pairs with detachRelease
    }

    /**
     * Takes the ops away, after SIGNALED: a thread that finds none may say so. The kernel's store is plain, because its
     * test-and-set is a full barrier; a CAS is none, and a store that is not ordered may be seen before it. Pairs with
     * opsAcquire.
     */
    final void detachRelease() {
        OPS.setRelease(this, null);
    }

    final void timestampOpaque(long ns) {
        TIMESTAMP_NS.setOpaque(this, ns);
    }

    final boolean casOps(FenceOps expected, FenceOps replacement) {
        return OPS.compareAndSet(this, expected, replacement);
    }

    final @Nullable FenceCallback callbacksAcquire() {
        return (FenceCallback) CALLBACKS.getAcquire(this); // pairs with endDrainRelease
    }

    /** All callbacks have finished: what they did is visible to a remover that sees this. */
    final void endDrainRelease() {
        CALLBACKS.setRelease(this, null);
    }

    final int referencesOpaque() {
        return (int) REFERENCES.getOpaque(this);
    }

    final boolean casReferences(int expected, int held) {
        return REFERENCES.compareAndSet(this, expected, held);
    }

    final int addReferences(int delta) {
        return (int) REFERENCES.getAndAdd(this, delta);
    }

    /** Gives the fence so many references; before anybody else has it. */
    final void beginReferences(int held) {
        references = held;
    }

    /** Makes this the one fence that nobody counts references of; before anybody else has it. */
    final void saturateReferences() {
        references = SATURATED;
    }

    /** Whether such a count is one of a freed fence. */
    static boolean isGone(int held) {
        return held <= 0 && held > SATURATED / 2;
    }

    final boolean casState(int expected, int next) {
        return STATE.compareAndSet(this, expected, next);
    }

    /** Sets LOCKED, whatever else is set. */
    final int lockBit() {
        return changeUnless(0, 0, LOCKED) | LOCKED;
    }

    final void unlock(int locked) {
        STATE.setRelease(this, locked & ~LOCKED); // pairs with stateAcquire everywhere
    }

    /** Clears and sets bits from an unlocked state; returns what it was. */
    final int changeState(int clear, int set) {
        return changeUnless(0, clear, set);
    }

    /** Clears and sets bits from an unlocked state that has none of some bits; returns what it was, changed or not. */
    final int changeUnless(int any, int clear, int set) {
        Backoff backoff = null;
        for (; ; ) {
            int s = stateAcquire();
            if ((s & any) != 0) {
                return s;
            }
            if ((s & LOCKED) != 0) {
                backoff = Backoff.next(backoff);
            } else if (casState(s, (s & ~clear) | set)) {
                return s;
            }
        }
    }

    /**
     * The error, as a number; what does not fit is stored as the largest number that does, so that it stays an error.
     */
    static int withErrno(int state, int errno) {
        int stored = Math.max(Integer.MIN_VALUE >> ERROR_SHIFT, Math.min(Integer.MAX_VALUE >> ERROR_SHIFT, errno));
        return (state & ~ERROR_MASK) | (stored << ERROR_SHIFT);
    }

    /** Sets the error; false if it was to be kept out of a signalled fence and the fence had signalled. */
    final boolean setErrno(int errno, boolean evenIfSignaled) {
        int refused = evenIfSignaled ? 0 : SIGNALED;
        return (changeUnless(refused, ERROR_MASK, withErrno(0, errno)) & refused) == 0;
    }

    /** Sets the error of an unsignalled fence that has none; true if it did. */
    final boolean setFirstErrno(int errno) {
        int refused = SIGNALED | ERROR_MASK;
        return (changeUnless(refused, 0, withErrno(0, errno)) & refused) == 0;
    }

    final boolean testAndSetUserBit(int bit) {
        return (changeState(0, userMask(bit)) & userMask(bit)) != 0;
    }

    static int userMask(int bit) {
        Objects.checkIndex(bit, USER_BITS);
        return 1 << (USER_SHIFT + bit);
    }

    private static final VarHandle STATE;
    private static final VarHandle REFERENCES;
    private static final VarHandle OPS;
    private static final VarHandle CALLBACKS;
    private static final VarHandle TIMESTAMP_NS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(FenceState.class, "state", int.class);
            REFERENCES = lookup.findVarHandle(FenceState.class, "references", int.class);
            OPS = lookup.findVarHandle(FenceState.class, "ops", FenceOps.class);
            CALLBACKS = lookup.findVarHandle(FenceState.class, "callbacks", FenceCallback.class);
            TIMESTAMP_NS = lookup.findVarHandle(FenceState.class, "timestampNs", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
