package org.dmafence.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dmafence.actors.Settings;
import org.dmafence.compare.CompareReport;
import org.dmafence.compare.CompareText;
import org.dmafence.compare.TraceInput;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.fuzz.JsonTree;
import org.dmafence.fuzz.Lines;
import org.dmafence.fuzz.Mixed;
import org.dmafence.fuzz.Mutator;
import org.dmafence.fuzz.Seeds;
import org.dmafence.fuzz.Subject;
import org.dmafence.fuzz.format.CaptureSeeds;
import org.dmafence.fuzz.format.Packed;
import org.dmafence.fuzz.format.Recordings;
import org.dmafence.fuzz.format.TraceDats;
import org.dmafence.fuzz.format.WireTree;
import org.dmafence.profile.ProfileHtml;
import org.dmafence.profile.ProfileReport;
import org.dmafence.profile.ProfileText;
import org.dmafence.report.Reading;
import org.dmafence.report.TextTable;
import org.dmafence.report.page.Provenance;
import picocli.CommandLine;

/**
 * Everything in the program that reads what a user gives, as the fuzzer wants it. Where a whole command takes
 * milliseconds its part that opens the file stands for it, with the command's own mapping of failures to lines and exit
 * codes.
 */
final class FuzzSubjects {
    private static final long MIB = 1 << 20;
    private static final int LINES_OF_A_TRACE = 24;
    private static final int SECONDS = 30;

    /** What files are put before; without the libraries' own, which would be resolved each time. */
    private static final Config REFERENCE = ConfigFactory.defaultReference().withOnlyPath("dmafence");

    private static final List<String> REPORTS = List.of("text", "text", "json", "html");

    private static final String SHIM = "amdgpu-independent";

    /** A thread's own: a reader that hangs keeps its. */
    private final ThreadLocal<CommandLine> commands;

    /** The same, which only look at their arguments. */
    private final ThreadLocal<CommandLine> parsers;

    FuzzSubjects(Path drivers) {
        commands = ThreadLocal.withInitial(() -> Main.commandLine(drivers));
        parsers = ThreadLocal.withInitial(() -> Main.commandLine(drivers).setExecutionStrategy(result -> 0));
    }

    List<Subject> all() {
        return List.of(
                trace(),
                load(),
                traceDat(),
                perfetto(),
                recording(),
                packed(),
                inspect(),
                workload(),
                schedule(),
                scenarios(),
                baseline(),
                histograms(),
                jar(),
                settings(),
                options(),
                compare());
    }

    // ---- text -----------------------------------------------------------------------------------------------------

    private Subject trace() {
        return new Subject(
                "trace",
                "compare FILE: the reading of the capture, and what is printed about it",
                "input.txt",
                300,
                traces(),
                new Mixed(new Lines()),
                new Subject.Limits(64 * MIB, SECONDS, 100, true),
                reading(this::scan),
                file -> List.of("compare", file.toString(), "--shims", SHIM));
    }

    private Subject traceDat() {
        return binary("trace-dat", 200, CaptureSeeds.traceDats(), new TraceDats(), 256 * MIB, "trace.dat");
    }

    private Subject perfetto() {
        return binary("perfetto", 200, CaptureSeeds.perfettos(), new WireTree(), 256 * MIB, "a Perfetto trace");
    }

    /** The platform reads it, and makes room for what a length says. */
    private Subject recording() {
        return binary("jfr", 10, CaptureSeeds.recordings(), new Recordings(), 2048 * MIB, "a flight recording");
    }

    private Subject packed() {
        List<byte[]> texts = traces();
        return binary("packed", 100, CaptureSeeds.packed(texts.get(0)), everyForm(), 256 * MIB, "a packed capture");
    }

    private static Mutator everyForm() {
        List<byte[]> texts = traces();
        return new Packed(List.of(
                new Packed.Inside(texts, new Lines()),
                new Packed.Inside(texts, new Lines()),
                new Packed.Inside(CaptureSeeds.traceDats(), new TraceDats()),
                new Packed.Inside(CaptureSeeds.perfettos(), new WireTree())));
    }

    /** The whole command, in the form of report that the input happens to get. */
    private Subject inspect() {
        List<byte[]> seeds = new ArrayList<>(traces());
        seeds.addAll(CaptureSeeds.traceDats());
        seeds.addAll(CaptureSeeds.perfettos());
        return new Subject(
                "inspect",
                "inspect FILE: a capture in any form, in each form of report",
                "input.capture",
                100,
                seeds,
                everyForm(),
                new Subject.Limits(512 * MIB, SECONDS, 100, true),
                (file, out, err) -> {
                    String form = REPORTS.get(Math.floorMod(Arrays.hashCode(Files.readAllBytes(file)), REPORTS.size()));
                    return run(List.of("inspect", file.toString(), "--format", form), out, err);
                },
                file -> List.of("inspect", file.toString()));
    }

    private Subject binary(String name, int share, List<byte[]> seeds, Mutator mutator, long bytes, String what) {
        return new Subject(
                name,
                "compare FILE: the reading of " + what,
                "input.capture",
                share,
                seeds,
                mutator,
                new Subject.Limits(bytes, SECONDS, 100, true),
                reading(this::scan),
                file -> List.of("compare", file.toString(), "--shims", SHIM));
    }

    private int scan(Path file, PrintWriter out) throws Exception {
        try (Progress none = new Progress()) {
            List<TraceInput> found = new ArrayList<>();
            for (ShimRun.Trace trace : TraceCompare.scan(List.of(file.toString()), none)) {
                found.add(TraceInput.of(trace.scan()));
            }
            out.print(
                    CompareText.of(new CompareReport(new CompareReport.Input(found, "max"), false, List.of()), false));
            return 0;
        }
    }

    private Subject load() {
        List<byte[]> seeds = new ArrayList<>(traces());
        seeds.addAll(workloads());
        return new Subject(
                "load",
                "profile FILE: a capture or a workload",
                "input.txt",
                120,
                seeds,
                new Mixed(new Lines()),
                new Subject.Limits(64 * MIB, SECONDS, 100, true),
                reading((file, out) -> {
                    String description = new LoadSource(null, false, false, 1)
                            .load(file.toString())
                            .description();
                    TextTable.wrap(description, TextTable.width()).forEach(out::println);
                    return 0;
                }),
                file -> List.of("profile", file.toString(), "--warmup", "0s", "--duration", "50ms", "--shims", SHIM));
    }

    private Subject workload() {
        return new Subject(
                "workload",
                "compare FILE: the reading of a workload",
                "input.txt",
                150,
                workloads(),
                new Mixed(new Lines()),
                new Subject.Limits(64 * MIB, SECONDS, 100, true),
                reading((file, out) -> {
                    out.print(WorkloadSource.select(List.of(file.toString()), 1).size());
                    return 0;
                }),
                file -> List.of());
    }

    private Subject settings() {
        List<byte[]> seeds = List.of(
                ascii("dmafence.scheduler.max-unfinished-jobs = 10\ndmafence.driver.call-timeout = 10s\n"),
                ascii("dmafence { engine { threads = 2 }\n driver { issuer-death = EIO, track-sites = on } }\n"),
                ascii("dmafence.shutdown-drain-timeout = 5 seconds\nakka.loglevel = \"ERROR\"\n"),
                ascii("include \"application\"\ndmafence.scheduler.threads=1\na += 1\nb = [1, {c : 2}] [3]\n"));
        return new Subject(
                "settings",
                "a configuration, as -Dconfig.file=FILE",
                "input.conf",
                100,
                seeds,
                new Mixed(new Lines()),
                new Subject.Limits(
                        1024 * MIB, SECONDS, 100, false), // the library's resolving, which is nowhere near linear
                reading((file, out) -> {
                    Config settings = SettingsFile.read(file);
                    Config config = SubsystemHost.checked(
                            () -> settings.withFallback(REFERENCE).resolve());
                    out.print(
                            SubsystemHost.checked(() -> Settings.create(config)).maxUnfinishedJobs());
                    return 0;
                }),
                file -> List.of());
    }

    private Subject options() {
        List<byte[]> seeds = List.of(
                ascii("compare\ntrace.txt\n--shims\ni915,vgem\n--speed\n1.5\n--policy\nall\n--format\njson"),
                ascii("compare\nhog\n--seed\n7\n--trace-out\nx\n--trace-dialect\n6.12\n--out\ny"),
                ascii("profile\n--rate\n10k/s\n--duration\n10m\n--warmup\n0s\n--closed\nhog\n--baseline\nd"),
                ascii("unload\nmy.jar:x\n--fences\n10\n--unsignaled\n3\n--cycles\n2\n--issuer-death\nENOENT\n--force"),
                ascii("bench\n--quick\nrcu\nfence-*\n--scaling\n--save\np\n--strict\n--cc\ngcc"),
                ascii("race\npoll-vs-unload\n--variant\nv5\n--memory\nweak\n--search\nrandom\n--seed\n1\n--bound\n9"),
                ascii("conform\nd\n--case\ndma_fence/stub\n--level\n3"),
                ascii("fuzz\njar\n--inputs\n10\n--duration\n1m\n--color\nnever"),
                ascii("profile\n--fail-if\np99>5ms\n--fail-if\nrun-signal.max<=1us\n--tolerance\n1.5"),
                ascii("modinfo\na.jar"),
                ascii("help\nrace"));
        return new Subject(
                "options",
                "the command line, an argument per line; nothing is run",
                "input.args",
                100,
                seeds,
                new Mixed(new Lines()),
                new Subject.Limits(64 * MIB, SECONDS, 50, false),
                this::parse,
                file -> List.of());
    }

    private int parse(Path file, PrintWriter out, PrintWriter err) throws IOException {
        String[] arguments = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n", -1);
        return parsers.get().setOut(out).setErr(err).execute(arguments);
    }

    // ---- JSON -----------------------------------------------------------------------------------------------------

    private Subject schedule() {
        return command(
                "schedule",
                "race FILE",
                100,
                Seeds.schedules(),
                new Subject.Limits(64 * MIB, SECONDS, 20, true),
                file -> List.of("race", file.toString()));
    }

    private Subject scenarios() {
        return command(
                "scenarios",
                "conform FILE",
                100,
                Seeds.scenarios(),
                new Subject.Limits(256 * MIB, SECONDS, 100, true),
                file -> List.of("conform", file.toString(), "--level", "4"));
    }

    private Subject command(
            String name, String what, int share, List<byte[]> seeds, Subject.Limits limits, Subject.Command command) {
        return new Subject(
                name,
                what,
                "input.json",
                share,
                seeds,
                new Mixed(new JsonTree()),
                limits,
                (file, out, err) -> run(command.arguments(file), out, err),
                command);
    }

    private Subject baseline() {
        return new Subject(
                "baseline",
                "profile --baseline DIR: profile.json in it, and the report beside it",
                "profile.json",
                50,
                List.of(Seeds.profile()),
                new Mixed(new JsonTree()),
                new Subject.Limits(128 * MIB, SECONDS, 20, true),
                reading((file, out) -> besides(file, "profile.hlog", Seeds.histograms(), out)),
                file -> List.of());
    }

    private Subject histograms() {
        return new Subject(
                "histograms",
                "profile --baseline DIR: profile.hlog in it, and the report beside it",
                "profile.hlog",
                50,
                List.of(Seeds.histograms()),
                new Mixed(new Lines()),
                new Subject.Limits(256 * MIB, SECONDS, 20, true),
                reading((file, out) -> besides(file, "profile.json", Seeds.profile(), out)),
                file -> List.of());
    }

    /** Reads a directory of the file and a good one, and puts a report beside it; as a page now and then. */
    private static int besides(Path file, String other, byte[] good, PrintWriter out) throws Exception {
        Path partner = file.resolveSibling(other);
        Files.write(partner, good);
        try {
            var earlier = ProfileDirectory.read(Objects.requireNonNull(file.getParent()));
            ProfileReport report =
                    Reading.record(new String(Seeds.profile(), StandardCharsets.UTF_8), ProfileReport.class);
            out.print(ProfileText.of(report, earlier, false));
            if (Arrays.hashCode(Files.readAllBytes(file)) % 50 == 0) {
                String page = ProfileHtml.of(report, Map.of(), earlier, Provenance.here("dmafence fuzz"));
                out.print(page.length());
            }
            return 0;
        } finally {
            Files.delete(partner);
        }
    }

    // ---- others ---------------------------------------------------------------------------------------------------

    private Subject jar() {
        return new Subject(
                "jar",
                "modinfo FILE; a process of its own runs unload with it",
                "input.jar",
                20,
                Seeds.jars(),
                new Mixed(Seeds.jarEntries()),
                new Subject.Limits(1024 * MIB, SECONDS, 100, true),
                (file, out, err) -> run(List.of("modinfo", file.toString()), out, err),
                file -> List.of("unload", file.toString(), "--fences", "10", "--cycles", "1"));
    }

    private Subject compare() {
        return new Subject(
                "compare",
                "compare FILE, whole: what a capture says is replayed on a driver and printed",
                "input.txt",
                1,
                traces(),
                new Mixed(new Lines()),
                new Subject.Limits(256 * MIB, 2 * SECONDS, 100, true),
                (file, out, err) -> run(List.of("compare", file.toString(), "--shims", SHIM), out, err),
                file -> List.of("compare", file.toString(), "--shims", SHIM));
    }

    private int run(List<String> arguments, PrintWriter out, PrintWriter err) {
        CommandLine line = commands.get();
        line.setOut(out).setErr(err);
        return line.execute(arguments.toArray(String[]::new));
    }

    /** Reads a file and prints something of it. */
    private interface Read {
        int read(Path file, PrintWriter out) throws Exception;
    }

    /** As a command does: what it throws becomes a line and an exit code. */
    private Subject.Entry reading(Read part) {
        return (file, out, err) -> {
            Callable<Integer> body = () -> part.read(file, out);
            try {
                return body.call();
            } catch (Exception e) {
                CommandLine line = commands.get();
                line.setErr(err);
                return Failures.failed(e, line);
            }
        };
    }

    /** Pieces of those that come with the program, and every layout that there is. */
    private static List<byte[]> traces() {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(Seeds.layouts());
        seeds.add(Seeds.forms());
        for (String name : ShippedTraces.names()) {
            try (InputStream in = ShippedTraces.open(name)) {
                List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                int middle = lines.size() / 2;
                seeds.add(piece(lines, 0));
                if (middle > LINES_OF_A_TRACE) {
                    seeds.add(piece(lines, middle));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return seeds;
    }

    private static byte[] piece(List<String> lines, int from) {
        List<String> piece = lines.subList(from, Math.min(lines.size(), from + LINES_OF_A_TRACE));
        return (String.join("\n", piece) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> workloads() {
        List<byte[]> seeds = new ArrayList<>();
        for (String one : presets().split("(?m)^(?=workload )", -1)) {
            if (one.startsWith("workload")) {
                seeds.add(one.getBytes(StandardCharsets.UTF_8));
            }
        }
        return seeds;
    }

    private static String presets() {
        try (InputStream in = org.dmafence.workload.Presets.class.getResourceAsStream("presets.txt")) {
            if (in == null) {
                throw new IllegalStateException("presets.txt is missing in this program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
