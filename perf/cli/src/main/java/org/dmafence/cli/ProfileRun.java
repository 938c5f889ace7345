package org.dmafence.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.HdrHistogram.Histogram;
import org.dmafence.actors.DriverHandle;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.profile.InstrumentCost;
import org.dmafence.profile.Load;
import org.dmafence.profile.ProfileReport;
import org.dmafence.profile.Recorder;
import org.dmafence.profile.ShimProfile;
import org.dmafence.profile.WrittenTimes;
import org.dmafence.report.Units;
import org.dmafence.sched.SchedulerPolicy;
import org.jspecify.annotations.Nullable;

/** One load on several shims, one after the other. Used by one thread. */
final class ProfileRun {
    private static final int MAX_REHEARSALS = 4;
    private static final long SECOND_NS = 1_000_000_000L;

    /**
     * What came of it.
     *
     * @param histograms by tag
     */
    record Result(ProfileReport report, Map<String, Histogram> histograms) {}

    private final Load load;
    private final ShimProfile.Plan plan;
    private final ShimProfile.Plan rehearsal;
    private final FenceRuntime runtime;
    private final ReportCounter reporter;

    ProfileRun(
            Load load,
            SchedulerPolicy policy,
            long seed,
            long warmupNs,
            long durationNs,
            FenceRuntime runtime,
            ReportCounter reporter) {
        this.load = load;
        this.runtime = runtime;
        this.reporter = reporter;
        plan = new ShimProfile.Plan(load, seed, policy, warmupNs, durationNs);
        rehearsal = new ShimProfile.Plan(load, seed, policy, 0, warmupNs);
    }

    Result run(
            List<Shim> shims,
            ProfileDirectory directory,
            @Nullable RunTracks tracks,
            Progress progress,
            StopRequest stop)
            throws Exception {
        Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        List<ProfileReport.Shim> reports = new ArrayList<>();
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        progress.begin("starting the actors");
        try (SubsystemHost host = SubsystemHost.start(runtime)) {
            rehearse(host.subsystem(), shims, progress, stop);
            for (Shim shim : shims) {
                ShimProfile.Result result =
                        stop.getAsBoolean() ? null : measured(host, shim, directory, tracks, progress, stop);
                if (result != null) {
                    reports.add(result.report());
                    histograms.putAll(result.histograms());
                }
            }
        }
        if (reports.isEmpty()) {
            throw new InterruptedException("interrupted before anything was measured");
        }
        ProfileReport report = new ProfileReport(
                began.toString(),
                machine(),
                input(),
                InstrumentCost.measure(runtime),
                stop.getAsBoolean(),
                List.of(),
                reports);
        return new Result(report, histograms);
    }

    /** What is measured must not depend on who comes first and has everything compiled for the others. */
    private void rehearse(FenceSubsystem subsystem, List<Shim> shims, Progress progress, StopRequest stop)
            throws Exception {
        if (rehearsal.durationNs() == 0) {
            return;
        }
        for (Shim shim : shims.subList(0, Math.min(MAX_REHEARSALS, shims.size()))) {
            if (!stop.getAsBoolean()) {
                ShimProfile.Result unused =
                        one(subsystem, shim, rehearsal, (tracks, startNs, endNs) -> {}, progress, stop);
            }
        }
    }

    private ShimProfile.@Nullable Result measured(
            SubsystemHost host,
            Shim shim,
            ProfileDirectory directory,
            @Nullable RunTracks tracks,
            Progress progress,
            StopRequest stop)
            throws Exception {
        if (tracks == null) {
            return one(host.subsystem(), shim, plan, directory.log(), progress, stop);
        }
        try (RunTracks.Run recorded = tracks.begin(shim.name())) {
            ShimProfile.Result result = one(host.subsystem(), shim, plan, directory.log(), progress, stop);
            progress.begin(shim.name() + ": reading what was recorded");
            recorded.end();
            return result;
        }
    }

    private ShimProfile.@Nullable Result one(
            FenceSubsystem subsystem,
            Shim shim,
            ShimProfile.Plan work,
            Recorder.Log log,
            Progress progress,
            StopRequest stop)
            throws Exception {
        DriverHandle driver = load(subsystem, shim);
        ShimProfile profile = new ShimProfile(
                subsystem, shim.name(), driver, shim.issuerOf(driver.issuers()).name(), work);
        return profile.run(
                log,
                new ShimProfile.Watcher() {
                    @Override
                    public void running(long measuringNs, Recorder.Second latest) {
                        progress.show(() -> line(
                                shim.name(),
                                work.warmupNs() == plan.warmupNs() ? measuringNs : measuringNs - work.durationNs(),
                                latest));
                    }

                    @Override
                    public void unloading() {
                        progress.begin(shim.name() + ": unloading");
                    }
                },
                stop,
                reporter::count);
    }

    private String line(String shim, long measuringNs, Recorder.Second latest) {
        if (measuringNs < 0) {
            return shim + ": warming up, " + WrittenTimes.text(SECOND_NS * (1 - measuringNs / SECOND_NS)) + " to go";
        }
        String begun = shim + ": " + WrittenTimes.text(measuringNs / SECOND_NS * SECOND_NS) + " of "
                + WrittenTimes.text(plan.durationNs());
        return latest.atNs() == 0
                ? begun
                : begun + ", " + Units.count(latest.finished()) + "/s, p50 " + Units.time(latest.p50Ns()) + ", most "
                        + Units.time(latest.maxNs()) + ", backlog " + Units.count(latest.backlog());
    }

    private static DriverHandle load(FenceSubsystem subsystem, Shim shim) throws Exception {
        try {
            return subsystem
                    .load(shim.driver().jar(), shim.driver().info().name())
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private ProfileReport.Input input() {
        return new ProfileReport.Input(
                load.name(),
                load.description(),
                !load.closed().isEmpty(),
                load.perSecond(),
                plan.warmupNs(),
                plan.durationNs(),
                PolicyOption.name(plan.policy()),
                plan.seed(),
                load.clients());
    }

    private static ProfileReport.Machine machine() {
        return new ProfileReport.Machine(
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory());
    }
}
