package org.dmafence.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.dmafence.actors.DriverHandle;
import org.dmafence.actors.FenceSubsystem;
import org.dmafence.compare.FairnessReport;
import org.dmafence.compare.JobCounts;
import org.dmafence.compare.LatencyNs;
import org.dmafence.compare.RunOrderReport;
import org.dmafence.compare.ShimReport;
import org.dmafence.compare.ShimReport.NamePair;
import org.dmafence.compare.StageNs;
import org.dmafence.departure.Certificate;
import org.dmafence.departure.Departure;
import org.dmafence.driver.IssuerTable;
import org.dmafence.fence.DmaFence;
import org.dmafence.ftrace.JobStream;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.module.DriverFailure;
import org.dmafence.module.UnloadPolicy;
import org.dmafence.replay.ActorPipeline;
import org.dmafence.replay.Latencies;
import org.dmafence.replay.ReplayLimits;
import org.dmafence.replay.ReplayTally;
import org.dmafence.replay.RunOrderCheck;
import org.dmafence.replay.TraceReplay;
import org.dmafence.replay.TraceScan;
import org.dmafence.report.Units;
import org.dmafence.sched.SchedulerPolicy;
import org.jspecify.annotations.Nullable;

/** One shim: loads its driver, replays every trace on it, and unloads it while its fences are kept. */
final class ShimRun {
    /** Hangs never end, so there is little to wait for. */
    private static final long DRAIN_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A trace and what is known of it. */
    record Trace(TraceSource source, TraceScan scan) {}

    private final FenceSubsystem subsystem;
    private final Shim shim;
    private final SchedulerPolicy policy;
    private final @Nullable TraceFile traceOut;
    private final ReportCounter reporter;
    private final Progress progress;
    private final long reportedBefore;
    private final Latencies latencies = new Latencies();
    private final List<DmaFence> kept = new ArrayList<>();
    private final List<TraceReplay> replays = new ArrayList<>();
    private NamePair unsignaled = NamePair.NONE;
    private NamePair signaled = NamePair.NONE;

    /** @param traceOut where the schedulers' events go */
    ShimRun(
            FenceSubsystem subsystem,
            Shim shim,
            SchedulerPolicy policy,
            @Nullable TraceFile traceOut,
            ReportCounter reporter,
            Progress progress) {
        this.subsystem = subsystem;
        this.shim = shim;
        this.policy = policy;
        this.traceOut = traceOut;
        this.reporter = reporter;
        this.progress = progress;
        reportedBefore = reporter.count();
    }

    /**
     * Loads the driver, replays, and unloads it.
     *
     * @param stop says that the user wants an end
     * @return {@code null} if it did not come to the end; the driver is the host's to unload then
     */
    @Nullable ShimReport run(List<Trace> traces, Speed speed, BooleanSupplier stop) throws Exception {
        progress.begin(shim.name() + ": loading");
        DriverHandle driver = load();
        IssuerTable issuer = shim.issuerOf(driver.issuers());
        try {
            for (Trace trace : traces) {
                try {
                    replay(trace, speed, driver, issuer, stop);
                } catch (RuntimeException e) {
                    if (e instanceof DriverFailure || e.getCause() instanceof DriverFailure) {
                        throw new BadDriverException(
                                "driver " + driver.info().name() + ": opening a ring: " + e.getMessage(), e);
                    }
                    throw e;
                }
            }
            if (stop.getAsBoolean()) {
                return null;
            }
            signaled = names(witness());
            progress.begin(shim.name() + ": unloading");
            Certificate certificate = unload(driver, UnloadPolicy.orderly());
            Certificate forced = certificate.refused() ? unload(driver, UnloadPolicy.forced()) : null;
            replays.forEach(TraceReplay::close); // the waiters write latencies
            return report(traces, driver, issuer, certificate, forced);
        } catch (InterruptedException e) {
            if (stop.getAsBoolean()) {
                return null;
            }
            throw e;
        } finally {
            replays.forEach(TraceReplay::close);
        }
    }

    private DriverHandle load() throws Exception {
        try {
            return subsystem
                    .load(shim.driver().jar(), shim.driver().info().name())
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private void replay(Trace trace, Speed speed, DriverHandle driver, IssuerTable issuer, BooleanSupplier stop)
            throws TraceFormatException, InterruptedException {
        ActorPipeline pipeline = new ActorPipeline(
                subsystem,
                driver,
                issuer.name(),
                trace.scan(),
                policy,
                traceOut == null ? null : traceOut.listener(subsystem.runtime().clock()));
        TraceReplay replay =
                new TraceReplay(pipeline, trace.scan(), speed.pace(), ReplayLimits.DEFAULT, latencies, this::keep);
        replays.add(replay);
        long lines = trace.scan().summary().lines().total();
        try (TraceReader reader = trace.source().open()) {
            JobStream stream = new JobStream(reader);
            for (ReplayStep step = stream.next(); step != null && !stop.getAsBoolean(); step = stream.next()) {
                replay.step(step);
                progress.show(() -> shim.name() + ": " + trace.source().name() + ", line "
                        + Units.count(stream.summary().lines().total()) + " of " + Units.count(lines));
            }
        }
        replay.end();
    }

    /** A consumer somewhere that keeps what it was given. */
    private void keep(DmaFence fence) {
        if (kept.isEmpty()) {
            unsignaled = names(fence);
        }
        if (kept.size() < ReplayLimits.DEFAULT.retainedFences()) {
            kept.add(fence.retain());
        }
    }

    private @Nullable DmaFence witness() {
        return kept.stream().filter(DmaFence::isSignaled).findFirst().orElse(null);
    }

    private static NamePair names(@Nullable DmaFence fence) {
        return fence == null ? NamePair.NONE : new NamePair(fence.driverName(), fence.timelineName());
    }

    private Certificate unload(DriverHandle driver, UnloadPolicy policy) {
        return Certificate.of(subsystem
                .unload(driver, policy.withDrainTimeoutNs(DRAIN_NS))
                .toCompletableFuture()
                .join());
    }

    private ShimReport report(
            List<Trace> traces,
            DriverHandle driver,
            IssuerTable issuer,
            Certificate certificate,
            @Nullable Certificate forced) {
        List<ReplayTally> tallies = replays.stream().map(TraceReplay::tally).toList();
        List<RunOrderCheck> rings =
                tallies.stream().flatMap(tally -> tally.rings().stream()).toList();
        JobCounts jobs = JobCounts.of(tallies);
        Certificate last = forced == null ? certificate : forced;
        ShimReport.Fences fences = new ShimReport.Fences(last.fencesCreated(), last.fencesSignaled(), last.left());
        long living = kept.stream().filter(DmaFence::isSignaled).count();
        long reported = reporter.count() - reportedBefore;
        NamePair afterUnload = names(witness());
        return new ShimReport(
                shim.name(),
                driver.info().name(),
                issuer.name(),
                PolicyOption.name(policy),
                IssuerFacts.ops(issuer),
                issuer.lock().name(),
                issuer.detaches(),
                issuer.independent(),
                IssuerFacts.reason(issuer),
                new ShimReport.Names(unsignaled, signaled, afterUnload),
                jobs,
                fences,
                jobs.conserved() && fences.created() == fences.signaled() && fences.left() == 0,
                RunOrderReport.of(rings),
                LatencyNs.of(latencies),
                new Departure(certificate, forced, lateCalls(last, driver), living),
                reported,
                byTrace(traces, tallies));
    }

    private List<Departure.LateCall> lateCalls(Certificate last, DriverHandle driver) {
        DmaFence fence = witness();
        if (last.entombed() == 0 || fence == null) {
            return List.of();
        }
        kept.remove(fence);
        reporter.expect(true);
        List<Departure.LateCall> calls = LateCalls.make(fence, driver.module());
        reporter.expect(false);
        return calls;
    }

    private static List<ShimReport.TraceResult> byTrace(List<Trace> traces, List<ReplayTally> tallies) {
        List<ShimReport.TraceResult> results = new ArrayList<>();
        for (int i = 0; i < tallies.size(); i++) {
            ReplayTally tally = tallies.get(i);
            results.add(new ShimReport.TraceResult(
                    traces.get(i).source().name(),
                    JobCounts.of(List.of(tally)),
                    RunOrderReport.of(tally.rings()),
                    tally.foreignFences(),
                    tally.foreignLeft(),
                    tally.waits(),
                    tally.waitsSkipped(),
                    FairnessReport.of(tally.service()),
                    StageNs.of(tally.times())));
        }
        return results;
    }
}
