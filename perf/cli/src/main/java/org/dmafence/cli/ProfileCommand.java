package org.dmafence.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.profile.Baseline;
import org.dmafence.profile.Load;
import org.dmafence.profile.ProfileHtml;
import org.dmafence.profile.ProfileReport;
import org.dmafence.profile.ProfileText;
import org.dmafence.profile.Rate;
import org.dmafence.profile.Threshold;
import org.dmafence.profile.WrittenTimes;
import org.dmafence.report.page.Provenance;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures latency under load. */
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends jobs to drivers at fixed times through schedulers and engines, and measures every edge of their way:"
                    + " accepted, run, signaled, callback, woken; and RCU grace periods, memory per job, and the unloading.",
            "A latency counts from the time a job was meant to be sent, so a stall shows in every job that it held up.",
        },
        footer = {
            "",
            "With --save, in DIR: report.html (all of it, for people), profile.json, profile.hlog (intervals of a second, a tag",
            "per shim, client and edge), hgrm/*.hgrm.",
            "",
            "Exit codes: 0 measured, also if the load was not sustained, which is said; 1 a job failed or never ended, a rule was",
            "broken, a driver did not leave, --fail-if was met or it took longer than in --baseline; with --strict also if a load",
            "was not sustained; 2 bad input; 130 ended early by Ctrl-C,",
            "what was measured is reported.",
            "",
            "Examples:",
            "  dmafence profile                                      10,000 jobs a second, ten seconds per shim",
            "  dmafence profile --rate 100k/s --save run1            with charts, in run1/report.html",
            "  dmafence profile --arrivals poisson                   jobs at random, as from many users",
            "  dmafence profile --rate 100k/s --baseline run1        exit code 1 if it takes twice as long as then",
            "  dmafence profile --fail-if 'p99>5ms' --fail-if 'queue-run.p50>200us'    exit code 1 if it does",
            "  dmafence profile --shims i915,my-driver.jar           your driver beside one that comes with dmafence",
            "  dmafence profile --rate 10000/s --duration 10m        is the memory flat?",
            "  dmafence profile --closed                             as fast as it goes",
            "  dmafence profile hog --policy fair --shims i915,amdgpu/independent",
            "  dmafence profile linux-7.2-sched-rich.txt             a trace's clients, distances and job lengths",
        })
final class ProfileCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @ParentCommand
    private DmafenceCommand root;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--rate",
            paramLabel = "N/s",
            converter = RateConverter.class,
            description = "Jobs per second, such as 2000/s or 10k/s; default: 10k/s, or what the input says.")
    private @Nullable Rate rate;

    @Option(
            names = "--arrivals",
            paramLabel = "steady|poisson",
            defaultValue = "steady",
            description =
                    "Without an input: at equal distances, or at random as from many users, the same each time; default:"
                            + " ${DEFAULT-VALUE}.")
    private Timetable arrivals = Timetable.STEADY;

    @Option(
            names = "--closed",
            description = "Instead, clients that wait for their work: as fast as it goes, blind to stalls.")
    private boolean closed;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "How long each shim is measured, such as 20s or 10m; default: ${DEFAULT-VALUE}.")
    private long durationNs;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "3s",
            converter = DurationConverter.class,
            description =
                    "How long the same load runs before that, and once on each shim before the first; does not count;"
                            + " default: ${DEFAULT-VALUE}.")
    private long warmupNs;

    @Option(
            names = "--shims",
            paramLabel = "NAME|JAR[:NAME]",
            split = ",",
            defaultValue = "i915,amdgpu",
            description = "One after the other, as in compare; or all; default: ${DEFAULT-VALUE}.")
    private List<String> shims = new ArrayList<>();

    @Option(
            names = "--policy",
            paramLabel = "fifo|rr|fair",
            defaultValue = "fifo",
            converter = PolicyOption.Converter.class,
            description = "Whose turn it is, as in compare; default: ${DEFAULT-VALUE}.")
    private PolicyOption policy = PolicyOption.FIFO;

    @Parameters(
            arity = "0..1",
            paramLabel = "TRACE|WORKLOAD",
            description = {
                "Whose jobs: a workload, as in compare; or a capture, as compare reads them, whose"
                        + " submissions give clients, distances and job lengths. Default: two clients in turns, jobs that take"
                        + " the hardware no time."
            })
    private @Nullable String jobs;

    @Mixin
    private SeedOption chance = new SeedOption();

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "Write report.html, profile.json, profile.hlog and hgrm/ there.")
    private @Nullable Path save;

    @Option(
            names = "--perfetto",
            paramLabel = "FILE",
            description =
                    "Write the jobs and waits of the runs there, as tracks for Perfetto: of each shim, what was last."
                            + " Recording takes time from what is measured.")
    private @Nullable Path perfetto;

    @Option(
            names = "--baseline",
            paramLabel = "EARLIER",
            description =
                    "Put what an earlier --save wrote beside this run, and end with exit code 1 if that was better.")
    private @Nullable Path baseline;

    @Option(
            names = "--tolerance",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "How many times as long as in --baseline p50 and p99 of the whole way may take; default: ${DEFAULT-VALUE}.")
    private double tolerance = 2;

    @Option(
            names = "--fail-if",
            paramLabel = "RULE",
            converter = RuleConverter.class,
            description = "End with exit code 1 if a shim has this, such as p99>5ms, run-signal.p99.9>1ms, max>=1s or"
                    + " rate<9k/s; repeatable. Without an edge, of the whole way.")
    private List<Threshold> thresholds = new ArrayList<>();

    @Option(names = "--strict", description = "End with exit code 1 also if a load was not sustained.")
    private boolean strict;

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        if (policy.policies().size() != 1) {
            throw new BadInputException("--policy all is for compare; use fifo, rr or fair");
        }
        if (durationNs == 0) {
            throw new BadInputException("--duration 0s measures nothing; use a longer time, such as 10s");
        }
        if (!(tolerance > 0 && tolerance < Double.POSITIVE_INFINITY)) {
            throw new BadInputException("--tolerance " + tolerance + "; use a number above 0, such as 2");
        }
        Overwriting files = new Overwriting()
                .reads("--baseline", baseline)
                .reads("the input", jobs)
                .writes("--out", report.out)
                .writes("--save", save)
                .writes("--perfetto", perfetto);
        shims.forEach(shim -> files.reads("--shims", DriverName.jarOf(shim)));
        files.refuse();
        Load load = new LoadSource(rate, closed, arrivals == Timetable.POISSON, chance.seed).load(jobs);
        Baseline earlier = baseline == null ? null : ProfileDirectory.read(baseline);
        ReportCounter reporter = new ReportCounter();
        FenceRuntime runtime = FenceRuntime.builder().reporter(reporter).build();
        try (ReportOptions.Sink sink = report.open(spec, true);
                RunTracks tracks = RunTracks.open(perfetto);
                ProfileDirectory directory = ProfileDirectory.open(save, runtime.clock());
                StopRequest stop = new StopRequest();
                Progress progress = new Progress()) {
            ProfileRun run = new ProfileRun(
                    load, policy.policies().get(0), chance.seed, warmupNs, durationNs, runtime, reporter);
            ProfileRun.Result result = run.run(select(runtime), directory, tracks, progress, stop);
            if (tracks != null) {
                tracks.commit();
            }
            ProfileReport found = result.report().with(checks(result.report(), earlier));
            progress.begin("writing the report");
            directory.write(found, result.histograms(), earlier, WrittenCommand.of(spec));
            progress.clear();
            String file = directory
                    .reportFile()
                    .map(page -> "\nreport: " + page + "\n")
                    .orElse("");
            sink.write(
                    colour -> ProfileText.of(found, earlier, colour) + file,
                    found,
                    () -> ProfileHtml.of(
                            found, result.histograms(), earlier, Provenance.here(WrittenCommand.of(spec))));
            return StopRequest.code(found.interrupted(), found.sound(strict));
        }
    }

    private List<Shim> select(FenceRuntime runtime) throws Exception {
        try (Modules modules = Modules.create(runtime, ModuleSettings.defaults())) {
            return Shim.select(shims, root.drivers, modules);
        }
    }

    private List<ProfileReport.Check> checks(ProfileReport found, @Nullable Baseline earlier) {
        List<ProfileReport.Check> checks = new ArrayList<>();
        for (Threshold threshold : thresholds) {
            checks.addAll(threshold.check(found));
        }
        if (earlier != null) {
            checks.addAll(earlier.check(found, tolerance));
        }
        return checks;
    }

    /** When jobs come. */
    enum Timetable {
        STEADY,
        POISSON;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Takes {@code 10k/s} and the like. */
    static final class RateConverter implements ITypeConverter<Rate> {
        @Override
        public Rate convert(String value) {
            try {
                return Rate.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Takes {@code p99>5ms} and the like. */
    static final class RuleConverter implements ITypeConverter<Threshold> {
        @Override
        public Threshold convert(String value) {
            try {
                return Threshold.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Takes {@code 10m} and the like. */
    static final class DurationConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            try {
                return WrittenTimes.parseNs(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
