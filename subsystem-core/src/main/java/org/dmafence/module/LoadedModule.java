package org.dmafence.module;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.FenceLedger;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.lockdep.LockClass;
import org.jspecify.annotations.Nullable;

/**
 * A driver that was loaded from a jar. May be kept after the driver is gone: it does not keep the driver.
 *
 * <p>Every method may be called from any thread.
 */
public final class LoadedModule {
    private static final LockClass DRIVER_CALL = LockClass.of("call into a driver");
    private static final LockClass UNLOADING = LockClass.of("unloading of a module");

    private final Modules modules;
    private final DriverInfo info;
    private final List<IssuerTable> issuers;
    private final FenceLedger ledger;
    private final ModuleContext context;
    private final ModuleThreads threads;
    private final DriverCalls calls;
    private final LoaderWatch watch;
    private final TombstoneRecord tombstones;
    private final Set<ModuleRing> rings = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** One call into the driver's module at a time. Taken by the thread that makes the call. */
    private final ReentrantLock driverLock = DRIVER_CALL.newLock();

    /** One unloading at a time. */
    private final ReentrantLock unloadLock = UNLOADING.newLock();

    private volatile @Nullable DriverModule driver;
    private volatile @Nullable ModuleClassLoader loader;
    private volatile ModuleState state = ModuleState.LIVE;
    private volatile @Nullable UnloadCertificate certificate;

    LoadedModule(
            Modules modules,
            DriverInfo info,
            List<IssuerTable> issuers,
            DriverModule driver,
            ModuleClassLoader loader,
            FenceLedger ledger,
            ModuleContext context,
            ModuleThreads threads,
            DriverCalls calls) {
        this.modules = modules;
        this.info = info;
        this.issuers = issuers;
        this.driver = driver;
        this.loader = loader;
        this.ledger = ledger;
        this.context = context;
        this.threads = threads;
        this.calls = calls;
        watch = new LoaderWatch(loader);
        tombstones = new TombstoneRecord(info.name());
    }

    /** Who the driver is. */
    public DriverInfo info() {
        return info;
    }

    /** How far the module has come; one that was pinned becomes collected when whoever pinned it lets go. */
    public ModuleState state() {
        ModuleState now = state;
        boolean gone = (now == ModuleState.PINNED || now == ModuleState.CLOSED) && watch.isCollected();
        return gone ? ModuleState.COLLECTED : now;
    }

    /** The ops tables that the driver issues fences with. */
    public List<IssuerTable> issuers() {
        return issuers;
    }

    /** The fences that the module answers for. */
    public FenceLedger ledger() {
        return ledger;
    }

    /** Who has called the module's ops since it was unloaded by force. */
    public TombstoneRecord tombstones() {
        return tombstones;
    }

    /** The certificate of the unloading that went through, {@code null} until then. */
    public @Nullable UnloadCertificate certificate() {
        return certificate;
    }

    /**
     * Opens a ring of the driver's. The ring may be kept after the module is gone; it takes no more jobs then.
     *
     * @throws IllegalStateException if the module is going or gone
     * @throws IllegalArgumentException if the driver has no such ops table
     * @throws DriverFailure if the driver throws something else, or hangs
     */
    public HardwareRing openRing(RingSpec spec) {
        checkLive(spec);
        try {
            return calls.call("openRing", modules.settings().callTimeoutNs(), () -> open(spec));
        } catch (DriverFailure e) {
            throw switch (e.thrown()) {
                case "java.lang.IllegalStateException" -> new IllegalStateException(e.getMessage(), e);
                case "java.lang.IllegalArgumentException" -> new IllegalArgumentException(e.getMessage(), e);
                default -> e;
            };
        }
    }

    private HardwareRing open(RingSpec spec) throws InterruptedException {
        driverLock.lockInterruptibly();
        try {
            checkLive(spec); // again: under the lock, exit has not begun
            ModuleRing ring = new ModuleRing(
                    info.name(), spec, Objects.requireNonNull(driver).openRing(spec));
            rings.add(ring);
            if (driver == null) {
                ring.revoke(); // the unloading did not wait for us
            }
            return ring;
        } finally {
            driverLock.unlock();
        }
    }

    private void checkLive(RingSpec spec) {
        ModuleState now = state;
        if (now != ModuleState.LIVE) {
            throw new IllegalStateException("ring " + spec.name() + " of module " + info.name() + ", which is " + now
                    + "; load it again or use another driver");
        }
    }

    /**
     * Unloads the module, or refuses to, and says in detail what happened. Waits no longer than the policy's times add up to.
     * The order of the steps, and what can go wrong in each, is the subject of the package's description.
     *
     * <p>A second caller waits for the first; it gets the first one's certificate if the module is gone by then, and tries
     * anew if it was refused.
     *
     * @throws IllegalStateException if called in an RCU read section, whose end the unloading would wait for
     */
    public UnloadCertificate rmmod(UnloadPolicy policy) {
        runtime().rcu().assertNotHeld("rmmod " + info.name());
        return unload(policy, true);
    }

    private UnloadCertificate unload(UnloadPolicy policy, boolean callExit) {
        unloadLock.lock();
        try {
            UnloadCertificate done = certificate;
            if (done == null) {
                done = new Unload(this, policy, callExit).run();
                if (!done.refused()) {
                    certificate = done;
                }
            }
            return done;
        } finally {
            unloadLock.unlock();
        }
    }

    // ---- for Modules ----------------------------------------------------------------------------------------------

    void init(Path jar) throws ModuleException {
        DriverModule made = Objects.requireNonNull(driver);
        new DriverLookup(
                        jar,
                        Objects.requireNonNull(loader),
                        calls,
                        modules.settings().callTimeoutNs())
                .ask("init", () -> {
                    driverLock.lockInterruptibly();
                    try {
                        made.init(context);
                        return info;
                    } finally {
                        driverLock.unlock();
                    }
                });
    }

    /** Gets rid of a module whose init failed. As in the kernel, its exit is not called. */
    void abandon() {
        unload(UnloadPolicy.forced().withDrainTimeoutNs(0).withCollectTimeoutNs(0), false);
    }

    // ---- for Unload -----------------------------------------------------------------------------------------------

    FenceRuntime runtime() {
        return modules.runtime();
    }

    ModuleContext context() {
        return context;
    }

    ModuleThreads threads() {
        return threads;
    }

    DriverCalls calls() {
        return calls;
    }

    LoaderWatch watch() {
        return watch;
    }

    void enter(ModuleState next) {
        state = next;
    }

    /** No new fences, rings or jobs; or again. */
    void close(boolean going) {
        if (going) {
            ledger.close();
        } else {
            ledger.reopen();
        }
        synchronized (rings) {
            rings.forEach(ring -> ring.setClosed(going));
        }
    }

    /** Tells the driver to exit; waits for an openRing that is under way, but not for ever. */
    void exit(long timeoutNs) {
        DriverModule leaving = Objects.requireNonNull(driver);
        calls.run("exit", timeoutNs, () -> {
            boolean alone = tryDriverLock(timeoutNs / 2);
            try {
                leaving.exit();
            } finally {
                if (alone) {
                    driverLock.unlock();
                }
            }
        });
    }

    private boolean tryDriverLock(long timeoutNs) {
        try {
            return driverLock.tryLock(timeoutNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Lets go of everything of the driver's. */
    void detach() {
        driver = null; // before the rings, so that open() revokes a ring that is too late to be seen here
        synchronized (rings) {
            rings.forEach(ModuleRing::revoke);
            rings.clear();
        }
        ModuleClassLoader open = loader;
        loader = null;
        if (open != null) {
            open.close();
        }
        modules.forget(this);
    }

    void bury() {
        modules.bury(tombstones);
    }

    @Override
    public String toString() {
        return "module " + info.name() + " " + info.version() + " (" + state() + ")";
    }
}
