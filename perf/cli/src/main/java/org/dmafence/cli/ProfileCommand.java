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
import org.dmafence.profile.ProfileText;
import org.dmafence.profile.Rate;
import org.dmafence.profile.WrittenTimes;
import org.dmafence.report.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
            "In DIR: report.html (all of it, for people), profile.json, profile.hlog (intervals of a second, a tag",
            "per shim, client and edge), hgrm/*.hgrm.",
            "",
            "Exit codes: 0 measured, also if the load was not sustained, which is said; 1 a job failed or never ended, a rule was",
            "broken or a driver did not leave, or with --strict a load was not sustained; 2 bad input; 130 ended early by Ctrl-C,",
            "what was measured is reported.",
            "",
            "Examples:",
            "  dmafence profile                                      10,000 jobs a second, ten seconds per shim",
            "  dmafence profile --rate 100k/s --out run1             with plots, in run1/report.html",
            "  dmafence profile --arrivals poisson                   jobs at random, as from many users",
            "  dmafence profile --rate 100k/s --out run2 --baseline run1",
            "  dmafence profile --rate 10000/s --duration 10m        is the memory flat?",
            "  dmafence profile --closed                             as fast as it goes",
            "  dmafence profile --jobs hog --policy fair --shims i915,amdgpu/independent",
            "  dmafence profile --jobs linux-7.2-sched-rich.txt      a trace's clients, distances and job lengths",
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
            description = "Jobs per second, such as 2000/s or 10k/s; default: 10k/s, or with --jobs what those say.")
    private @Nullable Rate rate;

    @Option(
            names = "--arrivals",
            paramLabel = "steady|poisson",
            defaultValue = "steady",
            description =
                    "Without --jobs: at equal distances, or at random as from many users, the same each time; default:"
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
            paramLabel = "NAME",
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

    @Option(
            names = "--jobs",
            paramLabel = "NAME|FILE|TRACE",
            description = {
                "Whose jobs: a generated workload, as in compare --workload; or an ftrace capture, as compare reads them, whose"
                        + " submissions give clients, distances and job lengths. Default: two clients in turns, jobs that take"
                        + " the hardware no time."
            })
    private @Nullable String jobs;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write report.html, profile.json, profile.hlog and hgrm/ there.")
    private @Nullable Path out;

    @Option(
            names = "--baseline",
            paramLabel = "DIR",
            description = "Put an earlier --out beside this run, with ratios.")
    private @Nullable Path baseline;

    @Option(names = "--strict", description = "End with exit code 1 also if a load was not sustained.")
    private boolean strict;

    @Option(
            names = "--format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "What goes to standard output; default: ${DEFAULT-VALUE}.")
    private ReportOptions.Format format = ReportOptions.Format.TEXT;

    @Override
    public Integer call() throws Exception {
        if (policy.policies().size() != 1) {
            throw new BadInputException("--policy all is for compare; use fifo, rr or fair");
        }
        if (durationNs == 0) {
            throw new BadInputException("--duration 0s measures nothing; use a longer time, such as 10s");
        }
        new Overwriting()
                .reads("--baseline", baseline)
                .reads("--jobs", jobs)
                .writes("--out", out)
                .refuse();
        Load load = new LoadSource(rate, closed, arrivals == Timetable.POISSON).load(jobs);
        Baseline earlier = baseline == null ? null : ProfileDirectory.read(baseline);
        ReportCounter reporter = new ReportCounter();
        FenceRuntime runtime = FenceRuntime.builder().reporter(reporter).build();
        try (ProfileDirectory directory = ProfileDirectory.open(out, runtime.clock());
                StopRequest stop = new StopRequest();
                Progress progress = new Progress()) {
            ProfileRun run = new ProfileRun(load, policy.policies().get(0), warmupNs, durationNs, runtime, reporter);
            ProfileRun.Result result = run.run(select(runtime), directory, progress, stop);
            progress.begin("writing the report");
            directory.write(result.report(), result.histograms(), earlier);
            progress.clear();
            print(result, earlier, directory);
            return StopRequest.code(
                    result.report().interrupted(), result.report().sound(strict));
        }
    }

    private List<Shim> select(FenceRuntime runtime) throws Exception {
        try (Modules modules = Modules.create(runtime, ModuleSettings.defaults())) {
            return Shim.select(shims, DriverJars.scan(root.drivers, modules), modules);
        }
    }

    private void print(ProfileRun.Result result, @Nullable Baseline earlier, ProfileDirectory directory) {
        var standard = spec.commandLine().getOut();
        if (format == ReportOptions.Format.JSON) {
            standard.print(Json.of(result.report()));
        } else {
            boolean colour = picocli.CommandLine.Help.Ansi.AUTO.enabled();
            standard.print(ProfileText.of(result.report(), earlier, colour));
            directory.reportFile().ifPresent(file -> standard.println("\nreport: " + file));
        }
        standard.flush();
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
