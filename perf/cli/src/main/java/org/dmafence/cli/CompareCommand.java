package org.dmafence.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.replay.Pace;
import org.dmafence.replay.TraceScan;
import org.dmafence.report.CompareReport;
import org.dmafence.report.CompareText;
import org.dmafence.report.Json;
import org.dmafence.report.ShimReport;
import org.dmafence.report.TraceInput;
import org.dmafence.report.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Replays the jobs of kernel traces on several drivers and puts what happened side by side. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Replays the jobs of kernel traces on several GPU drivers, each loaded from its own jar and run by a scheduler and"
                    + " an engine per ring, unloads the drivers while their fences are kept, and puts side by side what"
                    + " happened: names, detaching, order of runs, latencies, and who could leave.",
        },
        footer = {
            "",
            "A shim is a driver, or DRIVER/TABLE for another of its ops tables; 'dmafence modinfo' lists them. Drivers are",
            "told by the trace when a job is done. Jobs that the trace never ends fail when the driver is unloaded.",
            "",
            "Examples:",
            "  dmafence compare                                     two traces that come with dmafence",
            "  dmafence compare trace.txt --shims i915,vgem         your own: trace-cmd report > trace.txt",
            "  dmafence compare linux-7.2-sched-mixed.txt           another one that comes with dmafence",
            "  dmafence compare --shims all                         every issuer of fences in the kernel",
            "  dmafence compare trace.txt.gz --speed 1              in real time",
            "  ssh phone cat /sys/kernel/tracing/trace | dmafence compare - --format json --out report.json",
        })
final class CompareCommand implements Callable<Integer> {
    private static final String WARM_UP = "linux-7.2-sched-mixed.txt";
    private static final int MAX_WARM_UPS = 4;

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
            converter = SpeedConverter.class,
            description = "As fast as it goes, or N times as fast as the trace's clock; default: ${DEFAULT-VALUE}.")
    private Speed speed = Speed.MAX;

    @Mixin
    private ReportOptions report = new ReportOptions();

    /**
     * How fast to replay.
     *
     * @param text as it was given
     * @param factor of the trace's clock
     */
    record Speed(String text, double factor) {
        static final Speed MAX = new Speed("max", Double.POSITIVE_INFINITY);

        Pace pace() {
            return Double.isInfinite(factor) ? Pace.max() : Pace.of(factor);
        }
    }

    /** Takes {@code max} or a positive number. */
    static final class SpeedConverter implements ITypeConverter<Speed> {
        @Override
        public Speed convert(String value) {
            try {
                if (value.equals("max")) {
                    return Speed.MAX;
                }
                double factor = Double.parseDouble(value);
                if (factor > 0 && factor < Double.POSITIVE_INFINITY) {
                    return new Speed(value, factor);
                }
            } catch (NumberFormatException e) {
                // The message below says all there is to say.
            }
            throw new TypeConversionException("\"" + value + "\"; use max, or a number above 0 such as 10");
        }
    }

    @Override
    public Integer call() throws Exception {
        ReportCounter reporter = new ReportCounter();
        FenceRuntime runtime = FenceRuntime.builder().reporter(reporter).build();
        try (ReportOptions.Sink sink = report.open();
                Progress progress = new Progress()) {
            List<Shim> selected = select(runtime);
            List<ShimRun.Trace> input = scan(progress);
            CompareReport result = run(selected, input, runtime, reporter, progress);
            progress.clear();
            sink.write(
                    report.format == ReportOptions.Format.JSON
                            ? Json.of(result)
                            : CompareText.of(result, sink.colour()),
                    spec.commandLine().getOut());
            return result.sound() ? 0 : Failures.FINDINGS;
        }
    }

    private List<Shim> select(FenceRuntime runtime) throws Exception {
        try (Modules modules = Modules.create(runtime, ModuleSettings.defaults())) {
            return Shim.select(shims, DriverJars.scan(root.drivers, modules), modules);
        }
    }

    /** Reads every trace to its end before the first driver is loaded. */
    private List<ShimRun.Trace> scan(Progress progress) throws Exception {
        List<TraceSource> sources = new ArrayList<>();
        if (traces.isEmpty()) {
            ShippedTraces.DEFAULT.forEach(name -> sources.add(TraceSource.shipped(name)));
        }
        for (String trace : traces) {
            sources.add(TraceSource.of(trace));
        }
        List<ShimRun.Trace> scanned = new ArrayList<>();
        for (TraceSource source : sources) {
            try (TraceReader reader = source.open()) {
                scanned.add(new ShimRun.Trace(
                        source,
                        TraceScan.of(
                                reader,
                                stream -> progress.show(() -> "reading " + source.name() + ", "
                                        + Units.count(stream.summary().lines().total(), "line")))));
            }
        }
        return scanned;
    }

    /** What is compared must not depend on who comes first and has everything compiled for the others. */
    private static void warmUp(SubsystemHost host, List<Shim> selected, ReportCounter reporter, Progress progress)
            throws Exception {
        TraceSource source = TraceSource.shipped(WARM_UP);
        try (TraceReader reader = source.open()) {
            List<ShimRun.Trace> trace = List.of(new ShimRun.Trace(source, TraceScan.of(reader, stream -> {})));
            for (Shim shim : selected.subList(0, Math.min(MAX_WARM_UPS, selected.size()))) {
                progress.begin(shim.name() + ": warming up");
                new ShimRun(host.subsystem(), shim, reporter, new Progress()).run(trace, Speed.MAX);
            }
        }
    }

    private CompareReport run(
            List<Shim> selected,
            List<ShimRun.Trace> input,
            FenceRuntime runtime,
            ReportCounter reporter,
            Progress progress)
            throws Exception {
        progress.begin("starting the actors");
        List<ShimReport> reports = new ArrayList<>();
        try (SubsystemHost host = SubsystemHost.start(runtime)) {
            warmUp(host, selected, reporter, progress);
            for (Shim shim : selected) {
                reports.add(new ShimRun(host.subsystem(), shim, reporter, progress).run(input, speed));
            }
        }
        Stream<TraceInput> inputs =
                input.stream().map(trace -> TraceInput.of(trace.scan().summary()));
        return new CompareReport(new CompareReport.Input(inputs.toList(), speed.text()), reports);
    }
}
