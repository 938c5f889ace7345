package org.dmafence.fence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.dmafence.foreign.DriverCode;
import org.dmafence.foreign.DriverLoader;
import org.dmafence.rcu.RcuDomain;
import org.jspecify.annotations.Nullable;

/**
 * The fences that one issuer still answers for: those that have not signalled, and those that signalled but keep its
 * ops or a lock in its memory. A fence that became independent is forgotten at once, so unloading costs nothing for the
 * millions that live on.
 *
 * <p>Unsignalled fences are held strongly, since somebody must signal them; the others weakly. Fences enter through a
 * {@link FenceContext} built with the ledger. Every method may be called from any thread.
 */
public final class FenceLedger {
    /*
     * Overview. A fence is in `live` from its making until it has signalled and its callbacks have finished, and in
     * `kept` from its signal until it is freed or collected, if it keeps something of the issuer. Its TIMESTAMP bit
     * tells which of the live ones have signalled. It enters `kept` before it leaves `live`:
     *
     * L1  A fence that is in neither keeps nothing of the issuer.
     * L2  A look for fences whose callbacks run, after one that found none unsignalled, finds each that there is.
     * L3  After close(), a look at `live` sees every fence that anybody was or will be given.
     *
     * Three counters would cost three atomic updates for each fence; the usual case pays for one, the others are
     * derived.
     */
    private static final String UNTRACKED = "";

    private final String issuer;
    private final FenceSlots live = new FenceSlots();
    /** {@code null} where they are not tracked. */
    private final @Nullable FenceSites sites;

    private final KeptFences kept = new KeptFences();
    private final IssuerReach reach = new IssuerReach();

    /** Signalled, and their callbacks have run. */
    private final LongAdder ended = new LongAdder();
    /** Of the signalled ones, those that did not drop their ops. */
    private final LongAdder attached = new LongAdder();
    /** Freed without having signalled. */
    private final LongAdder dropped = new LongAdder();

    private final StrayCallbacks strays = new StrayCallbacks();

    /** The issuer's callbacks that wait for {@link FenceCallback#onDeferred}, or are in it. */
    private final AtomicInteger deferred = new AtomicInteger();

    /** Threads that are in a wait op, or on their way into one. */
    private final AtomicInteger waits = new AtomicInteger();

    private volatile boolean closed;

    /** There was no memory to keep a fence; for good. Set by tests, too. */
    volatile boolean unkept;

    /**
     * An empty ledger.
     *
     * @param issuer the module's name, for errors
     * @param trackSites whether to remember where each fence was made; costs a stack walk per fence
     */
    public FenceLedger(String issuer, boolean trackSites) {
        this.issuer = issuer;
        sites = trackSites ? new FenceSites() : null;
    }

    /**
     * A fence that the issuer still answers for.
     *
     * @param fence the fence
     * @param site where it was made, empty when sites are not tracked
     * @param ops the class of the ops that it keeps, {@code null} if it has dropped them or will when it signals
     * @param lock whether it keeps a lock in the issuer's memory
     */
    public record Entry(
            DmaFence fence, String site, @Nullable String ops, boolean lock) {
        /** Whether the fence keeps something of the issuer even when it has signalled. */
        public boolean dependent() {
            return ops != null || lock;
        }

        static Entry of(DmaFence fence, String site) {
            FenceOps attached = fence.opsAcquire();
            String keeps = attached == null || attached.detachable()
                    ? null
                    : attached.getClass().getName();
            return new Entry(fence, site, keeps, keepsLock(fence));
        }
    }

    /** Takes no new fences from now on; making one throws {@link IllegalStateException}. */
    public void close() {
        closed = true;
    }

    /** Takes fences again: the issuer stays after all. */
    public void reopen() {
        closed = false;
    }

    /** How many fences were ever made; exact while none is made or signalled. */
    public long created() {
        return live.size() + ended.sum() + dropped.sum();
    }

    /** How many of them signalled; exact while none does. */
    public long signaled() {
        return drainsRunning() + ended.sum();
    }

    /** How many of those dropped the issuer's ops in doing so; exact while none signals. */
    public long detached() {
        return signaled() - attached.sum();
    }

    /** How many have not signalled. */
    public int unsignaledCount() {
        return live.count(fence -> !hasFinished(fence));
    }

    /** Those that have not signalled. */
    public List<Entry> unsignaled() {
        List<Entry> entries = new ArrayList<>();
        live.forEach(fence -> {
            if (!hasFinished(fence)) {
                entries.add(Entry.of(fence, siteOf(fence)));
            }
        });
        return entries;
    }

    /** Whether a signal has done everything but run the callbacks. */
    static boolean hasFinished(DmaFence fence) {
        return (fence.stateAcquire() & FenceState.TIMESTAMP) != 0;
    }

    private String siteOf(DmaFence fence) {
        return sites == null ? UNTRACKED : sites.of(fence);
    }

    /** Those that signalled, still keep the issuer's ops or lock, and are still reachable by somebody. */
    public List<Entry> kept() {
        return all().stream()
                .filter(entry -> hasFinished(entry.fence()) && entry.dependent())
                .toList();
    }

    /** Those that keep the issuer's ops or lock for as long as they are referenced, signalled or not. */
    public List<Entry> dependents() {
        return all().stream().filter(Entry::dependent).toList();
    }

    /** By L1 in this order; one that is in both is told once. */
    private Collection<Entry> all() {
        Map<DmaFence, Entry> entries = new LinkedHashMap<>();
        live.forEach(fence -> entries.put(fence, Entry.of(fence, siteOf(fence))));
        kept.forEach((fence, site) -> entries.putIfAbsent(fence, Entry.of(fence, site)));
        return entries.values();
    }

    /** How many fences' callbacks are running right now; ask after {@link #unsignaledCount()}, not before. */
    public long drainsRunning() {
        return live.count(FenceLedger::hasFinished);
    }

    /**
     * How many threads are in a wait op of the issuer's, or are about to call it. After the ops were replaced and a
     * grace period has passed, none joins them.
     */
    public int waitsRunning() {
        return waits.get();
    }

    /** In the read section in which the wait op was found; it is called outside. */
    void beginWait() {
        waits.incrementAndGet();
    }

    void endWait() {
        waits.decrementAndGet();
    }

    /**
     * Signals whatever has not signalled, in order of sequence numbers within each context. Runs their callbacks on
     * this thread. For an issuer that has gone: a lock of its that is held for long is passed by, and a signal that it
     * began and did not finish is finished.
     *
     * <p>One that can't be signalled, for want of memory, keeps nobody from signalling the others; the failure is
     * thrown then.
     *
     * @param error the error they get, {@code null} for success
     * @return how many this call signalled
     */
    public int signalAll(@Nullable FenceError error) {
        return IssuerDeath.signalAll(live, error);
    }

    /**
     * Replaces the ops of every fence that still has them, and cuts external locks from their owner, so that nothing in
     * any fence refers to the issuer. For when everything has signalled, or never will by the issuer's doing.
     *
     * @param tombstone what to put in the place of given ops
     * @return how many were replaced
     */
    public int entomb(UnaryOperator<FenceOps> tombstone) {
        int count = 0;
        for (Entry entry : all()) {
            FenceOps ops = entry.fence().opsAcquire();
            if (ops != null && entry.fence().entomb(tombstone.apply(ops))) {
                count++;
            }
        }
        kept.clear();
        reach.sever();
        return count;
    }

    /** The ledger of the driver whose code called, {@code null} if none did. */
    static @Nullable FenceLedger ofCaller() {
        DriverLoader driver = DriverCode.caller();
        return driver != null && driver.issuer() instanceof FenceLedger ledger ? ledger : null;
    }

    /** Adds a callback. Of a driver's on a fence that is not the driver's only its own ledger knows. */
    static boolean addCallback(DmaFence fence, FenceCallback callback) {
        FenceLedger ledger = of(callback);
        if (ledger == null || ledger == fence.owner().ledger()) {
            return fence.add(callback, false);
        }
        return ledger.strays.add(fence, callback);
    }

    private static @Nullable FenceLedger of(FenceCallback callback) {
        return callback.foreign().getClass().getClassLoader() instanceof DriverLoader driver
                        && driver.issuer() instanceof FenceLedger ledger
                ? ledger
                : null;
    }

    /** A callback put work off, which no list of a fence's shows any more. */
    static void beginDeferred(FenceCallback callback) {
        FenceLedger ledger = of(callback);
        if (ledger != null) {
            ledger.deferred.incrementAndGet();
        }
    }

    static void endDeferred(FenceCallback callback) {
        FenceLedger ledger = of(callback);
        if (ledger != null) {
            ledger.deferred.decrementAndGet();
        }
    }

    /**
     * How many of the issuer's callbacks run, or are about to, that are not on fences of its own or have been put off:
     * after {@link #withdrawStrays} none joins those.
     */
    public int straysRunning() {
        return strays.running() + deferred.get();
    }

    /**
     * Takes the issuer's callbacks off fences that are not its own: they would run its code after it has gone.
     *
     * @return each in words
     */
    public List<String> withdrawStrays() {
        return strays.withdraw();
    }

    /** The RCU domains in whose read sections the issuer's ops are called. */
    public Set<RcuDomain> domains() {
        return reach.domains();
    }

    void onContext(RcuDomain domain, @Nullable FenceLock lock) {
        reach.add(domain, lock);
    }

    void onCreated(DmaFence fence) {
        if (sites != null) {
            sites.add(fence);
        }
        boolean added = false;
        try {
            live.add(fence, fence.seqno);
            added = true;
        } finally {
            if (!added && sites != null) {
                sites.remove(fence);
            }
        }
        if (closed) {
            // L3: checked after the insertion, so a thread that closes first and then looks sees every fence that was
            // let in.
            remove(fence);
            throw new IllegalStateException(
                    "module " + issuer + " is going: it makes no new fences; load it again or use another driver");
        }
    }

    /** The issuer numbers a fence anew. A look meanwhile may find it twice, but never misses it. */
    void onRenumbered(DmaFence fence, long before, long seqno) {
        live.renumber(fence, before, seqno);
        fence.seqno = seqno;
        if (hasFinished(fence)) { // unloading signalled it just now, and may have left the other place empty
            onDrained(fence);
        }
    }

    void onSignaled(DmaFence fence, boolean hasCallbacks) {
        boolean opsGone = fence.isDetached();
        if (!opsGone) {
            attached.increment();
        }
        if (!opsGone || keepsLock(fence)) { // L1
            try {
                kept.add(fence, siteOf(fence));
            } catch (OutOfMemoryError e) { // onDrained tries again
                unkept = true;
            }
        }
        if (!hasCallbacks) {
            onDrained(fence);
        }
    }

    static boolean keepsLock(DmaFence fence) {
        FenceLock lock = fence.owner().lock();
        return lock != null && lock.owner() != null;
    }

    /**
     * One that can't be kept stays among the live ones: unloading would not find it, and it then counts as being
     * signalled.
     */
    void onDrained(DmaFence fence) {
        if (unkept && (!fence.isDetached() || keepsLock(fence))) { // L1
            try {
                kept.add(fence, siteOf(fence));
            } catch (OutOfMemoryError e) {
                return;
            }
        }
        if (remove(fence)) {
            ended.increment();
        }
    }

    void onReleased(DmaFence fence) {
        if (!hasFinished(fence) && remove(fence)) {
            dropped.increment();
        }
        kept.remove(fence);
    }

    private boolean remove(DmaFence fence) {
        if (sites != null) {
            sites.remove(fence);
        }
        return live.remove(fence, fence.seqno);
    }
}
