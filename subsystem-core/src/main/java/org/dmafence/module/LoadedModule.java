package org.dmafence.module;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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
    private final ModuleRings rings = new ModuleRings();

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
            DriverCalls calls,
            LoaderWatch watch) {
        this.modules = modules;
        this.info = info;
        this.issuers = issuers;
        this.driver = driver;
        this.loader = loader;
        this.ledger = ledger;
        this.context = context;
        this.threads = threads;
        this.calls = calls;
        this.watch = watch;
        tombstones = new TombstoneRecord(info.name());
    }

    /** Who the driver is. */
    public DriverInfo info() {
        return info;
    }

    /**
     * How far the module has come. One that was pinned or unproven becomes collected by itself when what pinned it lets
     * go of it and the JVM collects; {@link #awaitCollected} hurries it along.
     */
    public ModuleState state() {
        ModuleState now = state;
        if (!now.isClosed() || now == ModuleState.COLLECTED || !watch.isCollected()) {
            return now;
        }
        return threads.anyLeft() ? ModuleState.LEAKED : ModuleState.COLLECTED;
    }

    /**
     * A daemon thread, not started, for running the driver's rings: it inherits nothing, and threads that the driver
     * makes in a call on it, such as a pool's, are found when the module goes. In a call on any other thread they land
     * in the group of that thread and can't be told from its owner's. Any thread may ask, before and after the
     * unloading.
     */
    public Thread newEngineThread(String name, Runnable body) {
        return threads.newEngineThread(name, body);
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

    /**
     * The certificate of the unloading that went through, brought up to date; {@code null} until then. Asks for no
     * collection and looks for no pins: a driver that has become collected since is, one that was pinned is by what
     * pinned it then.
     */
    public @Nullable UnloadCertificate certificate() {
        UnloadCertificate last = certificate;
        if (last == null) {
            return null;
        }
        ModuleState now = state();
        return renew(last, now, now == ModuleState.COLLECTED ? List.of() : last.pins());
    }

    /**
     * Looks for the proof once more, after what pinned the driver has let go of it: asks for collections as an
     * unloading does, and names what holds it now. To be called as often as one likes.
     *
     * @param effort what it may cost the process
     * @return the certificate of the unloading with the new proof
     * @throws IllegalStateException if the module was not unloaded
     */
    public UnloadCertificate awaitCollected(long timeoutNs, CollectionEffort effort) {
        unloadLock.lock();
        try {
            UnloadCertificate last = certificate;
            if (last == null) {
                throw new IllegalStateException(this + " was not unloaded; there is nothing to prove");
            }
            threads.adopt();
            LoaderProof proof = new LoaderProof(this, List.of());
            String futile = state() == ModuleState.COLLECTED ? null : watch.hurry(effort, timeoutNs);
            ModuleState now = proof.judge(futile);
            return renew(last, now, proof.pins(now, futile));
        } finally {
            unloadLock.unlock();
        }
    }

    /** As {@link #awaitCollected(long, CollectionEffort)}, {@linkplain CollectionEffort#GENTLE gently}. */
    public UnloadCertificate awaitCollected(long timeoutNs) {
        return awaitCollected(timeoutNs, CollectionEffort.GENTLE);
    }

    private synchronized UnloadCertificate renew(UnloadCertificate last, ModuleState now, List<Pin> pins) {
        UnloadCertificate renewed = last.renewed(now, tombstones.count(), watch.cycles(), pins);
        state = now;
        certificate = renewed;
        return renewed;
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
                    info.name(),
                    spec,
                    Objects.requireNonNull(Objects.requireNonNull(driver).openRing(spec), "openRing answered null"));
            rings.add(ring); // closed at once, if the unloading did not wait for us
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
     * Unloads the module, or refuses to, and says in detail what happened. Waits no longer than the policy's times add
     * up to. The order of the steps, and what can go wrong in each, is the subject of the package's description.
     *
     * <p>May be called again and by several: a second caller waits for the first. If the module is gone by then it gets
     * the first one's certificate, with the proof renewed as by {@link #awaitCollected} if it was missing and the
     * policy gives time for one; if the first was refused, it tries anew.
     *
     * @throws IllegalStateException if called in an RCU read section, whose end the unloading would wait for
     */
    public UnloadCertificate rmmod(UnloadPolicy policy) {
        return rmmod(policy, 0, List.of());
    }

    /**
     * As {@link #rmmod(UnloadPolicy)} for a caller that has prepared it by steps of its own: the time to drain counts
     * from their beginning, and they head the certificate.
     *
     * @param beganNs when that began, by {@link System#nanoTime()}; not looked at without steps
     * @param before the steps until now, in order, one beginning where the one before ended
     */
    public UnloadCertificate rmmod(UnloadPolicy policy, long beganNs, List<UnloadCertificate.Step> before) {
        runtime().rcu().assertNotHeld("rmmod " + info.name());
        return unload(policy, beganNs, before, true);
    }

    private UnloadCertificate unload(
            UnloadPolicy policy, long beganNs, List<UnloadCertificate.Step> before, boolean callExit) {
        unloadLock.lock();
        try {
            if (certificate == null) {
                long began = before.isEmpty() ? System.nanoTime() : beganNs; // not while we waited for another
                UnloadCertificate done = new Unload(this, policy, began, before, callExit).run();
                if (!done.refused()) {
                    certificate = done;
                }
                return done;
            }
            UnloadCertificate known = Objects.requireNonNull(certificate());
            boolean prove = !known.collected() && policy.collectTimeoutNs() > 0;
            return prove ? awaitCollected(policy.collectTimeoutNs(), policy.effort()) : known;
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

    /** Drops a module whose init failed. As in the kernel, its exit is not called. */
    void abandon() {
        UnloadPolicy atOnce = UnloadPolicy.forced()
                .withDrainTimeoutNs(0)
                .withStepTimeoutNs(modules.settings().callTimeoutNs()) // the caller, who loads it, waits for this
                .withCollectTimeoutNs(0);
        unload(atOnce, 0, List.of(), false);
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
        rings.setGoing(going);
    }

    ModuleRings rings() {
        return rings;
    }

    /** What of the driver's goes on and can't be stopped, {@code null} if nothing does. One that can't say goes on. */
    @Nullable String busy(long timeoutNs) {
        DriverModule asked = Objects.requireNonNull(driver);
        try {
            String answer = calls.call("busy", timeoutNs, () -> {
                driverLock.lockInterruptibly();
                try {
                    return Objects.requireNonNullElse(asked.busy(), "");
                } finally {
                    driverLock.unlock();
                }
            });
            return answer.isEmpty() ? null : answer;
        } catch (DriverFailure e) {
            return "nobody knows what: " + e.getMessage();
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

    /** Releases everything of the driver's. */
    void detach() {
        driver = null;
        rings.revoke();
        ModuleClassLoader open = loader;
        loader = null;
        if (open != null) {
            open.close();
        }
        modules.remove(this);
    }

    void bury() {
        modules.bury(tombstones);
    }

    @Override
    public String toString() {
        return "module " + info.name() + " " + info.version() + " (" + state() + ")";
    }
}
