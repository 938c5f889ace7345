package org.dmafence.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmafence.compare.CompareHtml;
import org.dmafence.compare.CompareReport;
import org.dmafence.compare.CompareText;
import org.dmafence.compare.WorkloadHtml;
import org.dmafence.compare.WorkloadReport;
import org.dmafence.compare.WorkloadText;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.report.page.Provenance;
import org.dmafence.workload.Workload;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Replays the jobs of kernel traces, or runs generated ones, on several drivers, and puts what happened side by side.
 */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Replays the jobs of kernels' captures on several GPU drivers, each loaded from its own jar and run by a scheduler and"
                    + " an engine per ring, unloads the drivers while their fences are kept, and puts side by side what"
                    + " happened: names, detaching, order of runs, latencies, fairness, and who could leave.",
            "Of a workload, runs generated clients on the same drivers and schedulers instead, and puts side by side who got"
                    + " how much of the hardware, and how long they waited for it.",
        },
        footer = {
            "",
            "A shim is a driver that comes with dmafence, or one in a JAR or JAR:NAME of yours; DRIVER/TABLE for another",
            "of its ops tables. 'dmafence modinfo' lists them.",
            "Drivers are told by the capture when a job is done. Jobs that it cuts off are left out; those that hang in",
            "it fail when the driver is unloaded. Ctrl-C ends early, reports the shims that were through, exit code 130.",
            "",
            "Examples:",
            "  dmafence compare                                     two traces that come with dmafence",
            "  dmafence compare trace.dat --shims i915,vgem         your own, as trace-cmd record wrote it",
            "  dmafence compare linux-7.2-sched-mixed.txt           another one that comes with dmafence",
            "  dmafence compare --shims all                         every issuer of fences in the kernel",
            "  dmafence compare --shims i915,my-driver.jar          your driver beside one that comes with dmafence",
            "  dmafence compare trace.txt.gz --speed 1              in real time",
            "  dmafence compare --policy all trace.txt              what another policy would have changed",
            "  dmafence compare hog --policy all                    who is fair to an interactive client",
            "  dmafence compare hog --shims i915 --trace-out run.txt    then replay it: compare run.txt",
            "  ssh phone cat /sys/kernel/tracing/trace | dmafence compare - --format json --out report.json",
        })
final class CompareCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @ParentCommand
    private DmafenceCommand root;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "TRACE|WORKLOAD",
            description = {
                "A capture: ftrace text, trace.dat, Perfetto, perf script, dmesg or a flight recording, packed or not; - for"
                        + " standard input; or a trace that comes with dmafence. Or generated clients on one ring, under virtual time: two-clients, fifty-clients, fifty-shallow, hog, starvation, queue-depth, hang,"
                        + " the kernel's own tests of fairness (kernel-...), workloads for all of these; or a file that describes"
                        + " others, see docs/65-reports.md."
            })
    private List<String> inputs = new ArrayList<>();

    @Option(
            names = "--shims",
            paramLabel = "NAME|JAR[:NAME]",
            split = ",",
            defaultValue = "i915,amdgpu,amdgpu-independent",
            description = "What to compare, separated by commas, or all; default: ${DEFAULT-VALUE}.")
    private List<String> shims = new ArrayList<>();

    @Option(
            names = "--speed",
            paramLabel = "max|N",
            defaultValue = "max",
            converter = Speed.Converter.class,
            description = "As fast as it goes, or N times as fast as the trace's clock; default: ${DEFAULT-VALUE}.")
    private Speed speed = Speed.MAX;

    @Option(
            names = "--policy",
            paramLabel = "fifo|rr|fair|all",
            defaultValue = "fifo",
            converter = PolicyOption.Converter.class,
            description =
                    "Whose turn it is: first come first served, round robin, or who had least of the hardware's time;"
                            + " all: side by side. Default: ${DEFAULT-VALUE}, as the kernel's.")
    private PolicyOption policy = PolicyOption.FIFO;

    @Mixin
    private SeedOption chance = new SeedOption();

    @Option(
            names = "--perfetto",
            paramLabel = "FILE",
            description =
                    "Write the jobs and waits of the runs there, as tracks for Perfetto: of each shim and policy by itself."
                            + " Recording takes time from what is measured.")
    private @Nullable Path perfetto;

    @ArgGroup(exclusive = false, heading = "%nTrace of the run:%n")
    private TraceOptions traceOut = new TraceOptions();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        Overwriting files = new Overwriting()
                .writes("--out", report.out)
                .writes("--trace-out", traceOut.file)
                .writes("--perfetto", perfetto);
        inputs.forEach(input -> files.reads("the input", input));
        shims.forEach(shim -> files.reads("--shims", DriverName.jarOf(shim)));
        files.refuse();
        boolean generated = areWorkloads();
        ReportCounter reporter = new ReportCounter();
        FenceRuntime runtime = FenceRuntime.builder().reporter(reporter).build();
        try (ReportOptions.Sink sink = report.open(spec, true);
                StopRequest stop = new StopRequest(generated ? null : Thread.currentThread());
                Progress progress = new Progress()) {
            List<Shim> selected = select(runtime);
            return generated
                    ? workloads(selected, reporter, progress, stop, sink)
                    : traces(selected, runtime, reporter, progress, stop, sink);
        }
    }

    /** @throws BadInputException if there are both, which have reports of their own */
    private boolean areWorkloads() throws BadInputException {
        String trace = null;
        String workload = null;
        for (String input : inputs) {
            if (InputName.isWorkload(input)) {
                workload = input;
            } else {
                trace = input;
            }
        }
        if (trace != null && workload != null) {
            throw new BadInputException(trace + " is a trace and " + workload + " a workload; name one or the other");
        }
        return workload != null;
    }

    private List<Shim> select(FenceRuntime runtime) throws Exception {
        try (Modules modules = Modules.create(runtime, ModuleSettings.defaults())) {
            return Shim.select(shims, root.drivers, modules);
        }
    }

    private int traces(
            List<Shim> selected,
            FenceRuntime runtime,
            ReportCounter reporter,
            Progress progress,
            StopRequest stop,
            ReportOptions.Sink sink)
            throws Exception {
        List<ShimRun.Trace> input = TraceCompare.scan(inputs, progress);
        CompareReport result;
        try (TraceFile trace = traceOut.open(selected, policy, input.size());
                RunTracks tracks = RunTracks.open(perfetto)) {
            result = new TraceCompare(selected, policy, speed, reporter, progress, trace, tracks)
                    .run(input, runtime, stop);
            commit(trace, tracks, result.interrupted());
        }
        progress.clear();
        sink.write(
                colour -> StopRequest.text(result.interrupted(), CompareText.of(result, colour)),
                result,
                () -> CompareHtml.of(result, Provenance.here(WrittenCommand.of(spec))));
        return StopRequest.code(result.interrupted(), result.sound());
    }

    private static void commit(@Nullable TraceFile trace, @Nullable RunTracks tracks, boolean interrupted)
            throws BadInputException {
        if (trace != null && !interrupted) {
            trace.commit();
        }
        if (tracks != null && !interrupted) {
            tracks.commit();
        }
    }

    private int workloads(
            List<Shim> selected, ReportCounter reporter, Progress progress, StopRequest stop, ReportOptions.Sink sink)
            throws Exception {
        List<Workload> workloads = WorkloadSource.select(inputs, chance.seed);
        WorkloadReport result;
        try (TraceFile trace = traceOut.open(selected, policy, workloads.size());
                RunTracks tracks = RunTracks.open(perfetto)) {
            result = new WorkloadCompare(selected, policy, reporter, progress, trace, tracks)
                    .run(workloads, chance.seed, stop);
            commit(trace, tracks, result.interrupted());
        }
        progress.clear();
        sink.write(
                colour -> StopRequest.text(result.interrupted(), WorkloadText.of(result, colour)),
                result,
                () -> WorkloadHtml.of(result, Provenance.here(WrittenCommand.of(spec))));
        return StopRequest.code(result.interrupted(), result.sound());
    }
}
