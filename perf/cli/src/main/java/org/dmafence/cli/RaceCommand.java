package org.dmafence.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.dmafence.race.Memory;
import org.dmafence.race.RaceReport;
import org.dmafence.race.RaceRun;
import org.dmafence.race.RaceText;
import org.dmafence.race.Scenario;
import org.dmafence.race.Search;
import org.dmafence.race.Variant;
import org.dmafence.race.scenario.Scenarios;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explores the schedules of the fence protocol, in every form that it has had. */
@Command(
        name = "race",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Explores every schedule of parties that race for a fence, in every form that the protocol has had, and prints the"
                    + " shortest one that breaks a law, or how much it looked at without finding any.",
        },
        footer = {
            "",
            "Examples:",
            "  dmafence race                                    every scenario, every variant, both memories",
            "  dmafence race --list                             what there is",
            "  dmafence race poll-vs-signal --variant v5-detach   what the reviewer asked: no !ops test",
            "",
            "Exit code 1: 7.2.13 or ours broke a law. That another variant does is what is expected of it.",
        })
final class RaceCommand implements Callable<Integer> {
    /** Which memories to look at. */
    enum Memories {
        SC,
        WEAK,
        BOTH;

        List<Memory> memories() {
            return switch (this) {
                case SC -> List.of(Memory.SC);
                case WEAK -> List.of(Memory.WEAK);
                case BOTH -> List.of(Memory.SC, Memory.WEAK);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "Which scenarios; default: all.")
    private List<String> scenarios = new ArrayList<>();

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "all",
            description = "Which forms of the protocol, separated by commas; default: ${DEFAULT-VALUE}.")
    private List<String> variants = new ArrayList<>();

    @Option(
            names = "--memory",
            paramLabel = "sc|weak|both",
            defaultValue = "both",
            description =
                    "Everything in its order, or reordered as far as the access modes allow; default: ${DEFAULT-VALUE}.")
    private Memories memory = Memories.BOTH;

    @Option(
            names = "--search",
            paramLabel = "exhaustive|random",
            defaultValue = "exhaustive",
            description = "Every schedule, the shortest first, or some; default: ${DEFAULT-VALUE}.")
    private Search.Kind search = Search.Kind.EXHAUSTIVE;

    @Option(names = "--seed", paramLabel = "N", description = "Of random schedules; default: another one each time.")
    private @Nullable Long seed;

    @Option(names = "--bound", paramLabel = "N", description = "Look at schedules up to so many moves; default: all.")
    private @Nullable Integer bound;

    @Option(names = "--list", description = "List the scenarios and variants.")
    private boolean list;

    @Override
    public Integer call() throws Exception {
        List<Scenario> chosen = chosen();
        if (bound != null && bound < 1) {
            throw new ParameterException(spec.commandLine(), "--bound " + bound + "; use 1 or more");
        }
        Search how = Search.of(search, seed == null ? System.nanoTime() : seed, bound == null ? Search.WHOLE : bound);
        try (StopRequest stop = new StopRequest();
                Progress progress = new Progress()) {
            RaceRun run = new RaceRun(memory.memories(), how, stop);
            add(run, chosen);
            RaceReport report = run.run(progress::show);
            progress.clear();
            spec.commandLine()
                    .getOut()
                    .print(RaceText.of(report, !scenarios.isEmpty(), picocli.CommandLine.Help.Ansi.AUTO.enabled()));
            spec.commandLine().getOut().flush();
            return report.sound() ? 0 : Failures.FINDINGS;
        }
    }

    private List<Scenario> chosen() {
        List<Scenario> all = Scenarios.protocol();
        if (scenarios.isEmpty()) {
            return all;
        }
        List<Scenario> chosen = new ArrayList<>();
        for (String name : scenarios) {
            chosen.add(all.stream()
                    .filter(scenario -> scenario.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "there is no scenario '" + name + "'; there are "
                                    + all.stream().map(Scenario::name).collect(Collectors.joining(", ")))));
        }
        return chosen;
    }

    private void add(RaceRun run, List<Scenario> chosen) {
        Set<String> unknown = new LinkedHashSet<>(variants);
        unknown.remove("all");
        boolean every = variants.contains("all");
        for (Variant variant : allVariants(chosen)) {
            if (every || variants.contains(variant.name())) {
                unknown.remove(variant.name());
                for (Scenario scenario : chosen) {
                    if (scenario.variants().contains(variant)) {
                        run.add(scenario, variant);
                    }
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no variant '" + unknown.iterator().next() + "'; there are "
                            + allVariants(chosen).stream().map(Variant::name).collect(Collectors.joining(", ")));
        }
    }

    private static Set<Variant> allVariants(List<Scenario> scenarios) {
        Set<Variant> all = new LinkedHashSet<>();
        scenarios.forEach(scenario -> all.addAll(scenario.variants()));
        return all;
    }
}
