package org.dmafence.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmafence.conform.ConformRun;
import org.dmafence.conform.OracleException;
import org.dmafence.conform.report.ConformHtml;
import org.dmafence.conform.report.ConformReport;
import org.dmafence.conform.report.ConformText;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.report.page.Provenance;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Replays what a real kernel was asked, and compares the answers. */
@Command(
        name = "conform",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs scenarios that a real kernel ran, on the same classes that everybody uses, and compares what they answer with"
                    + " what the kernel answered. Differences that are wanted are on a list, each under the name of its cause;"
                    + " any other ends with exit code 1, and so does a file of which nothing could be compared. A case that makes"
                    + " no sense is counted, the others run, and the exit code is 2.",
        },
        footer = {
            "",
            "Levels: 1 what ops return, 2 and events (callbacks, ops of the issuer, backend calls), 3 and tracepoints, 4 and",
            "which of these came before the op returned.",
            "",
            "Examples:",
            "  dmafence conform                                      all that comes with dmafence",
            "  dmafence conform linux-7.2                            one kernel's, or a directory of yours",
            "  dmafence conform cases/dma_resv.json --level 3        one kind, tracepoints too",
            "  dmafence conform linux-7.2 --case dma_fence/stub      one case",
        })
final class ConformCommand implements Callable<Integer> {
    private static final int MAX_LEVEL = 4;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @ParentCommand
    private DmafenceCommand root;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE|DIR|KERNEL",
            description =
                    "Files of scenarios with the kernel's answers (JSON), directories of them, or a kernel whose answers come"
                            + " with dmafence, such as linux-7.2; default: all of those.")
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--case", paramLabel = "ID", description = "Run only this case, such as dma_fence/stub.")
    private @Nullable String onlyCase;

    @Option(
            names = "--level",
            paramLabel = "1..4",
            defaultValue = "2",
            description = "How much is compared; default: ${DEFAULT-VALUE}.")
    private int level = 2;

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        if (level < 1 || level > MAX_LEVEL) {
            throw new ParameterException(spec.commandLine(), "--level " + level + ": use 1 to " + MAX_LEVEL);
        }
        Overwriting files = new Overwriting().writes("--out", report.out);
        List<Path> cases = new ShippedCases(root.drivers).resolve(paths);
        for (Path path : cases) {
            files.reads("scenarios", path);
        }
        files.refuse();
        try (ReportOptions.Sink sink = report.open(spec, true);
                StopRequest stop = new StopRequest();
                Progress progress = new Progress()) {
            quieten();
            progress.begin("reading scenarios");
            ConformRun run = ConformRun.read(cases, onlyCase);
            Path issuer = run.needsIssuer() ? issuerJar() : null;
            ConformReport result =
                    run.run(level, issuer, (done, id) -> progress.show(() -> done + " cases done, " + id), stop);
            progress.clear();
            sink.write(
                    colour -> StopRequest.text(result.interrupted(), ConformText.of(result, colour)),
                    result,
                    () -> ConformHtml.of(result, Provenance.here(WrittenCommand.of(spec))));
            return !result.interrupted() && result.onlyBroken()
                    ? Failures.BAD_INPUT
                    : StopRequest.code(result.interrupted(), result.sound());
        } catch (OracleException e) {
            throw new BadInputException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Scenarios misuse schedulers on purpose, which those log. */
    private static void quieten() {
        if (LoggerFactory.getLogger("org.dmafence.sched") instanceof Logger logger) {
            logger.setLevel(Level.ERROR);
        }
    }

    private Path issuerJar() throws BadInputException, ModuleException {
        try (Modules modules = Modules.create(FenceRuntime.system(), ModuleSettings.defaults())) {
            return DriverJars.scan(root.drivers, modules)
                    .named(ConformRun.ISSUER)
                    .jar();
        }
    }
}
