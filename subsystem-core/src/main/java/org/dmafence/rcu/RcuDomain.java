package org.dmafence.rcu;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.status.CountersReader;
import org.dmafence.concurrent.ThreadBound;
import org.dmafence.foreign.DriverCode;
import org.dmafence.foreign.DriverLoader;
import org.dmafence.lockdep.Lockdep;
import org.jspecify.annotations.Nullable;

/**
 * One RCU universe: readers, grace periods that wait for them, and callbacks that run after a grace period.
 *
 * <p>Domains are independent: a grace period waits for the readers of its own domain only. The fence core uses the
 * {@linkplain #global() global} one, as the kernel has but one.
 *
 * <p>All methods may be called by any thread unless they say otherwise; those that wait are refused inside a read
 * section and keep the caller's interrupt status instead of being cut short by it. Waiting methods are also full
 * barriers: what the caller did before comes before the grace period, what it does afterwards comes after it.
 */
public final class RcuDomain implements AutoCloseable {
    // Thread-bound readers hang on their threads (a field of RcuThread) or are kept below by their threads' identity,
    // explicit handles on their holders; no thread keeps a dropped domain, but an RcuThread its own.
    // The algorithm is described in RcuReader and GracePeriods.

    /** Type id of the counters that hold the readers' epochs. */
    public static final int READER_COUNTER_TYPE_ID = 2101;

    /** Type id of the counter that holds the domain's epoch. */
    public static final int EPOCH_COUNTER_TYPE_ID = 2102;

    private final String name;
    private final RcuOrdering ordering;
    private final boolean global;
    private final boolean callerDriven;
    private final ReaderSlot epoch = new ReaderSlot();
    private final RcuReports reports;
    private final ReaderRegistry registry;
    private final GracePeriods periods;
    private final RcuCallbacks callbacks;

    private final ThreadBound<RcuReader> threadReader = new ThreadBound<>();

    /** The driver that made the domain, by its loader's name: only a driver's own is a driver's to close. */
    private final @Nullable String driver;

    /** Held by the thread that closes: of several the others wait, and do it if the first one could not. */
    private final ReentrantLock closing = new ReentrantLock();

    /** Nothing is deferred any more, but for the markers of barriers. */
    private volatile boolean closed;

    private RcuDomain(RcuSettings settings, boolean global, Runnable heavyBarrier) {
        this.global = global;
        driver = global ? null : callingDriver(); // anybody may be the first to use the global one
        name = settings.name();
        callerDriven = settings.callerDrivenCallbacks();
        ordering = settings.ordering();
        epoch.enterOpaque(1); // 0 means "outside" in a reader's slot
        reports = new RcuReports(name, settings.stallListener());
        registry = new ReaderRegistry(name, epoch, ordering == RcuOrdering.FENCE, reports);
        periods = new GracePeriods(epoch, registry, heavyBarrier, settings.clock(), settings.stallTimeoutNs());
        callbacks = new RcuCallbacks(this, periods, settings);
    }

    /**
     * Makes a domain. A daemon thread runs its callbacks; it begins with the first of them, ends when there was nothing
     * to do for {@value RcuCallbacks#IDLE_MS} ms, begins again when there is, and inherits nothing from the thread that
     * causes that.
     *
     * @throws UnsupportedOperationException if the settings force membarrier and it is not available
     */
    public static RcuDomain create(RcuSettings settings) {
        return create(settings, false);
    }

    private static RcuDomain create(RcuSettings settings, boolean global) {
        RcuSettings resolved = settings.withOrdering(settings.ordering().resolve());
        return new RcuDomain(resolved, global, GracePeriods.barrierOf(resolved.ordering()));
    }

    /**
     * With a barrier that may fail, which the operating system's does only where somebody forbids it later on; for
     * tests.
     */
    static RcuDomain create(RcuSettings settings, Runnable heavyBarrier) {
        return new RcuDomain(settings.withOrdering(RcuOrdering.FENCE), false, heavyBarrier);
    }

    /**
     * The process-wide domain, made on first use. System properties decide about it: {@value RcuOrdering#PROPERTY} and
     * {@value RcuSettings#STALL_TIMEOUT_PROPERTY}.
     */
    public static RcuDomain global() {
        return Global.DOMAIN;
    }

    /**
     * The calling thread's reader, registered on first use. Costs a field access on an {@link RcuThread} of this domain
     * and a thread-local look-up elsewhere, virtual threads included; code that enters often keeps the result.
     */
    public RcuReader reader() {
        RcuReader reader;
        if (Thread.currentThread() instanceof RcuThread own) {
            reader = own.reader;
            if (reader != null && reader.isOf(epoch)) {
                return reader;
            }
            reader = own.isOf(this) ? own.reader : threadReader.get();
        } else {
            reader = threadReader.get();
        }
        return reader != null && !reader.isClosed() ? reader : registerCurrentThread();
    }

    private @Nullable RcuReader existingReader() {
        return Thread.currentThread() instanceof RcuThread own && own.isOf(this) ? own.reader : threadReader.peek();
    }

    private RcuReader registerCurrentThread() {
        Thread thread = Thread.currentThread();
        String threadName = thread.getName();
        RcuReader reader = registry.register(threadName.isEmpty() ? "thread-" + thread.getId() : threadName, thread);
        if (thread instanceof RcuThread own && own.isOf(this)) {
            own.reader = reader;
        } else {
            threadReader.set(reader);
        }
        return reader;
    }

    /**
     * Registers a reader that is bound to no thread: for agents and engines that may move between threads and are used
     * by one at a time. The holder closes it; one that is dropped instead is reclaimed.
     *
     * @param name shown in counters and reports
     */
    public RcuReader register(String name) {
        return registry.register(Objects.requireNonNull(name, "name"), null);
    }

    /**
     * Waits until every read section that began before this call has ended ({@code synchronize_rcu}). Concurrent
     * callers share grace periods. Waits in steps that grow to about a millisecond.
     *
     * @throws RcuUsageException inside a read section of this domain
     */
    public void synchronize() {
        assertNotHeld("synchronize()");
        Lockdep.mightSleep("synchronize_rcu");
        periods.await(periods.snapshot(), false);
    }

    /**
     * As {@link #synchronize()} for callers that can't wait for ever for somebody else's section.
     *
     * @return false if the time passed first, and nothing is guaranteed
     * @throws RcuUsageException inside a read section of this domain
     */
    public boolean synchronizeWithin(long timeoutNs) {
        assertNotHeld("synchronizeWithin()");
        Lockdep.mightSleep("synchronize_rcu");
        return periods.awaitWithin(periods.snapshot(), timeoutNs);
    }

    /**
     * The same guarantee, sooner and at the price of processor time: yields instead of sleeping
     * ({@code synchronize_rcu_expedited}). Does not wait for those in {@link #synchronize()}.
     *
     * @throws RcuUsageException inside a read section of this domain
     */
    public void synchronizeExpedited() {
        assertNotHeld("synchronizeExpedited()");
        Lockdep.mightSleep("synchronize_rcu_expedited");
        periods.await(periods.snapshot(), true);
    }

    /**
     * Runs the callback after a full grace period ({@code call_rcu}): in the order of the calls, on the callback thread
     * or by {@link #callbackAgent()}, outside any read section. Never blocks, and may be called inside a section and by
     * a callback. Registers the calling thread. What the callback throws goes to the settings' error handler.
     *
     * @throws RcuUsageException if the domain is closed
     */
    public void defer(Runnable callback) {
        Objects.requireNonNull(callback, "callback");
        if (!closed) {
            callbacks.startIfEnded(); // a thread may be refused, so it is asked for first
        }
        RcuReader reader = reader();
        long token = reader.lock(); // close() waits for this section, so nothing is appended unseen by it
        try {
            if (closed) {
                throw new RcuUsageException(
                        "defer() on RCU domain '" + name + "' after close(); stop deferring before closing the domain");
            }
            callbacks.append(callback);
        } finally {
            reader.unlock(token);
        }
        callbacks.wake();
    }

    /**
     * Waits until every callback deferred before this call has run ({@code rcu_barrier}). Implies no grace period of
     * its own: with nothing queued it returns at once.
     *
     * @throws RcuUsageException inside a read section, on the callback thread, or on the thread that drives the agent
     */
    public void barrier() {
        boolean unused = barrierWithin(Long.MAX_VALUE);
    }

    /**
     * As {@link #barrier()}, up to a time.
     *
     * @return false if the time passed first
     * @throws RcuUsageException as {@link #barrier()}
     */
    public boolean barrierWithin(long timeoutNs) {
        assertNotHeld("barrier()");
        refuseInCallback("barrier()");
        Lockdep.mightSleep("rcu_barrier");
        if (callerDriven && callbacks.isDrivenHere() && !callbacks.isStopped()) {
            throw new RcuUsageException("barrier() on the thread that drives " + callbacks.roleName()
                    + " would wait for itself; call it from another thread, or drive the agent until it is done");
        }
        return callbacks.awaitMarker(timeoutNs);
    }

    /**
     * Asks for a grace period without waiting ({@code start_poll_synchronize_rcu}). It is run by the callback thread,
     * or by the driver of the agent, unless another waiter's serves first.
     *
     * @return a cookie for {@link #pollCompleted} and {@link #synchronizeIfNeeded}
     * @throws RcuUsageException if the domain is closed
     */
    public long pollStart() {
        if (closed) {
            throw new RcuUsageException("pollStart() on RCU domain '" + name
                    + "' after close(): nobody would run the grace period; use synchronize()");
        }
        long cookie = periods.snapshot();
        callbacks.request(cookie);
        return cookie;
    }

    /** Whether a full grace period has passed since the cookie was taken ({@code poll_state_synchronize_rcu}). */
    public boolean pollCompleted(long cookie) {
        return periods.isCompleted(cookie);
    }

    /**
     * Waits for a grace period unless a full one has passed since the cookie was taken
     * ({@code cond_synchronize_rcu}).
     *
     * @throws RcuUsageException inside a read section of this domain
     */
    public void synchronizeIfNeeded(long cookie) {
        assertNotHeld("synchronizeIfNeeded()");
        if (!periods.isCompleted(cookie)) {
            periods.await(cookie, false);
        }
    }

    /**
     * Whether the calling thread is inside a read section of this domain, by its own reader or by a handle that it
     * entered. Strict: never true by default, as the kernel's {@code rcu_read_lock_held()} is without lockdep.
     * Registers no reader.
     */
    public boolean isHeld() {
        RcuReader reader = existingReader();
        return (reader != null && reader.isHeld()) || registry.isHeldByHandle();
    }

    /**
     * Checks that the caller is inside a read section.
     *
     * @param what names the caller's operation in the message
     * @throws RcuUsageException if it is not
     */
    public void assertHeld(String what) {
        if (!isHeld()) {
            throw new RcuUsageException(what + " outside an RCU read section of domain '" + name
                    + "'; wrap it in reader().lock() and unlock(token)");
        }
    }

    /**
     * Checks that the caller is not inside a read section.
     *
     * @param what names the caller's operation in the message
     * @throws RcuUsageException if it is
     */
    public void assertNotHeld(String what) {
        if (isHeld()) {
            throw new RcuUsageException(what + " inside an RCU read section of domain '" + name
                    + "' may wait for that section for ever; unlock first, or use defer()");
        }
    }

    private void refuseInCallback(String what) {
        if (callbacks.isRunningHere()) {
            throw new RcuUsageException(what + " in a callback of RCU domain '" + name
                    + "' would wait for itself; defer() the rest of the work instead");
        }
    }

    /**
     * The duty cycle that runs callbacks, when the settings ask for {@code callerDrivenCallbacks}. Never blocks; drive
     * it from one thread, outside read sections.
     *
     * @throws IllegalStateException if this domain has a callback thread
     */
    public Agent callbackAgent() {
        if (!callerDriven) {
            throw new IllegalStateException("RCU domain '" + name
                    + "' has a callback thread of its own; create it with withCallerDrivenCallbacks(true)");
        }
        return callbacks;
    }

    /** How reads are ordered: {@link RcuOrdering#MEMBARRIER} or {@link RcuOrdering#FENCE}. */
    public RcuOrdering ordering() {
        return ordering;
    }

    /** The name from the settings. */
    public String name() {
        return name;
    }

    /** What has happened so far. */
    public RcuStats stats() {
        return new RcuStats(
                periods.count(),
                periods.expeditedCount(),
                callbacks.waiting(),
                callbacks.run(),
                callbacks.failed(),
                registry.readers(),
                registry.reaped(),
                registry.diedInSection(),
                reports.stalls());
    }

    /**
     * Agrona counters for a monitor: the domain's epoch ({@link #EPOCH_COUNTER_TYPE_ID}) and each reader's, 0 outside a
     * section ({@link #READER_COUNTER_TYPE_ID}). They show the moment of the call; ask again to bring them up to date.
     * The list grows with the number of readers.
     */
    public List<CountersReader> counters() {
        return registry.counters();
    }

    /**
     * Runs every callback deferred so far, then stops the callback thread; waits for both. Readers and
     * {@link #synchronize()} go on working, {@link #defer} does not. Idempotent; of several who close at once all wait
     * for the end. Should it throw, as where the operating system refuses a membarrier, the domain takes nothing any
     * more, what was deferred runs as soon as it may, and closing again goes on from there.
     *
     * <p>The {@linkplain #global() global} domain can't be closed for good, as nobody knows who else uses it: its
     * callbacks run and its thread ends, and both begin again when somebody defers. Nothing of a class loader that
     * loaded the core stays behind then; some time later nothing would anyhow.
     *
     * @throws RcuUsageException inside a read section or a callback
     */
    @Override
    public void close() {
        String caller = callingDriver();
        if (caller != null && !caller.equals(driver)) {
            throw new RcuUsageException("RCU domain '" + name + "' was not made by the code of " + caller
                    + ", which closes it; leave that to its maker");
        }
        assertNotHeld("close()");
        refuseInCallback("close()");
        if (global) {
            barrier();
            callbacks.rest();
            return;
        }
        if (closing.isHeldByCurrentThread()) { // in a stall listener
            throw new RcuUsageException("close() of RCU domain '" + name + "' within close() would wait for itself");
        }
        closing.lock();
        try {
            if (!callbacks.isStopped()) {
                closed = true;
                synchronize(); // afterwards every append has happened or was refused
                callbacks.stop();
            }
        } finally {
            closing.unlock();
        }
    }

    private static @Nullable String callingDriver() {
        DriverLoader caller = DriverCode.caller();
        return caller == null ? null : caller.getName();
    }

    /** The name of the class loader of the driver that made the domain, {@code null} if no driver did. */
    @Nullable String driver() {
        return driver;
    }

    /** Whether this is the process-wide domain. */
    public boolean isGlobal() {
        return global;
    }

    @Override
    public String toString() {
        return "RcuDomain '" + name + "' (" + ordering + (closed ? ", closed)" : ")");
    }

    private static final class Global {
        static final RcuDomain DOMAIN = create(RcuSettings.ofGlobalDomain(), true);
    }
}
