package org.dmafence.cli;

import java.nio.file.Path;
import org.dmafence.report.Tool;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the commands. */
@Command(
        name = "dmafence",
        mixinStandardHelpOptions = true,
        versionProvider = DmafenceCommand.Version.class,
        description = "The Linux DMA-fence subsystem on the JVM: fences that outlive their unloaded drivers.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            InspectCommand.class,
            CompareCommand.class,
            UnloadCommand.class,
            ConformCommand.class,
            ProfileCommand.class,
            ModinfoCommand.class,
            BenchCommand.class,
            RaceCommand.class,
            FuzzCommand.class,
            CompletionCommand.class,
            HelpCommand.class
        },
        footer = {
            "",
            "Start with:",
            "  dmafence inspect     a kernel's capture: where the time of its jobs went, and what hangs",
            "  dmafence compare     two GPU drivers run the jobs of a real kernel trace, then leave",
            "  dmafence unload      one driver leaves while ten thousand of its fences live on",
            "  dmafence conform     the answers of real kernels, compared with ours",
            "  dmafence profile     latency under load, edge by edge",
            "  dmafence modinfo     the drivers there are",
            "  dmafence bench       what it costs, beside what others need for the same",
            "  dmafence race        every schedule of the fence protocol, and the shortest that breaks a law",
            "  dmafence fuzz        hostile files for everything that reads one",
            "  dmafence completion  what a shell needs to complete all this",
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all well",
            "1:findings: something was lost, ran out of order, or could not be unloaded",
            "2:bad input",
            "70:a fault of dmafence itself",
            "130:ended early, by Ctrl-C"
        })
final class DmafenceCommand {
    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    boolean debug;

    @Option(
            names = "--color",
            scope = ScopeType.INHERIT,
            paramLabel = "auto|always|never",
            defaultValue = "auto",
            description =
                    "Colours on standard output; auto: on a terminal, without NO_COLOR. Default: ${DEFAULT-VALUE}.")
    Colours colours = Colours.AUTO;

    /** Where the plug-in jars lie. */
    final Path drivers;

    DmafenceCommand(Path drivers) {
        this.drivers = drivers;
    }

    /** Which build it is. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                Tool.name(), "Java " + Runtime.version() + " (" + System.getProperty("java.vm.name") + ")"
            };
        }
    }
}
