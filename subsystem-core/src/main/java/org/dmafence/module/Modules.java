package org.dmafence.module;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.IssuerTable;
import org.dmafence.fence.FenceLedger;
import org.dmafence.fence.FenceRuntime;

/**
 * The drivers of one runtime: loads them from jars and lists them. Kernel counterpart: the module list, {@code modinfo}
 * and {@code insmod}.
 *
 * <p>May be used from any thread. Nothing in here waits for a driver longer than the settings say.
 */
public final class Modules implements AutoCloseable {
    private static final int TOMBSTONES_KEPT = 64;

    /** Of all lists together: a loader is told from others by its name, in stack frames there is nothing else. */
    private static final AtomicLong LOADS = new AtomicLong();

    /**
     * Tells the loaders of one core from those of another, which a second application in this process may have brought.
     */
    private static final String CORE = coreName();

    private final FenceRuntime runtime;
    private final ModuleSettings settings;
    private final Set<String> names = ConcurrentHashMap.newKeySet();
    private final Map<String, LoadedModule> loaded = new ConcurrentHashMap<>();

    /** By driver; kept, for the next load of it. */
    private final Map<String, EngineThreads> engines = new ConcurrentHashMap<>();

    private final ConcurrentLinkedDeque<TombstoneRecord> tombstones = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    private Modules(FenceRuntime runtime, ModuleSettings settings) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    /** An empty list whose drivers issue fences of the given runtime. */
    public static Modules create(FenceRuntime runtime, ModuleSettings settings) {
        return new Modules(runtime, settings);
    }

    /** The runtime that drivers issue fences of. */
    public FenceRuntime runtime() {
        return runtime;
    }

    /**
     * What a jar offers. Runs the jar's providers, in a loader of their own that is dropped again.
     *
     * @throws ModuleException if the jar can't be read, or is not a driver's
     */
    public List<DriverInfo> modinfo(Path jar) throws ModuleException {
        List<ModuleJar> jars = ModuleJar.readWithSiblings(jar);
        ModuleClassLoader loader = new ModuleClassLoader(loaderName("modinfo " + jar.getFileName()), jars, null);
        ModuleThreads threads = new ModuleThreads("modinfo", new LoaderWatch(loader), new EngineThreads("modinfo"));
        try {
            return lookup(jar, loader, new DriverCalls("modinfo", threads)).list();
        } finally {
            loader.close();
            threads.dissolve();
        }
    }

    /**
     * Loads a driver and initialises it.
     *
     * @param jar the jar; the siblings that its manifest's {@code Class-Path} names come with it
     * @param driver one of the names that {@link #modinfo} lists
     * @throws ModuleException if the jar can't be read, has no such driver, or the driver does not start; nothing of it
     *     stays loaded then
     * @throws IllegalStateException if this list is closed
     */
    public LoadedModule insmod(Path jar, String driver) throws ModuleException {
        if (!names.add(driver)) {
            throw new ModuleException(
                    jar, "a module \"" + driver + "\" is loaded already", "unload that one first: rmmod " + driver);
        }
        LoadedModule module = null;
        try {
            module = load(jar, driver);
            loaded.put(driver, module);
            if (closed) {
                throw new IllegalStateException("driver " + driver + " was to be loaded into a closed list of modules");
            }
            module.init(jar);
            return module;
        } catch (ModuleException | RuntimeException | Error e) {
            if (module == null) {
                names.remove(driver);
            } else {
                module.abandon();
            }
            throw e;
        }
    }

    private LoadedModule load(Path jar, String driver) throws ModuleException {
        List<ModuleJar> jars = ModuleJar.readWithSiblings(jar);
        FenceLedger ledger = new FenceLedger(driver, settings.trackSites());
        ModuleClassLoader loader = new ModuleClassLoader(loaderName("module " + driver), jars, ledger);
        LoaderWatch watch = new LoaderWatch(loader);
        ModuleThreads threads = new ModuleThreads(driver, watch, engines.computeIfAbsent(driver, EngineThreads::new));
        DriverCalls calls = new DriverCalls(driver, threads);
        try {
            DriverLookup lookup = lookup(jar, loader, calls);
            DriverModule made = lookup.create(driver);
            DriverInfo info = lookup.ask("info", made::info);
            List<IssuerTable> issuers = lookup.ask("issuers", () -> List.copyOf(made.issuers()));
            ModuleContext context = new ModuleContext(driver, runtime, ledger, threads, settings.notices());
            return new LoadedModule(this, info, issuers, made, loader, ledger, context, threads, calls, watch);
        } catch (ModuleException | RuntimeException | Error e) {
            loader.close();
            threads.dissolve();
            throw e;
        }
    }

    private static String loaderName(String what) {
        return what + "#" + LOADS.incrementAndGet() + CORE;
    }

    private static String coreName() {
        ClassLoader core = Modules.class.getClassLoader();
        return core == ClassLoader.getSystemClassLoader()
                ? ""
                : "@" + Integer.toHexString(System.identityHashCode(core));
    }

    private DriverLookup lookup(Path jar, ModuleClassLoader loader, DriverCalls calls) {
        return new DriverLookup(jar, loader, calls, settings.callTimeoutNs());
    }

    ModuleSettings settings() {
        return settings;
    }

    /** The modules that are loaded, by name. One that is on its way out is listed until its loader is closed. */
    public List<LoadedModule> loaded() {
        List<LoadedModule> list = new ArrayList<>(loaded.values());
        list.sort(Comparator.comparing(module -> module.info().name()));
        return list;
    }

    /** Who has called into modules that were unloaded by force, the last {@value #TOMBSTONES_KEPT} such modules. */
    public List<TombstoneRecord> tombstones() {
        return List.copyOf(tombstones);
    }

    void remove(LoadedModule module) {
        String name = module.info().name();
        if (loaded.remove(name, module)) {
            names.remove(name);
        }
    }

    void bury(TombstoneRecord record) {
        tombstones.add(record);
        while (tombstones.size() > TOMBSTONES_KEPT) {
            tombstones.poll();
        }
    }

    /** Unloads everything by force, without waiting for fences or for proof; loads nothing any more. */
    @Override
    public void close() {
        closed = true;
        UnloadPolicy policy = UnloadPolicy.forced().withDrainTimeoutNs(0).withCollectTimeoutNs(0);
        for (LoadedModule module : loaded()) {
            module.rmmod(policy);
        }
    }
}
