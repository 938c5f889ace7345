package org.dmafence.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmafence.compare.CompareReport;
import org.dmafence.compare.CompareText;
import org.dmafence.compare.WorkloadReport;
import org.dmafence.compare.WorkloadText;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.report.Json;
import org.dmafence.workload.Workload;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Replays the jobs of kernel traces, or runs generated ones, on several drivers, and puts what happened side by side. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Replays the jobs of kernel traces on several GPU drivers, each loaded from its own jar and run by a scheduler and"
                    + " an engine per ring, unloads the drivers while their fences are kept, and puts side by side what"
                    + " happened: names, detaching, order of runs, latencies, fairness, and who could leave.",
            "With --workload, runs generated clients on the same drivers and schedulers instead, and puts side by side who got"
                    + " how much of the hardware, and how long they waited for it.",
        },
        footer = {
            "",
            "A shim is a driver, or DRIVER/TABLE for another of its ops tables; 'dmafence modinfo' lists them.",
            "Drivers are told by the trace when a job is done. Jobs that the trace never ends fail when the",
            "driver is unloaded. Ctrl-C ends early, reports the shims that were through, exit code 130.",
            "",
            "Examples:",
            "  dmafence compare                                     two traces that come with dmafence",
            "  dmafence compare trace.txt --shims i915,vgem         your own: trace-cmd report > trace.txt",
            "  dmafence compare linux-7.2-sched-mixed.txt           another one that comes with dmafence",
            "  dmafence compare --shims all                         every issuer of fences in the kernel",
            "  dmafence compare trace.txt.gz --speed 1              in real time",
            "  dmafence compare --policy all trace.txt              what another policy would have changed",
            "  dmafence compare --workload hog --policy all         who is fair to an interactive client",
            "  dmafence compare --workload hog --shims i915 --trace-out run.txt  then replay it: compare run.txt",
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
            paramLabel = "TRACE",
            description = "ftrace text, plain or gzip; - for standard input; or a trace that comes with dmafence.")
    private List<String> traces = new ArrayList<>();

    @Option(
            names = "--shims",
            paramLabel = "NAME",
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

    @ArgGroup(exclusive = false, heading = "%nGenerated work:%n")
    private WorkloadOptions work = new WorkloadOptions();

    @ArgGroup(exclusive = false, heading = "%nTrace of the run:%n")
    private TraceOptions traceOut = new TraceOptions();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        if (work.isAsked() && !traces.isEmpty()) {
            throw new BadInputException(
                    "a trace (" + traces.get(0) + ") and --workload " + work.names.get(0) + "; name one or the other");
        }
        Overwriting files = new Overwriting().writes("--out", report.out).writes("--trace-out", traceOut.file);
        traces.forEach(trace -> files.reads("trace", trace));
        work.names.forEach(name -> files.reads("--workload", name));
        files.refuse();
        ReportCounter reporter = new ReportCounter();
        FenceRuntime runtime = FenceRuntime.builder().reporter(reporter).build();
        try (ReportOptions.Sink sink = report.open();
                StopRequest stop = new StopRequest(work.isAsked() ? null : Thread.currentThread());
                Progress progress = new Progress()) {
            List<Shim> selected = select(runtime);
            return work.isAsked()
                    ? workloads(selected, reporter, progress, stop, sink)
                    : traces(selected, runtime, reporter, progress, stop, sink);
        }
    }

    private List<Shim> select(FenceRuntime runtime) throws Exception {
        try (Modules modules = Modules.create(runtime, ModuleSettings.defaults())) {
            return Shim.select(shims, DriverJars.scan(root.drivers, modules), modules);
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
        List<ShimRun.Trace> input = TraceCompare.scan(traces, progress);
        CompareReport result;
        try (TraceFile trace = traceOut.open(selected, policy, input.size())) {
            result = new TraceCompare(selected, policy, speed, reporter, progress, trace).run(input, runtime, stop);
            if (trace != null && !result.interrupted()) {
                trace.commit();
            }
        }
        write(
                isJson()
                        ? Json.of(result)
                        : StopRequest.text(result.interrupted(), CompareText.of(result, sink.colour())),
                progress,
                sink);
        return StopRequest.code(result.interrupted(), result.sound());
    }

    private int workloads(
            List<Shim> selected, ReportCounter reporter, Progress progress, StopRequest stop, ReportOptions.Sink sink)
            throws Exception {
        List<Workload> workloads = WorkloadSource.select(work.names, work.seed);
        WorkloadReport result;
        try (TraceFile trace = traceOut.open(selected, policy, workloads.size())) {
            result = new WorkloadCompare(selected, policy, reporter, progress, trace).run(workloads, work.seed, stop);
            if (trace != null && !result.interrupted()) {
                trace.commit();
            }
        }
        write(
                isJson()
                        ? Json.of(result)
                        : StopRequest.text(result.interrupted(), WorkloadText.of(result, sink.colour())),
                progress,
                sink);
        return StopRequest.code(result.interrupted(), result.sound());
    }

    private boolean isJson() {
        return report.format == ReportOptions.Format.JSON;
    }

    private void write(String text, Progress progress, ReportOptions.Sink sink) throws BadInputException {
        progress.clear();
        sink.write(text, spec.commandLine().getOut());
    }
}
