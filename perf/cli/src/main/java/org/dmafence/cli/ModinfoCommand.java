package org.dmafence.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmafence.cli.DriverJars.Driver;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Lists drivers and their ops tables. */
@Command(
        name = "modinfo",
        mixinStandardHelpOptions = true,
        description = "Lists the drivers in jars, and the ops tables that each issues fences with.",
        footer = {
            "",
            "Examples:",
            "  dmafence modinfo                  the drivers that come with dmafence",
            "  dmafence modinfo my-driver.jar    those in a jar of your own",
            "  dmafence modinfo --format json    for programs",
        })
final class ModinfoCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @ParentCommand
    private DmafenceCommand root;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "NAME|JAR[:NAME]",
            description =
                    "What to look at: drivers that come with dmafence, or jars; default: all that come with dmafence.")
    private List<String> names = new ArrayList<>();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws BadInputException, ModuleException {
        Overwriting files = new Overwriting().writes("--out", report.out);
        names.forEach(name -> files.reads("the driver", DriverName.jarOf(name)));
        files.refuse();
        try (ReportOptions.Sink sink = report.open(spec, false);
                Modules modules = Modules.create(FenceRuntime.system(), ModuleSettings.defaults())) {
            List<ModinfoReport.Driver> drivers = new ArrayList<>();
            for (Driver driver : drivers(modules)) {
                drivers.add(ModinfoReport.Driver.of(driver, DriverJars.issuers(driver, modules)));
            }
            ModinfoReport result = new ModinfoReport(drivers);
            sink.write(colour -> ModinfoText.of(result, colour), result);
        }
        return 0;
    }

    private List<Driver> drivers(Modules modules) throws BadInputException, ModuleException {
        if (names.isEmpty()) {
            return DriverJars.scan(root.drivers, modules).all();
        }
        List<Driver> drivers = new ArrayList<>();
        for (String name : names) {
            drivers.addAll(DriverJars.find(DriverName.of(name), root.drivers, modules));
        }
        return drivers;
    }
}
