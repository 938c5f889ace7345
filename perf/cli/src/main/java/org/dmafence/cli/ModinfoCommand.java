package org.dmafence.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.dmafence.cli.DriverJars.Driver;
import org.dmafence.driver.DriverInfo;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
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
        })
final class ModinfoCommand implements Callable<Integer> {
    @SuppressWarnings("NullAway.Init") // picocli sets it
    @ParentCommand
    private DmafenceCommand root;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "JAR", description = "Jars to look into; default: those that come with dmafence.")
    private List<Path> jars = new ArrayList<>();

    @Override
    public Integer call() throws BadInputException, ModuleException {
        try (Modules modules = Modules.create(FenceRuntime.system(), ModuleSettings.defaults())) {
            List<Driver> drivers = new ArrayList<>();
            for (Path jar : jars) {
                for (DriverInfo info : modules.modinfo(jar)) {
                    drivers.add(new Driver(jar, info));
                }
            }
            if (jars.isEmpty()) {
                drivers.addAll(DriverJars.scan(root.drivers, modules).all());
            }
            ModinfoText text = new ModinfoText(Ansi.AUTO.enabled());
            for (Driver driver : drivers) {
                text.add(driver.jar(), driver.info(), DriverJars.issuers(driver, modules));
            }
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
        }
        return 0;
    }
}
