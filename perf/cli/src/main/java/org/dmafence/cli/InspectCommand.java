package org.dmafence.cli;

import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.inspect.CaptureFacts;
import org.dmafence.inspect.FenceName;
import org.dmafence.inspect.InspectHtml;
import org.dmafence.inspect.InspectSelection;
import org.dmafence.inspect.InspectText;
import org.dmafence.inspect.Inspection;
import org.dmafence.inspect.Inspector;
import org.dmafence.inspect.Story;
import org.dmafence.inspect.TimelineCollector;
import org.dmafence.inspect.Watcher;
import org.dmafence.inspect.Watchers;
import org.dmafence.report.Json;
import org.dmafence.report.Units;
import org.dmafence.report.page.Provenance;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what captures hold, and where the time of their jobs and waits went. */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Says what a kernel's capture holds and lacks, where the time of its jobs and waits went, which job hangs and who is stuck"
                    + " behind it. Reads ftrace text, trace.dat, Perfetto, perf script, dmesg and flight recordings, packed or not.",
        },
        footer = {
            "",
            "Examples:",
            "  dmafence inspect trace.dat                      what is in it, the slowest jobs and waits",
            "  dmafence inspect trace.dat --job 4929:3731      where one job's time went",
            "  dmafence inspect trace.dat --ring gfx --between 630661.0 630661.5",
            "  dmafence inspect trace.zip --perfetto trace.pftrace    to look at it in Perfetto",
            "  ssh phone cat /sys/kernel/tracing/trace | dmafence inspect -",
        })
final class InspectCommand implements Callable<Integer> {
    private static final int NANO_DIGITS = 9;

    private static final BigDecimal LATEST = BigDecimal.valueOf(Long.MAX_VALUE, NANO_DIGITS);

    private static final int MAX_DIGITS = 100;

    private static final int SHOWN = 8;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "CAPTURE",
            arity = "1..*",
            description =
                    "A file of any kind that is named above; - for standard input; or a trace that comes with dmafence.")
    private List<String> inputs = new ArrayList<>();

    @Option(
            names = "--job",
            paramLabel = "CONTEXT:SEQNO",
            description = "The whole story of the job with that finished fence.")
    private @Nullable String job;

    @Option(
            names = "--fence",
            paramLabel = "CONTEXT:SEQNO",
            description = "The whole story of that fence, whoever's it is.")
    private @Nullable String fence;

    @Option(names = "--ring", paramLabel = "RING", description = "Only that ring, with or without its device.")
    private @Nullable String ring;

    @Option(
            names = "--client",
            paramLabel = "CLIENT",
            description = "Only that client: as a report calls it, or its number, name or thread.")
    private @Nullable String client;

    @Option(
            names = "--between",
            paramLabel = "TIME",
            arity = "2",
            description = "Only what happened between two times, in seconds as the capture has them.")
    private List<String> between = new ArrayList<>();

    @Option(
            names = "--baseline",
            paramLabel = "EARLIER",
            description = "Hold it against an earlier capture: which rings, clients and percentiles changed.")
    private @Nullable String baseline;

    @Mixin
    private ExportOptions exports = new ExportOptions();

    @Mixin
    private ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws Exception {
        Overwriting files = new Overwriting().writes("--out", report.out);
        inputs.forEach(input -> files.reads("the capture", input));
        files.reads("--baseline", baseline);
        exports.writes(files);
        files.refuse();
        if (inputs.size() > 1 && (exports.any() || report.format == ReportOptions.Format.HTML)) {
            throw new BadInputException("exports and pages are of one capture; name one, not " + inputs.size());
        }
        InspectSelection selection = selection();
        Inspection earlier = baseline == null ? null : earlier(baseline, selection);
        StringBuilder out = new StringBuilder();
        boolean sound = true;
        try (ReportOptions.Sink sink = report.open(spec, true)) {
            for (String input : inputs) {
                TimelineCollector timeline =
                        sink.format() == ReportOptions.Format.HTML ? new TimelineCollector() : null;
                Inspection result = inspect(input, selection, timeline);
                check(result, selection);
                result = earlier == null ? result : result.against(earlier);
                sound &= result.sound();
                switch (sink.format()) {
                    case TEXT -> out.append(out.isEmpty() ? "" : "\n").append(InspectText.of(result, sink.colour()));
                    case JSON -> out.append(Json.of(result));
                    case HTML ->
                        out.append(InspectHtml.of(
                                result, Objects.requireNonNull(timeline), Provenance.here(WrittenCommand.of(spec))));
                }
            }
            sink.write(out.toString());
        }
        return StopRequest.code(false, sound);
    }

    private static Inspection earlier(String input, InspectSelection selection)
            throws BadInputException, TraceFormatException {
        try (TraceReader reader = CaptureInput.open(input)) {
            return Inspector.read(reader, selection, new Watchers(List.of()));
        }
    }

    private Inspection inspect(String input, InspectSelection selection, @Nullable TimelineCollector timeline)
            throws BadInputException, TraceFormatException {
        try (TraceReader reader = CaptureInput.open(input);
                ExportOptions.Files files = exports.open()) {
            List<Watcher> watchers = new ArrayList<>(files.watchers());
            if (timeline != null) {
                watchers.add(timeline);
            }
            Inspection result = read(reader, selection, watchers, files);
            files.commit();
            if (files.leftOut() > 0) {
                Failures.say(
                        spec.commandLine(),
                        "the exports leave out " + Units.count(files.leftOut())
                                + " of the jobs and waits, which they have no track for; choose some with --ring, --client or --between");
            }
            return result;
        }
    }

    private static Inspection read(
            TraceReader reader, InspectSelection selection, List<Watcher> watchers, ExportOptions.Files files)
            throws BadInputException, TraceFormatException {
        try {
            return Inspector.read(reader, selection, new Watchers(watchers));
        } catch (UncheckedIOException e) {
            throw files.failure(e);
        }
    }

    /** Whether there is what was asked for. */
    private void check(Inspection result, InspectSelection selection) throws BadInputException {
        if (result.holdsNothing() && !selection.isEverything()) {
            throw new BadInputException(nothing(result.capture()));
        }
        Story story = result.story();
        if (story == null || (story.found() && (job == null || story.job() != null))) {
            return;
        }
        String option = job != null ? "--job " : "--fence ";
        String remedy = story.found()
                ? "it is no job's; use --fence " + story.fence()
                : "take one from the report of the whole capture";
        throw new BadInputException(option + story.fence() + ": "
                + result.capture().file() + " has no such " + (job != null ? "job" : "fence") + "; " + remedy);
    }

    private String nothing(CaptureFacts capture) {
        boolean isRing = ring == null
                || capture.rings().stream().anyMatch(name -> name.equals(ring) || name.endsWith("/" + ring));
        if (!isRing) {
            return "--ring " + ring + ": " + capture.file() + " has no such ring; " + named(capture.rings());
        }
        if (client != null && between.isEmpty()) {
            return "--client " + client + ": " + capture.file() + " has nothing of such a client"
                    + (ring == null ? "" : " on ring " + ring) + "; " + named(capture.clients());
        }
        return "--between " + between.get(0) + " " + between.get(1) + ": " + capture.file()
                + " has no job and no wait then" + (ring == null && client == null ? "" : " of what is asked for")
                + "; it lasts from " + seconds(capture.firstNs()) + " to " + seconds(capture.lastNs());
    }

    private static String named(List<String> names) {
        String more = names.size() > SHOWN ? " and more" : "";
        return names.isEmpty()
                ? "it has none"
                : "it has " + String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))) + more;
    }

    private static String seconds(long ns) {
        return BigDecimal.valueOf(ns, NANO_DIGITS).toPlainString();
    }

    private InspectSelection selection() throws BadInputException {
        if (job != null && fence != null) {
            throw new BadInputException("--job and --fence both ask for a story; use one of them");
        }
        FenceName named = job != null ? name("--job", job) : fence != null ? name("--fence", fence) : null;
        long from = between.isEmpty() ? Long.MIN_VALUE : nanos(between.get(0));
        long to = between.isEmpty() ? Long.MAX_VALUE : nanos(between.get(1));
        if (between.size() > 2) {
            throw new BadInputException("--between is given " + between.size() / 2 + " times; once is enough");
        }
        if (from > to) {
            throw new BadInputException("--between " + between.get(0) + " " + between.get(1)
                    + ": the second is before the first; swap them");
        }
        return new InspectSelection(named, ring, client, from, to);
    }

    private static FenceName name(String option, String text) throws BadInputException {
        FenceName name = FenceName.parse(text);
        if (name == null) {
            throw new BadInputException(option + " " + text + ": a fence is CONTEXT:SEQNO, such as 4929:3731");
        }
        return name;
    }

    private static long nanos(String seconds) throws BadInputException {
        BigDecimal time;
        try {
            time = new BigDecimal(seconds);
        } catch (NumberFormatException e) {
            throw notATime(seconds);
        }
        // A power of ten of any size is written in a few characters, and fills the memory when it is worked out.
        if (time.abs().compareTo(LATEST) > 0 || time.scale() > MAX_DIGITS) {
            throw notATime(seconds);
        }
        return time.movePointRight(NANO_DIGITS).longValue();
    }

    private static BadInputException notATime(String seconds) {
        return new BadInputException(
                "--between " + seconds + ": no capture has that time; use seconds, such as 630661.5");
    }
}
