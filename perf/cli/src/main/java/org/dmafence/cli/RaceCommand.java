package org.dmafence.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.dmafence.race.Memory;
import org.dmafence.race.RaceHtml;
import org.dmafence.race.RaceListing;
import org.dmafence.race.RaceReport;
import org.dmafence.race.RaceRun;
import org.dmafence.race.RaceText;
import org.dmafence.race.RaceTracks;
import org.dmafence.race.Replay;
import org.dmafence.race.ReplayException;
import org.dmafence.race.Scenario;
import org.dmafence.race.Search;
import org.dmafence.race.Variant;
import org.dmafence.race.incident.Incidents;
import org.dmafence.race.scenario.Scenarios;
import org.dmafence.report.WholeFile;
import org.dmafence.report.page.Provenance;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "  dmafence race poll-vs-signal --variant v5-detach",
            "                                                   what the reviewer asked: no !ops test",
            "",
            "  dmafence race --incidents                        bugs that kernels had, broken and fixed",
            "",
            "  dmafence race --format html --out race.html --save found",
            "                                                   a page with drawings, and files to replay",
            "  dmafence race found/poll-vs-unload.v5.sc.freed-table.json",
            "",
            "Exit code 1: 7.2.13, ours or a repaired incident broke a law, a mistake that is to be found was not, or a search"
                    + " came to no end. That another variant breaks a law is what is expected of it.",
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
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SCENARIO|FILE",
            arity = "0..*",
            description =
                    "Which scenarios; default: all. Or a file that --save wrote: makes its moves again, one by one.")
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

    @Mixin
    private SeedOption chance = new SeedOption();

    @Option(names = "--bound", paramLabel = "N", description = "Look at schedules up to so many moves; default: all.")
    private @Nullable Integer bound;

    @Option(
            names = "--max-states",
            paramLabel = "N",
            description =
                    "How many states to keep for each search; one that has more is not finished. Default: ${DEFAULT-VALUE}.")
    private int maxStates = Search.STATES;

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Option(
            names = "--perfetto",
            paramLabel = "FILE",
            description =
                    "Write the schedules that were found there as Perfetto's tracks: one for each party, a slice for"
                            + " each of its moves.")
    private @Nullable Path perfetto;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "Write a file for each schedule that was found there; race FILE replays it.")
    private @Nullable Path save;

    @Option(
            names = "--all-schedules",
            description = "Show every schedule that was found, not each variant's shortest per law.")
    private boolean all;

    @Option(names = "--incidents", description = "Look at the incidents that kernels had, and at nothing else.")
    private boolean incidents;

    @Option(names = "--no-times", description = "Leave out how long it took: the same text each time.")
    private boolean noTimes;

    @Option(names = "--list", description = "List the scenarios and variants.")
    private boolean list;

    @Override
    public Integer call() throws Exception {
        Path file = replayed();
        new Overwriting()
                .reads("the schedule", file)
                .writes("--out", report.out)
                .writes("--perfetto", perfetto)
                .refuse();
        if (list) {
            try (ReportOptions.Sink sink = report.open(spec, false)) {
                sink.write(new RaceListing(Scenarios.protocol(), Incidents.all()).toString());
                return 0;
            }
        }
        if (file != null) {
            return again(file);
        }
        Set<Scenario> chosen = chosen();
        if (bound != null && bound < 1) {
            throw bad("--bound " + bound + "; use 1 or more");
        }
        if (maxStates < 1) {
            throw bad("--max-states " + maxStates + "; use 1 or more");
        }
        Search how = Search.of(search, chance.seed, bound == null ? Search.WHOLE : bound)
                .withRoomFor(maxStates);
        makeDirectory();
        try (ReportOptions.Sink sink = report.open(spec, true);
                TracksFile tracks = TracksFile.open(perfetto);
                StopRequest stop = new StopRequest();
                Progress progress = new Progress()) {
            RaceRun run = new RaceRun(memory.memories(), how, stop);
            add(run, chosen);
            if (run.size() == 0) {
                throw bad("none of these scenarios has the variant " + String.join(", ", variants) + "; see --list");
            }
            RaceReport result = run.run(progress::show);
            progress.clear();
            write(result, sink, tracks);
            return StopRequest.code(result.interrupted(), result.good());
        }
    }

    private int again(Path file) throws BadInputException {
        try (ReportOptions.Sink sink = report.open(spec, true);
                TracksFile tracks = TracksFile.open(perfetto)) {
            Replay schedule = Replay.read(file);
            RaceReport result = schedule.run(Scenarios.all());
            write(result, sink, tracks);
            if (!schedule.confirmedBy(result)) {
                Failures.say(spec.commandLine(), file + " does not break the law '" + schedule.law() + "' any more");
                return Failures.FINDINGS;
            }
            return result.good() ? 0 : Failures.FINDINGS;
        } catch (ReplayException e) {
            String problem = String.valueOf(e.getMessage());
            String named = problem.contains(file.toString()) ? problem : file + ": " + problem;
            throw new BadInputException(named + "; name a file that race --save wrote", e);
        }
    }

    // ---- what to look at -------------------------------------------------------------------------------------------

    /** The file to replay, if it is one and no scenario. */
    private @Nullable Path replayed() throws BadInputException {
        for (String name : scenarios) {
            if (name.endsWith(".json") || name.indexOf('/') >= 0) {
                if (scenarios.size() > 1) {
                    throw bad(name + " is a file, and is replayed alone; name nothing else");
                }
                try {
                    return Path.of(name);
                } catch (InvalidPathException e) {
                    throw new BadInputException("\"" + name + "\" is no path: " + e.getReason() + "; check it", e);
                }
            }
        }
        return null;
    }

    private Set<Scenario> chosen() {
        if (scenarios.isEmpty()) {
            return new LinkedHashSet<>(incidents ? Incidents.all() : Scenarios.all());
        }
        List<Scenario> known = Scenarios.all();
        Set<Scenario> chosen = new LinkedHashSet<>();
        for (String name : scenarios) {
            chosen.add(known.stream()
                    .filter(scenario -> scenario.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> bad("there is no scenario '" + name + "'; there are "
                            + known.stream().map(Scenario::name).collect(Collectors.joining(", ")))));
        }
        return chosen;
    }

    private void add(RaceRun run, Set<Scenario> chosen) {
        boolean every = variants.contains("all");
        Set<Variant> known = RaceListing.variants(Scenarios.all());
        for (String name : variants) {
            if (!name.equals("all")
                    && known.stream().noneMatch(variant -> variant.name().equals(name))) {
                throw bad("there is no variant '" + name + "'; there are "
                        + known.stream().map(Variant::name).collect(Collectors.joining(", ")));
            }
        }
        for (Variant variant : known) {
            if (every || variants.contains(variant.name())) {
                chosen.stream()
                        .filter(scenario -> scenario.variants().contains(variant))
                        .forEach(scenario -> run.add(scenario, variant));
            }
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    // ---- what came of it -------------------------------------------------------------------------------------------

    private void makeDirectory() throws BadInputException {
        Path directory = save;
        if (directory == null) {
            return;
        }
        try {
            Files.createDirectories(directory);
            Path probe = Files.createTempFile(directory, ".race", ".tmp");
            Files.delete(probe);
        } catch (IOException e) {
            throw new BadInputException(
                    "--save " + directory + " can't be written: " + e + "; name a directory you may write to", e);
        }
    }

    /** Where the page finds the schedules' files, if both are written. */
    private @Nullable String files() {
        Path page = report.out;
        Path directory = save;
        if (page == null || directory == null) {
            return null;
        }
        Path besidePage = page.toAbsolutePath().resolveSibling(".").normalize();
        return besidePage.relativize(directory.toAbsolutePath().normalize()).toString();
    }

    private void write(RaceReport result, ReportOptions.Sink sink, @Nullable TracksFile tracks)
            throws BadInputException {
        TracksFile.write(tracks, out -> RaceTracks.write(result, out));
        boolean every = all || incidents || !scenarios.isEmpty();
        sink.write(
                colour -> RaceText.of(result, every, colour, !noTimes),
                result,
                () -> RaceHtml.of(result, every, files(), Provenance.here(WrittenCommand.of(spec))));
        Path directory = save;
        if (directory == null) {
            return;
        }
        makeDirectory();
        try {
            for (RaceReport.Result one : result.results()) {
                for (RaceReport.Failure failure : one.failures()) {
                    WholeFile.write(
                            directory.resolve(Replay.fileName(one, failure)),
                            Replay.of(one, failure).json());
                }
            }
        } catch (IOException e) {
            throw new BadInputException("--save " + directory + " can't be written: " + e, e);
        }
    }
}
