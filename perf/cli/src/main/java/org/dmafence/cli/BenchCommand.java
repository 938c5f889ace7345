package org.dmafence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dmafence.bench.Bench;
import org.dmafence.bench.BenchReport;
import org.dmafence.bench.Scaling;
import org.dmafence.bench.ScalingReport;
import org.dmafence.bench.UnknownRowException;
import org.dmafence.bench.Verdict;
import org.dmafence.bench.report.BenchHtml;
import org.dmafence.bench.report.BenchText;
import org.dmafence.bench.report.ScalingHtml;
import org.dmafence.bench.report.ScalingText;
import org.dmafence.report.WholeFile;
import org.dmafence.report.page.Provenance;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Measures the table of costs beside what others need for the same. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures what fences, RCU, the pipeline and unloading cost beside what others need for the same, in one run, and"
                    + " says which bars are reached. Bars are ratios, or bytes: those can be compared between machines, nanoseconds can't."
                    + " CPU time is that of the threads that take part, without the collector's for what they allocate; --figures"
                    + " shows the bytes.",
            "A row that needs liburcu is left out where liburcu-dev or a C compiler is missing.",
        },
        footer = {
            "",
            "Exit codes: 0 measured; 1 a row could not be measured, or with --strict a bar was not reached for sure; 2 bad input.",
            "",
            "Examples:",
            "  dmafence bench                              all rows, up to ten minutes",
            "  dmafence bench --quick                      all rows, up to four minutes",
            "  dmafence bench rcu --figures                some rows, and every contender's figures",
            "  dmafence bench --scaling --save growth      how costs grow, and charts of it in growth/",
            "  dmafence bench --waiters 1000000            a million virtual threads that wait, beside a latch",
            "  dmafence bench --format json --out b.json   with every window, for programs",
        })
final class BenchCommand implements Callable<Integer> {
    /** A virtual thread that waits takes about a kilobyte, and the crowd's process has four gigabytes. */
    private static final int MOST_WAITERS = 2_000_000;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @ParentCommand
    private DmafenceCommand root;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Fewer and shorter windows.")
    private boolean quick;

    @Parameters(
            paramLabel = "ROW",
            description = "Only rows with this in their name, or with a name like fence-*; see --list.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--scaling",
            description =
                    "Measure how costs grow instead: with readers, callbacks, fences, points of a chain, rings, clients"
                            + " and entities, up to a million.")
    private boolean scaling;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description =
                    "With --scaling: draw the curves into growth.html in that directory, which is made if need be.")
    private @Nullable Path save;

    @Option(
            names = "--waiters",
            paramLabel = "N",
            description =
                    "Measure only the rows of a crowd that waits, with so many virtual threads; needs Java 21 or later.")
    private @Nullable Integer waiters;

    @Option(names = "--list", description = "Print the names of the rows, measure nothing.")
    private boolean list;

    @Option(names = "--figures", description = "Show the figures of all contenders too, also those in no row.")
    private boolean figures;

    @Option(names = "--strict", description = "End with exit code 1 if a bar is missed, or it is not clear whether.")
    private boolean strict;

    @Option(
            names = "--cc",
            paramLabel = "COMMAND",
            defaultValue = "cc",
            description = "The C compiler that builds the peers written in C; default: ${DEFAULT-VALUE}.")
    private String compiler = "cc";

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        try (ReportOptions.Sink sink = report.open(spec, true);
                StopRequest stop = new StopRequest();
                Progress progress = new Progress()) {
            if (scaling && waiters != null) {
                throw new ParameterException(spec.commandLine(), "--waiters and --scaling; use one or the other");
            }
            if (scaling) {
                return grow(sink, progress, stop);
            }
            if (save != null) {
                throw new ParameterException(spec.commandLine(), "--save " + save + " is of use with --scaling only");
            }
            Bench bench = bench();
            if (list) {
                return list(bench.names(), sink);
            }
            BenchReport result = bench.run(line -> progress.show(() -> line), stop);
            StopRequest.check(result.interrupted() && result.rows().isEmpty());
            progress.clear();
            sink.write(
                    colour -> StopRequest.text(result.interrupted(), BenchText.of(result, figures, colour)),
                    result,
                    () -> BenchHtml.of(result, Provenance.here(WrittenCommand.of(spec))));
            return StopRequest.code(result.interrupted(), sound(result));
        } catch (UnknownRowException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), e);
        }
    }

    private Bench bench() throws UnknownRowException {
        Integer crowd = waiters;
        if (crowd == null) {
            return Bench.of(only, quick, root.drivers, peers(), compiler);
        }
        if (!only.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--waiters has rows of its own; leave out " + String.join(" ", only));
        }
        if (crowd < 1 || crowd > MOST_WAITERS) {
            throw new ParameterException(spec.commandLine(), "--waiters " + crowd + "; use 1 to " + MOST_WAITERS);
        }
        return Bench.ofWaiters(crowd, quick, root.drivers, peers(), compiler);
    }

    /** Apart from {@code lib}, for none of the command line's own needs them. */
    private Path peers() {
        return root.drivers.resolveSibling("lib").resolve("bench");
    }

    private int list(Map<String, String> rows, ReportOptions.Sink sink) throws BadInputException {
        StringBuilder names = new StringBuilder();
        rows.forEach((name, what) -> names.append(String.format("%-28s%s%n", name, what)));
        sink.write(names.toString());
        return 0;
    }

    private int grow(ReportOptions.Sink sink, Progress progress, StopRequest stop) throws Exception {
        Scaling curves = Scaling.of(only, quick, root.drivers, peers());
        if (list) {
            return list(curves.names(), sink);
        }
        if (save != null) {
            directory(save);
        }
        ScalingReport result = curves.run(line -> progress.show(() -> line), stop);
        StopRequest.check(result.interrupted() && result.curves().isEmpty());
        progress.clear();
        sink.write(
                colour -> StopRequest.text(result.interrupted(), ScalingText.of(result, colour)),
                result,
                () -> ScalingHtml.of(result, Provenance.here(WrittenCommand.of(spec))));
        if (save != null) {
            draw(result, save);
        }
        List<Verdict> verdicts =
                result.curves().stream().map(curve -> curve.verdict()).toList();
        return StopRequest.code(result.interrupted(), Verdict.sound(verdicts, strict));
    }

    /** After the figures were written, which a full disk must not lose. */
    private void draw(ScalingReport result, Path directory) throws BadInputException {
        try {
            WholeFile.write(
                    directory.resolve("growth.html"), ScalingHtml.of(result, Provenance.here(WrittenCommand.of(spec))));
        } catch (IOException e) {
            throw new BadInputException(
                    "--save " + directory + " can't be written: " + WholeFile.reason(e)
                            + "; the figures are complete without",
                    e);
        }
    }

    /** Before the work is done. */
    private static void directory(Path wanted) throws BadInputException {
        try {
            Files.createDirectories(wanted);
        } catch (IOException e) {
            throw new BadInputException("--save " + wanted + " can't be made: " + e + "; name a directory", e);
        }
    }

    private boolean sound(BenchReport result) {
        return Verdict.sound(result.rows().stream().map(row -> row.verdict()).toList(), strict);
    }
}
