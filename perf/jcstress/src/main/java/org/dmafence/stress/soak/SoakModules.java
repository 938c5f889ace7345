package org.dmafence.stress.soak;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.dmafence.driver.DriverProvider;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.ModuleState;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;

/**
 * Loads the driver, has it issue a batch, and unloads it by force while the workers race over the batch; again and
 * again.
 */
final class SoakModules implements Runnable {
    private static final UnloadPolicy AT_ONCE =
            UnloadPolicy.forced().withDrainTimeoutNs(1_000_000).withCollectTimeoutNs(0);

    /** Of so many modules it is found out whether they are really gone. */
    private static final int WATCHED = 20;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final SoakRun run;
    private final Path jar;
    private final SplittableRandom random;
    private final Deque<SoakBatch> outstanding = new ArrayDeque<>();
    private final List<LoadedModule> watched = new ArrayList<>();
    private volatile long unloaded;

    SoakModules(SoakRun run, Path jar, SplittableRandom random) {
        this.run = run;
        this.jar = jar;
        this.random = random;
    }

    /** Puts the driver's classes into a jar. */
    static void writeJar(Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of("SoakDriver", "SoakDriver$Ring", "SoakOps")) {
                String entry = SoakDriver.class.getPackageName().replace('.', '/') + "/" + name + ".class";
                try (InputStream in =
                        Objects.requireNonNull(SoakDriver.class.getClassLoader().getResourceAsStream(entry), entry)) {
                    out.putNextEntry(new ZipEntry(entry));
                    in.transferTo(out);
                }
            }
            out.putNextEntry(new ZipEntry("META-INF/services/" + DriverProvider.class.getName()));
            out.write(SoakDriver.class.getName().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    long unloaded() {
        return unloaded;
    }

    @Override
    public void run() {
        Modules modules = Modules.create(run.runtime, ModuleSettings.defaults().withNotices(line -> {}));
        try {
            while (run.goesOn()) {
                cycle(modules);
                while (!outstanding.isEmpty() && outstanding.peek().isDone()) {
                    outstanding.poll().check();
                }
            }
        } catch (ModuleException e) {
            run.violations.add("loading the driver failed", e);
        } finally {
            run.workerHasMadeAll();
        }
        while (!outstanding.isEmpty() && !run.isOver()) {
            if (outstanding.peek().isDone()) {
                outstanding.poll().check();
            } else {
                LockSupport.parkNanos(100_000);
            }
        }
        if (!run.isOver()) {
            requireCollected();
        }
        modules.close();
    }

    private void cycle(Modules modules) throws ModuleException {
        LoadedModule module = modules.insmod(jar, SoakDriver.NAME);
        String issuer = random.nextBoolean() ? SoakDriver.PLAIN : SoakDriver.KEPT;
        HardwareRing ring = module.openRing(new RingSpec("0000:00:01.0", "soak-ring", issuer, SoakBatch.FENCES));
        SoakBatch batch = new SoakBatch(run.violations, run.seam, null);
        for (int i = 0; i < SoakBatch.FENCES; i++) {
            batch.fences[i] = Objects.requireNonNull(ring.submit(RingJob.external(i + 1)));
            int plan = random.nextInt();
            batch.plan[i] = plan;
            for (int slot = SoakPlan.ownerCallbacks(plan) - 1; slot >= 0; slot--) {
                batch.add(SoakBatch.OWNER, i, slot);
            }
        }
        batch.expect(3);
        run.count(SoakBatch.FENCES, 0);
        run.waiters.add(batch, random.nextInt(SoakBatch.FENCES));
        run.worker(random.nextInt(64)).offer(batch);
        for (int i = 0; i < SoakBatch.FENCES; i++) {
            if (SoakPlan.ownerSignals(batch.plan[i])
                    && ring.complete(i + 1, SoakPlan.error(batch.plan[i], SoakBatch.OWNER))) {
                batch.claims[SoakBatch.OWNER][i] += 1;
            }
        }
        UnloadCertificate certificate = module.rmmod(AT_ONCE);
        if (certificate.refused()) {
            run.violations.add("a forced unload was refused: " + certificate);
        }
        for (int i = 0; i < SoakBatch.FENCES; i++) {
            if (!batch.fences[i].isSignaled()) {
                run.violations.add(batch.fences[i] + " is pending, though its module was unloaded");
            }
        }
        unloaded++;
        boolean unused = batch.done();
        outstanding.add(batch);
        watched.add(module);
        if (watched.size() > WATCHED) {
            watched.remove(0);
        }
    }

    /** Whatever was issued was let go of by now, so nothing may keep the drivers. */
    private void requireCollected() {
        long startNs = System.nanoTime();
        while (!watched.stream().allMatch(module -> module.state() == ModuleState.COLLECTED)) {
            if (System.nanoTime() - startNs > PATIENCE_NS) {
                watched.forEach(module -> run.violations.add(module + " was not collected"));
                return;
            }
            System.gc();
            LockSupport.parkNanos(10_000_000);
        }
    }
}
