package org.dmafence.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.dmafence.cli.DriverJars.Driver;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.report.page.Provenance;
import org.dmafence.unload.UnloadHtml;
import org.dmafence.unload.UnloadReport;
import org.dmafence.unload.UnloadText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Loads a driver, has it issue fences, keeps them, and unloads it; over and over. */
@Command(
        name = "unload",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Loads a driver from its jar, has it issue fences, keeps every one of them, and unloads the driver: proves that"
                    + " its class loader was collected while its fences live on, or says what pins it.",
        },
        footer = {
            "",
            "Examples:",
            "  dmafence unload                              amdgpu-independent leaves, three times",
            "  dmafence unload i915                         pinned by its fences, exit code 1",
            "  dmafence unload i915 --force                 cut off: its fences get tombstones",
            "  dmafence unload my.jar:my-driver --cycles 100",
        })
final class UnloadCommand implements Callable<Integer> {
    /** All of a cycle's are kept at once; these have a gigabyte. */
    private static final int MAX_FENCES = 10_000_000;

    private static final int MAX_CYCLES = 1_000_000;

    /** What becomes of fences that the driver leaves unsignalled. */
    enum IssuerDeath {
        ECANCELED,
        ENOENT,
        SUCCESS;

        @Nullable FenceError error() {
            return switch (this) {
                case ECANCELED -> FenceError.ECANCELED;
                case ENOENT -> FenceError.ENOENT;
                case SUCCESS -> null;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @ParentCommand
    private DmafenceCommand root;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME|JAR[:NAME]",
            defaultValue = "amdgpu-independent",
            description = "A driver that comes with dmafence, or one in a jar; default: ${DEFAULT-VALUE}.")
    private String driver = "";

    @Option(
            names = "--fences",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Fences per cycle; default: ${DEFAULT-VALUE}.")
    private int fences;

    @Option(
            names = "--cycles",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often to load and unload; default: ${DEFAULT-VALUE}.")
    private int cycles;

    @Option(
            names = "--unsignaled",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many of them have not signaled when the driver is unloaded; default: ${DEFAULT-VALUE}.")
    private int unsignaled;

    @Option(
            names = "--issuer-death",
            paramLabel = "ecanceled|enoent|success",
            defaultValue = "ecanceled",
            description = {
                "What fences end with that neither complete nor are ended by the driver as it exits, which the drivers that"
                        + " come with dmafence do; default: ${DEFAULT-VALUE}."
            })
    private IssuerDeath issuerDeath = IssuerDeath.ECANCELED;

    @Option(
            names = "--force",
            description = "Unload even though fences need the driver; they get tombstones that record late calls.")
    private boolean force;

    @Option(
            names = "--keep-fences",
            description = "Keep the fences of all cycles reachable to the end, not only those of the current one.")
    private boolean keepFences;

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        within("--fences", fences, 1, MAX_FENCES);
        within("--cycles", cycles, 1, MAX_CYCLES);
        within("--unsignaled", unsignaled, 0, MAX_FENCES);
        if (unsignaled > fences) {
            throw new ParameterException(
                    spec.commandLine(), "--unsignaled " + unsignaled + " of --fences " + fences + "; use fewer");
        }
        new Overwriting()
                .reads("the driver", DriverName.jarOf(driver))
                .writes("--out", report.out)
                .refuse();
        ReportCounter reporter = new ReportCounter();
        FenceRuntime runtime = FenceRuntime.builder().reporter(reporter).build();
        try (ReportOptions.Sink sink = report.open(spec, true);
                StopRequest stop = new StopRequest();
                Progress progress = new Progress();
                Modules modules =
                        Modules.create(runtime, ModuleSettings.defaults().withTrackSites(true))) {
            Driver chosen = choose(modules);
            UnloadReport result = new UnloadCycles(modules, chosen, plan(), reporter).run(progress::show, stop);
            progress.clear();
            sink.write(
                    colour -> UnloadText.of(result, colour),
                    result,
                    () -> UnloadHtml.of(result, Provenance.here(WrittenCommand.of(spec))));
            return StopRequest.code(result.interrupted(), result.sound());
        }
    }

    private UnloadCycles.Plan plan() {
        return new UnloadCycles.Plan(fences, unsignaled, cycles, issuerDeath.error(), force, keepFences);
    }

    private void within(String option, int value, int least, int most) {
        if (value < least) {
            throw new ParameterException(spec.commandLine(), option + " " + value + "; use " + least + " or more");
        }
        if (value > most) {
            throw new ParameterException(spec.commandLine(), option + " " + value + "; use " + most + " or less");
        }
    }

    private Driver choose(Modules modules) throws BadInputException, ModuleException {
        DriverName name = DriverName.of(driver);
        if (name.table() != null) {
            throw new BadInputException(
                    driver + ": unload takes the driver's ordinary fences; leave /" + name.table() + " out");
        }
        List<Driver> found = DriverJars.find(name, root.drivers, modules);
        if (found.size() != 1) {
            throw new BadInputException(name.jar() + " has several drivers: "
                    + String.join(
                            ", ", found.stream().map(each -> each.info().name()).toList())
                    + "; name one of them, as in " + name.jar() + ":"
                    + found.get(0).info().name());
        }
        return found.get(0);
    }
}
