package org.dmafence.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;

/**
 * A driver leaves while so many of its fences, all signalled, are kept, perhaps of more that it issued. Counts the
 * unloading without the proof of it.
 */
final class UnloadContender extends Contender {
    private static final int SLOTS = 4096;

    private final Driver driver;
    private final int count;
    private final int issued;

    /** A driver whose fences need it no more once they have signalled. */
    record Driver(Modules modules, Path jar, String name) {
        /** Finds it by its name. */
        static Driver in(Lineup lineup, String name) throws IOException, ModuleException {
            FenceRuntime runtime = FenceRuntime.builder().build();
            Modules modules = Modules.create(runtime, ModuleSettings.defaults().withNotices(line -> {}));
            lineup.atEnd(modules::close);
            try (Stream<Path> jars = Files.list(lineup.plan().drivers())) {
                for (Path jar :
                        jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                    for (DriverInfo info : modules.modinfo(jar)) {
                        if (info.name().equals(name)) {
                            return new Driver(modules, jar, name);
                        }
                    }
                }
            }
            throw new IOException("no driver " + name + " in " + lineup.plan().drivers());
        }

        /** The name of its ops table for ordinary jobs. */
        String issuer() throws ModuleException {
            LoadedModule module = modules.insmod(jar, name);
            String issuer = module.issuers().get(0).name();
            module.rmmod(UnloadPolicy.orderly().withCollectTimeoutNs(0));
            return issuer;
        }
    }

    /**
     * @param count how many of its fences are alive when it leaves
     * @param issued how many there were: what it did before, and left in the caches and to the compiler, is then the
     *     same for different counts
     */
    UnloadContender(String name, Driver driver, int count, int issued) {
        super(name);
        this.driver = driver;
        this.count = count;
        this.issued = issued;
    }

    @Override
    void window(Sink sink) throws ModuleException {
        LoadedModule module = driver.modules.insmod(driver.jar, driver.name);
        List<DmaFence> fences = issue(module);
        UnloadCertificate certificate = module.rmmod(UnloadPolicy.orderly());
        if (!certificate.collected() || fences.size() != count) {
            throw new IllegalStateException("of " + fences.size() + " fences: " + certificate.render());
        }
        sink.add(Metric.WALL_US, certificate.unloadNs() / 1000.0);
    }

    private List<DmaFence> issue(LoadedModule module) {
        RingSpec spec = new RingSpec("card0", "ring0", module.issuers().get(0).name(), SLOTS);
        HardwareRing ring = module.openRing(spec);
        List<DmaFence> fences = new ArrayList<>(count);
        for (int id = 1; id <= issued; id++) {
            DmaFence fence = ring.submit(RingJob.external(id));
            if (fence != null && id > issued - count) {
                fences.add(fence);
            } else if (fence != null) {
                fence.release();
            }
            if (id == issued || ring.inFlight() >= SLOTS / 2) {
                ring.complete(id, null);
            }
        }
        for (DmaFence fence : fences) {
            fence.enableSignaling();
            while (!fence.pollSignaled()) {
                Thread.onSpinWait();
            }
        }
        return fences;
    }
}
