package org.dmafence.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.dmafence.fuzz.FuzzPlan;
import org.dmafence.fuzz.FuzzReport;
import org.dmafence.fuzz.FuzzRun;
import org.dmafence.fuzz.FuzzText;
import org.dmafence.fuzz.Program;
import org.dmafence.fuzz.Subject;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Gives everything that reads a user's file hostile ones. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Gives everything that reads a file of a user hostile ones, made of good ones by changes of their structure and of"
                    + " their bytes, and says whether it ever ended otherwise than with exit code 0, 1 or 2 and one line that"
                    + " names the file: whether it threw, hung, took memory without bound, or left something behind.",
            "Most inputs are read in this process, by the part of a command that opens the file. Some are also read by the"
                    + " whole program in a process of its own with a small heap.",
        },
        footer = {
            "",
            "A reader that accepts next to none of its inputs is a finding too: then nothing behind its first check was tested.",
            "Exit codes: 0 no finding; 1 findings; 2 bad input; 130 interrupted.",
            "",
            "Examples:",
            "  dmafence fuzz                                     100,000 inputs, about a minute or two",
            "  dmafence fuzz --inputs 1000000 --duration 15m     as long as that takes, fifteen minutes at most",
            "  dmafence fuzz trace jar --seed 7                  two readers, other inputs than with seed 1",
            "  dmafence fuzz trace --seed 7 --input 42           one input again, which --save keeps if it is a finding",
        })
final class FuzzCommand implements Callable<Integer> {
    private static final String HEAP = "-Xmx96m";

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @ParentCommand
    private DmafenceCommand root;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "READER", description = "Only these; see --list.")
    private List<String> readers = new ArrayList<>();

    @Option(
            names = "--inputs",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many for all readers together; default: ${DEFAULT-VALUE}.")
    private long inputs;

    @Mixin
    private SeedOption chance = new SeedOption();

    @Option(names = "--input", paramLabel = "N", description = "Only the input of this number, of each reader.")
    private @Nullable Long only;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = ProfileCommand.DurationConverter.class,
            description = "End after so long at the latest, such as 15m.")
    private @Nullable Long durationNs;

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "20000",
            description =
                    "Each N-th input of a reader is also read by a process of its own with a heap of 96 MiB; 0 for none;"
                            + " default: ${DEFAULT-VALUE}.")
    private int processes;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            defaultValue = "fuzz-findings",
            description = "Keep the inputs of findings there, made smaller; default: ${DEFAULT-VALUE}.")
    private Path save = Path.of("fuzz-findings");

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Option(names = "--list", description = "List the readers.")
    private boolean list;

    @Override
    public Integer call() throws Exception {
        List<Subject> all = new FuzzSubjects(root.drivers).all();
        check(all);
        FuzzPlan plan = new FuzzPlan(chance.seed, inputs, only, save, processes);
        try (ReportOptions.Sink sink = report.open(spec, false);
                StopRequest stop = new StopRequest();
                Progress progress = new Progress()) {
            if (list) {
                sink.write(FuzzRun.list(all));
                return 0;
            }
            FuzzReport result = run(FuzzRun.select(all, readers), plan, stop, progress);
            progress.clear();
            sink.write(colour -> StopRequest.text(result.interrupted(), FuzzText.of(result, colour)), result);
            return StopRequest.code(stop.getAsBoolean(), result.sound());
        }
    }

    private void check(List<Subject> all) {
        for (String name : readers) {
            if (all.stream().noneMatch(subject -> subject.name().equals(name))) {
                throw bad("there is no reader \"" + name + "\"; there are "
                        + String.join(", ", all.stream().map(Subject::name).toList()));
            }
        }
        if (inputs < 1) {
            throw bad("--inputs " + inputs + "; use 1 or more");
        }
        if (processes < 0) {
            throw bad("--processes " + processes + "; use 0 or more");
        }
        if (durationNs != null && durationNs == 0) {
            throw bad("--duration 0s reads nothing; use a longer time, such as 15m");
        }
        if (only != null && only < 0) {
            throw bad("--input " + only + "; use 0 or more");
        }
    }

    private ParameterException bad(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private FuzzReport run(List<Subject> subjects, FuzzPlan plan, StopRequest stop, Progress progress)
            throws InterruptedException {
        String shown = System.clearProperty("dmafence.progress"); // the commands in this process show none of theirs
        try {
            return new FuzzRun(subjects, plan, program()).run(line -> progress.show(() -> line), within(stop));
        } finally {
            if (shown != null) {
                System.setProperty("dmafence.progress", shown);
            }
        }
    }

    private BooleanSupplier within(StopRequest stop) {
        Long mostNs = durationNs;
        if (mostNs == null) {
            return stop;
        }
        long beganNs = System.nanoTime();
        return () -> stop.getAsBoolean() || System.nanoTime() - beganNs >= mostNs;
    }

    /** The jar that this was started from; none where it runs from classes. */
    private @Nullable Program program() {
        Path jar = root.drivers.resolveSibling("dmafence.jar");
        if (!Files.isRegularFile(jar)) {
            return null;
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new Program(List.of(java, HEAP, "-jar", jar.toAbsolutePath().toString()));
    }
}
