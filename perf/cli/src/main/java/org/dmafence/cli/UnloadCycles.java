package org.dmafence.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmafence.cli.DriverJars.Driver;
import org.dmafence.compare.ShimReport.NamePair;
import org.dmafence.departure.Certificate;
import org.dmafence.departure.Departure.LateCall;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleException;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadPolicy;
import org.dmafence.unload.UnloadReport;
import org.jspecify.annotations.Nullable;

/** Loads a driver, lets it issue fences, and unloads it while they are kept, over and over. Belongs to one thread. */
final class UnloadCycles {
    private static final int SLOTS = 256;
    private static final long DRAIN_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SIGNAL_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** What to do; {@code policy} null is success. */
    record Plan(
            int fences,
            int unsignaled,
            int cycles,
            @Nullable FenceError policy,
            boolean force,
            boolean keepFences) {}

    private final Modules modules;
    private final Driver driver;
    private final Plan plan;
    private final ReportCounter reporter;
    private final List<DmaFence> keptForGood = new ArrayList<>();
    private final Map<String, List<Long>> stepTimes = new LinkedHashMap<>();
    private final Map<String, Certificate.Held> pins = new LinkedHashMap<>();
    private final long[] classes;
    private final long[] metaspace;
    private final DriverWork work;
    private int cycle;
    private int left;
    private long kept;
    private long signaled;
    private long failed;
    private long independent;
    private NamePair names = NamePair.NONE;
    private @Nullable IssuerTable issuer;
    private @Nullable Certificate first;
    private @Nullable Certificate last;
    private @Nullable Certificate afterRelease;
    private List<LateCall> lateCalls = List.of();

    UnloadCycles(Modules modules, Driver driver, Plan plan, ReportCounter reporter) {
        this.modules = modules;
        this.driver = driver;
        this.plan = plan;
        this.reporter = reporter;
        work = new DriverWork(driver.info().name());
        classes = new long[plan.cycles()];
        metaspace = new long[plan.cycles()];
    }

    /**
     * Runs all cycles.
     *
     * @param progress is told how far it is
     * @param stop says that the user wants an end; asked between cycles
     */
    UnloadReport run(Consumer<Supplier<String>> progress, BooleanSupplier stop)
            throws ModuleException, BadDriverException, InterruptedException {
        if (plan.cycles() > 1) {
            warmUp();
        }
        for (cycle = 0; cycle < plan.cycles() && !stop.getAsBoolean(); cycle++) {
            progress.accept(
                    () -> "unload: " + driver.info().name() + ", cycle " + (cycle + 1) + " of " + plan.cycles());
            cycle();
            classes[cycle] = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
            metaspace[cycle] = metaspace();
        }
        StopRequest.check(cycle == 0);
        return report();
    }

    /**
     * Loads what is loaded once, so that the figures after the first cycle can be compared with those after the last.
     */
    private void warmUp() throws ModuleException, BadDriverException, InterruptedException {
        Plan small = new Plan(1, 0, 1, plan.policy(), plan.force(), false);
        new UnloadCycles(modules, driver, small, reporter).run(line -> {}, () -> false);
    }

    private void cycle() throws ModuleException, BadDriverException, InterruptedException {
        LoadedModule module = modules.insmod(driver.jar(), driver.info().name());
        if (module.issuers().isEmpty()) {
            throw new BadDriverException(
                    "driver " + driver.info().name() + " has no ops table to issue fences with", null);
        }
        issuer = module.issuers().get(0);
        List<DmaFence> fences = work.run("issuing fences", () -> issue(module));
        Certificate certificate = Certificate.of(module.rmmod(policy()));
        note(certificate);
        if (certificate.collected()) {
            left++;
        }
        List<DmaFence> unused = work.run("looking at its fences", () -> inspect(fences));
        if (certificate.entombed() > 0 && lateCalls.isEmpty() && !fences.isEmpty()) {
            reporter.expect(true);
            DmaFence one = fences.remove(fences.size() - 1);
            lateCalls = work.run("a late call", () -> LateCalls.make(one, module));
            reporter.expect(false);
        }
        if (certificate.collected() && plan.keepFences()) {
            keptForGood.addAll(fences);
        } else if (!certificate.collected()) {
            letGo(fences, module);
        }
    }

    private UnloadPolicy policy() {
        return UnloadPolicy.orderly()
                .withIssuerDeath(plan.policy())
                .withDrainTimeoutNs(DRAIN_NS)
                .withForce(plan.force());
    }

    /** Fences of jobs that the ring has finished, but for the last few. What a driver never signals is the policy's. */
    private List<DmaFence> issue(LoadedModule module) {
        int slots = Math.max(SLOTS, Integer.highestOneBit(Math.max(1, plan.unsignaled() * 2 - 1)));
        RingSpec spec = new RingSpec("card0", "ring0", module.issuers().get(0).name(), slots);
        HardwareRing ring = module.openRing(spec);
        List<DmaFence> fences = new ArrayList<>(plan.fences());
        int toSignal = plan.fences() - plan.unsignaled();
        for (int id = 1; id <= plan.fences(); id++) {
            DmaFence fence = ring.submit(RingJob.external(id));
            work.answered();
            if (fence != null) {
                fences.add(fence);
            }
            if (id == toSignal || (id < toSignal && ring.inFlight() >= slots / 2)) {
                ring.complete(id, null);
                work.answered();
            }
        }
        long deadlineNs = System.nanoTime() + SIGNAL_NS;
        for (DmaFence fence : fences.subList(0, Math.min(toSignal, fences.size()))) {
            fence.enableSignaling();
            work.answered();
            while (!fence.pollSignaled() && System.nanoTime() - deadlineNs < 0) {
                work.answered();
                LockSupport.parkNanos(this, PAUSE_NS);
            }
        }
        return fences;
    }

    private void note(Certificate certificate) {
        first = first == null ? certificate : first;
        last = certificate;
        for (Certificate.Step step : certificate.steps()) {
            stepTimes.computeIfAbsent(step.name(), n -> new ArrayList<>()).add(step.durationNs());
        }
        for (Certificate.Held pin : certificate.pins()) {
            pins.merge(
                    pin.kind() + pin.what() + pin.site(),
                    pin,
                    (a, b) -> new Certificate.Held(a.kind(), a.what(), a.site(), a.count() + b.count()));
        }
    }

    private List<DmaFence> inspect(List<DmaFence> fences) {
        kept += fences.size();
        for (DmaFence fence : fences) {
            if (fence.isSignaled()) {
                signaled++;
                failed += fence.error() != null ? 1 : 0;
                independent += fence.independence().independent() ? 1 : 0;
            }
        }
        if (cycle == 0 && !fences.isEmpty()) {
            DmaFence one = fences.get(0);
            names = new NamePair(one.driverName(), one.timelineName());
        }
        return fences;
    }

    /** Drops the fences that pin the driver, and tries again: it must not be there in the next cycle. */
    private void letGo(List<DmaFence> fences, LoadedModule module) throws BadDriverException, InterruptedException {
        int unused = work.run("releasing its fences", () -> {
            for (DmaFence fence : fences) {
                fence.release();
                work.answered();
            }
            return fences.size();
        });
        fences.clear();
        Certificate again = Certificate.of(module.rmmod(policy().withForce(false)));
        if (again.refused()) {
            module.rmmod(policy().withForce(true));
        }
        afterRelease = afterRelease == null ? again : afterRelease;
    }

    // ---- figures --------------------------------------------------------------------------------------------------

    private static long metaspace() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Metaspace"))
                .map(MemoryPoolMXBean::getUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static UnloadReport.Series series(long[] values) {
        double middle = (values.length - 1) / 2.0;
        double mean = Arrays.stream(values).average().orElse(0);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < values.length; i++) {
            covariance += (i - middle) * (values[i] - mean);
            variance += (i - middle) * (i - middle);
        }
        return new UnloadReport.Series(values[0], values[values.length - 1], variance == 0 ? 0 : covariance / variance);
    }

    private UnloadReport report() {
        IssuerTable table = java.util.Objects.requireNonNull(issuer);
        List<UnloadReport.StepTimes> steps = new ArrayList<>();
        stepTimes.forEach((name, times) -> {
            long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
            steps.add(new UnloadReport.StepTimes(
                    name, sorted.length, sorted[sorted.length / 2], sorted[sorted.length - 1]));
        });
        FenceError policy = plan.policy();
        return new UnloadReport(
                driver.info().name(),
                driver.info().version(),
                driver.jar().toString(),
                table.name(),
                IssuerFacts.ops(table),
                table.lock().name(),
                new UnloadReport.Plan(
                        plan.fences(),
                        plan.unsignaled(),
                        plan.cycles(),
                        policy == null ? null : policy.name(),
                        plan.force(),
                        plan.keepFences()),
                cycle,
                left,
                steps,
                series(Arrays.copyOf(classes, cycle)),
                series(Arrays.copyOf(metaspace, cycle)),
                new UnloadReport.KeptFences(plan.fences(), kept, signaled, failed, independent, names),
                java.util.Objects.requireNonNull(first),
                java.util.Objects.requireNonNull(last),
                List.copyOf(pins.values()),
                afterRelease,
                lateCalls,
                reporter.count());
    }
}
