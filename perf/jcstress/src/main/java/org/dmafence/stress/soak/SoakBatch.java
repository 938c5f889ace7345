package org.dmafence.stress.soak;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;

/**
 * Some fences and what everybody wrote down about them. Two parties work on a batch, its owner and a partner, who race;
 * and waiters. Each writes only its own column, plainly; the last to be done has it all compared.
 */
final class SoakBatch {
    /*
     *   column                           written by                 read by
     *   plan, errnos, fences             owner, before publishing   all
     *   announced[party]                 that party, before it      callbacks, waiters, checker: being signalled orders it
     *                                    signals
     *   claims[party], seen[party]       that party                 checker
     *   added, removed, callbacks[slot]  who adds, who removes      checker; the partner reads the owner's
     *   runs                             callbacks                  checker; remover. Atomic, for it may happen twice
     *   left                             parties, waiters           who brings it to 0 checks
     */
    static final int FENCES = 256;
    static final int OWNER = 0;
    static final int PARTNER = 1;

    /** Slots of callbacks for each fence: two of the owner's, one of the partner's. */
    static final int SLOTS = 3;

    /** What a fence ends with if nobody has signalled it and its module goes. */
    static final int LOST = FenceError.ECANCELED.errno();

    final DmaFence[] fences = new DmaFence[FENCES];
    final int[] plan = new int[FENCES];
    final byte[][] announced = new byte[2][FENCES];
    final byte[][] claims = new byte[2][FENCES];
    final int[][] seen = new int[2][FENCES];
    final @Nullable SoakCallback[] callbacks = new @Nullable SoakCallback[SLOTS * FENCES];
    final byte[] added = new byte[SLOTS * FENCES];
    final byte[] removed = new byte[SLOTS * FENCES];
    private final int[] runs = new int[SLOTS * FENCES];
    private final Violations violations;
    private final Seam seam;
    private final AtomicInteger left = new AtomicInteger();

    /**
     * Who signals; {@code null} for a module's fences, of which those that its ring does not end are ended by its
     * unloading.
     */
    final @Nullable FenceContext context;

    final boolean ofModule;

    /** Whether the partner is at it, for an owner who wants to race. */
    volatile boolean started;

    SoakContainers containers = SoakContainers.NONE;

    SoakBatch(Violations violations, Seam seam, @Nullable FenceContext context) {
        this.violations = violations;
        this.seam = seam;
        this.context = context;
        ofModule = context == null;
    }

    void expect(int parties) {
        left.set(parties);
    }

    /** One of those who work on the batch is done; true if nobody is left. */
    boolean done() {
        return left.decrementAndGet() == 0;
    }

    boolean isDone() {
        return left.get() == 0;
    }

    void onCallback(int slot, DmaFence fence) {
        int i = slot / SLOTS;
        int run = (int) RUNS.getAndAdd(runs, slot, 1) + 1;
        if (fence != fences[i] || !fence.isSignaled()) {
            violations.add("a callback of " + fences[i] + " ran with " + fence);
        }
        requireAnnounced(i, "callback");
        if (run != 1) {
            violations.add("callback " + slot % SLOTS + " of " + fence + " ran " + run + " times");
        }
    }

    /** Whoever sees a fence signalled sees what its signaller wrote before. */
    void requireAnnounced(int i, String who) {
        if (!ofModule && announced[OWNER][i] + announced[PARTNER][i] == 0) {
            violations.add("a " + who + " of " + fences[i] + " came before anybody signalled it");
        }
    }

    void add(int party, int i, int slotOfFence) {
        int slot = i * SLOTS + slotOfFence;
        SoakCallback callback = new SoakCallback(this, slot);
        callbacks[slot] = callback;
        if (seam.add(fences[i], callback)) {
            added[slot] = 1;
        } else if (seam.status(fences[i]) == 0) {
            violations.add("a callback was refused by " + fences[i] + ", which has not signalled");
        }
    }

    void remove(int i, int slotOfFence) {
        int slot = i * SLOTS + slotOfFence;
        SoakCallback callback = callbacks[slot];
        if (callback != null && added[slot] != 0) {
            if (seam.remove(fences[i], callback)) {
                removed[slot] = 1;
            } else if (ran(slot) == 0) {
                violations.add("a callback of " + fences[i] + " was neither removed nor finished");
            }
        }
    }

    private int ran(int slot) {
        return (int) RUNS.getVolatile(runs, slot);
    }

    /** Reads the status and holds it against what this party read before. */
    void look(int party, int i) {
        int status = seam.status(fences[i]);
        int before = seen[party][i];
        if (before != 0 && before != status) {
            violations.add("the status of " + fences[i] + " was " + before + " and is " + status);
        }
        seen[party][i] = status;
    }

    /** Compares everything, when nobody works on the batch any more, and lets go of the fences. */
    void check() {
        for (int i = 0; i < FENCES; i++) {
            check(i);
        }
        containers.check(this);
        for (DmaFence fence : fences) {
            if (fence.references() != 1) {
                violations.add(fence + " has " + fence.references() + " references, 1 expected");
            }
            fence.release();
        }
    }

    private void check(int i) {
        DmaFence fence = fences[i];
        int status = seam.status(fence);
        if (!mayEndWith(i, status)) {
            violations.add(fence + " ended with " + status + ", which nobody signalled it with; claims "
                    + claims[OWNER][i] + " and " + claims[PARTNER][i]);
        }
        for (int[] read : seen) {
            if (read[i] != 0 && read[i] != status) {
                violations.add(fence + " was read as " + read[i] + ", and is " + status);
            }
        }
        for (int slot = i * SLOTS; slot < (i + 1) * SLOTS; slot++) {
            int due = added[slot] - removed[slot];
            if (runs[slot] != due) {
                violations.add("callback " + slot % SLOTS + " of " + fence + " ran " + runs[slot] + " times, " + due
                        + " expected");
            }
        }
    }

    /**
     * Whether those who signalled a fence explain a status; 1 is success. Who signals without an error learns whether
     * it was first, who does with one does not: of two errors it may be either.
     */
    boolean mayEndWith(int i, int status) {
        int claimed = claims[OWNER][i] + claims[PARTNER][i];
        if (ofModule) {
            return status == (claimed == 0 ? LOST : SoakPlan.statusOf(plan[i], OWNER));
        }
        boolean first = SoakPlan.signalsEarly(plan[i]); // alone, so there was no race
        boolean byOwner = announced[OWNER][i] != 0 && mayHaveWon(OWNER, i, status);
        boolean byPartner = !first && announced[PARTNER][i] != 0 && mayHaveWon(PARTNER, i, status);
        return status == 1 ? claimed == 1 && (byOwner || byPartner) : claimed == 0 && (byOwner || byPartner);
    }

    private boolean mayHaveWon(int party, int i, int status) {
        return SoakPlan.statusOf(plan[i], party) == status && (status != 1 || claims[party][i] == 1);
    }

    void violation(String what) {
        violations.add(what);
    }

    Seam seam() {
        return seam;
    }

    private static final VarHandle RUNS = MethodHandles.arrayElementVarHandle(int[].class);
}
