package org.dmafence.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.dmafence.compare.ShimReport.NamePair;
import org.dmafence.departure.Certificate;
import org.dmafence.departure.Departure;
import org.dmafence.report.Percentiles;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison says, in sentences and in rows of cells, for a terminal and for a page alike. Used by one thread.
 */
final class CompareRows {
    private static final int SIDE_BY_SIDE = 4;
    private static final String POLICY =
            ". The traced kernel may have had priorities, or another policy; a trace does not tell.";

    private final CompareReport report;

    CompareRows(CompareReport report) {
        this.report = report;
    }

    /** A table whose first column has labels, with a column for each shim. */
    record Section(String heading, List<List<Cell>> rows) {}

    /** Whether there are so few shims that their columns fit beside each other on a terminal. */
    boolean areFew() {
        return report.shims().size() <= SIDE_BY_SIDE;
    }

    // ---- what happened --------------------------------------------------------------------------------------------

    /** What became of the shims, a sentence for each if they are few. */
    List<Cell> headline() {
        if (report.shims().isEmpty()) {
            return List.of(new Cell("Nothing was replayed.", Style.BAD));
        }
        if (areFew()) {
            return report.shims().stream().map(this::sentence).toList();
        }
        Map<String, Boolean> left = new LinkedHashMap<>();
        report.shims().forEach(shim -> left.merge(shim.shim(), shim.unload().clean(), Boolean::logicalAnd));
        return List.of(new Cell(
                Units.count(left.values().stream().filter(clean -> clean).count()) + " of "
                        + Units.count(left.size(), "shim")
                        + " left while their fences live on; the others are pinned by theirs.",
                Style.BOLD));
    }

    private Cell sentence(ShimReport shim) {
        Departure unload = shim.unload();
        boolean good = unload.clean();
        long living = unload.livingFences();
        String sentence = good
                ? "left: its class loader was collected in "
                        + Units.time(unload.certificate().durationNs())
                        + (living == 0
                                ? ", but it had no fences that could have kept it."
                                : " while " + Units.count(living) + " of its fences " + (living == 1 ? "lives" : "live")
                                        + " on.")
                : "is " + unload.certificate().blemish() + (unload.certificate().refused() ? " (-EBUSY)" : "") + ": "
                        + unload.certificate().pinnedBy() + ".";
        return new Cell(label(shim) + " " + sentence, good && living > 0 ? Style.GOOD : Style.NOTE);
    }

    private boolean severalPolicies() {
        return report.shims().stream().map(ShimReport::policy).distinct().count() > 1;
    }

    /** The shim, with its policy if there are several. */
    private String label(ShimReport shim) {
        return severalPolicies() ? shim.shim() + " " + shim.policy() : shim.shim();
    }

    /** A row for each trace, below a row of titles. */
    List<List<Cell>> traces() {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(header("trace", "kernel", "lines", "rings", "entities", "jobs", "replayed", "to note"));
        for (TraceInput trace : report.input().traces()) {
            rows.add(List.of(
                    Cell.of(trace.file()),
                    Cell.of(dialects(trace)),
                    Cell.of(Units.count(trace.lines().total())),
                    Cell.of(Units.count(trace.rings().size())),
                    Cell.of(Units.count(trace.entities())),
                    Cell.of(Units.count(trace.jobs().submitted())),
                    Cell.of(Units.count(trace.fates().replayed())),
                    new Cell(notes(trace), Style.NOTE)));
        }
        return rows;
    }

    private static String dialects(TraceInput trace) {
        return String.join(
                ", ",
                trace.dialects().stream()
                        .map(dialect -> switch (dialect) {
                            case "BEFORE_6_17" -> "before 6.17";
                            case "SINCE_6_17" -> "6.17 or later";
                            case "DRIVER" -> "a driver's events";
                            default -> "fences only";
                        })
                        .toList());
    }

    private static String notes(TraceInput trace) {
        List<String> notes = new ArrayList<>();
        trace.warnings()
                .forEach((kind, warning) -> notes.add(Units.count(warning.count()) + " "
                        + org.dmafence.ftrace.TraceWarning.valueOf(kind).meaning(warning.count())));
        return notes.isEmpty() ? "-" : String.join("; ", notes);
    }

    private static List<Cell> header(String... names) {
        List<Cell> cells = new ArrayList<>();
        for (String name : names) {
            cells.add(new Cell(name, Style.BOLD));
        }
        return cells;
    }

    // ---- side by side ---------------------------------------------------------------------------------------------

    /** The shims' names, above the columns of {@link #sections}. */
    List<Cell> titles() {
        return line("", shim -> new Cell(label(shim), Style.BOLD));
    }

    /** Everything about each shim, side by side. */
    List<Section> sections() {
        List<List<Cell>> ops = new ArrayList<>();
        ops.add(line("ops", shim -> Cell.of(shim.ops().isEmpty() ? "-" : String.join(", ", shim.ops()))));
        ops.add(line("lock", shim -> Cell.of(lock(shim))));
        ops.add(line("detached at signal", shim -> Cell.of(shim.detaches(), yesNo(shim.detaches()))));
        ops.add(line("independent", shim -> Cell.of(shim.independent(), yesNo(shim.independent()))));
        if (report.shims().stream().anyMatch(shim -> !shim.independent())) {
            ops.add(line("  why not", shim -> Cell.of(shim.independent() ? "" : shim.reason())));
        }
        List<List<Cell>> unload = new ArrayList<>();
        unload.add(line("rmmod", shim -> attempt(shim.unload().certificate())));
        if (report.shims().stream().anyMatch(shim -> shim.unload().forced() != null)) {
            unload.add(line("rmmod --force", shim -> attempt(shim.unload().forced())));
            unload.add(line("a late call", CompareRows::lateCalls));
        }
        return List.of(
                new Section("FENCE OPS", ops),
                new Section(
                        "NAMES (driver, timeline)",
                        List.of(
                                line(
                                        "while unsignaled",
                                        shim -> names(shim.names().unsignaled())),
                                line("signaled", shim -> names(shim.names().signaled())),
                                line("driver gone", shim -> names(shim.names().afterUnload())))),
                new Section("JOBS", jobs()),
                new Section(
                        "LATENCY (p50, p99 of how many)",
                        List.of(
                                line(
                                        "submit to run",
                                        shim -> latency(shim.latencyNs().submitToRun())),
                                line(
                                        "run to signal",
                                        shim -> latency(shim.latencyNs().runToSignal())),
                                line(
                                        "done to signal",
                                        shim -> latency(shim.latencyNs().doneToSignal())),
                                line(
                                        "signal to callback",
                                        shim -> latency(shim.latencyNs().signalToCallback())),
                                line(
                                        "signal to wake",
                                        shim -> latency(shim.latencyNs().signalToWake())))),
                new Section("UNLOAD", unload));
    }

    private List<List<Cell>> jobs() {
        return List.of(
                line(
                        "submitted, run",
                        shim -> pair(shim.jobs().submitted(), shim.jobs().run())),
                line(
                        "finished, failed",
                        shim -> pair(shim.jobs().finished(), shim.jobs().failed())),
                line(
                        "fences made, left",
                        shim -> pair(shim.fences().created(), shim.fences().left())),
                line("conserved", shim -> judged(shim, shim.conserved())),
                line("order of runs", CompareRows::runOrder),
                line("reported", shim -> Cell.of(Units.count(shim.reported()))));
    }

    private List<Cell> line(String label, Function<ShimReport, Cell> cell) {
        List<Cell> cells = new ArrayList<>();
        cells.add(new Cell(label, Style.FAINT));
        report.shims().forEach(shim -> cells.add(cell.apply(shim)));
        return cells;
    }

    /** Of nothing, nothing is good. */
    private static Cell judged(ShimReport shim, boolean good) {
        return good && shim.jobs().submitted() == 0
                ? new Cell("no job was replayed", Style.NOTE)
                : Cell.of(good, yesNo(good));
    }

    static String yesNo(boolean yes) {
        return yes ? "yes" : "no";
    }

    private static String lock(ShimReport shim) {
        return switch (shim.lock()) {
            case "INLINE" -> "in the fence";
            case "OWN" -> "beside the fence";
            default -> "in the driver's memory";
        };
    }

    private static Cell names(NamePair names) {
        return Cell.of(names.driver() + ", " + names.timeline());
    }

    private static Cell pair(long first, long second) {
        return Cell.of(Units.count(first) + ", " + Units.count(second));
    }

    private static Cell runOrder(ShimReport shim) {
        RunOrderReport order = shim.runOrder();
        if (order.fifoBreaks() > 0) {
            return new Cell("broken within an entity " + Units.count(order.fifoBreaks()) + " times", Style.BAD);
        }
        if (order.compared() == 0) {
            return new Cell("not compared: the trace has no run of these jobs", Style.NOTE);
        }
        return order.matches()
                ? new Cell("as in the trace (" + Units.count(order.compared()) + ")", Style.GOOD)
                : new Cell(
                        Units.count(order.outOfOrder()) + " of " + Units.count(order.compared()) + " differ",
                        Style.NOTE);
    }

    private static Cell latency(Percentiles times) {
        return Cell.of(
                times.count() == 0
                        ? "-"
                        : Units.time(times.p50()) + ", " + Percentiles.text(times.p99()) + " of "
                                + Units.count(times.count()));
    }

    private static Cell attempt(@Nullable Certificate attempt) {
        if (attempt == null) {
            return Cell.of("");
        }
        return attempt.refused()
                ? new Cell("-EBUSY", Style.NOTE)
                : Cell.of(
                        attempt.collected(),
                        attempt.collected() ? "collected, " + Units.time(attempt.durationNs()) : attempt.blemish());
    }

    private static Cell lateCalls(ShimReport shim) {
        return Cell.of(Departure.LateCall.summary(shim.unload().lateCalls()));
    }

    // ---- one below the other --------------------------------------------------------------------------------------

    /** What matters most about each shim, a row for each below a row of titles. */
    List<List<Cell>> overview() {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(header("shim", "detached", "independent", "jobs", "conserved", "to signal, p50", "rmmod"));
        for (ShimReport shim : report.shims()) {
            Percentiles doneToSignal = shim.latencyNs().doneToSignal();
            Certificate certificate = shim.unload().certificate();
            Cell attempt = attempt(certificate);
            rows.add(List.of(
                    new Cell(label(shim), Style.BOLD),
                    Cell.of(shim.detaches(), yesNo(shim.detaches())),
                    Cell.of(shim.independent(), yesNo(shim.independent())),
                    Cell.of(Units.count(shim.jobs().submitted())),
                    judged(shim, shim.sound()),
                    Cell.of(median(doneToSignal)),
                    certificate.refused()
                            ? new Cell(attempt.text() + " for " + certificate.pinKinds(), attempt.style())
                            : attempt));
        }
        return rows;
    }

    private static String median(Percentiles times) {
        return times.count() == 0 ? "-" : Units.time(times.p50()) + " of " + Units.count(times.count());
    }

    // ---- what to look at ------------------------------------------------------------------------------------------

    /** What to look at. */
    List<Cell> findings() {
        List<Cell> findings = new ArrayList<>();
        report.uncompared().forEach(text -> findings.add(finding(Style.BAD, text)));
        for (ShimReport shim : report.shims()) {
            if (!shim.conserved()) {
                findings.add(finding(
                        Style.BAD,
                        label(shim) + ": not conserved: "
                                + Units.count(shim.jobs().submitted()) + " jobs submitted, "
                                + Units.count(
                                        shim.jobs().finished() + shim.jobs().failed()) + " ended; "
                                + Units.count(shim.fences().left()) + " fences never signaled"));
            }
            if (shim.jobs().spoiled() > 0) {
                findings.add(finding(
                        Style.BAD,
                        label(shim) + ": " + Units.count(shim.jobs().spoiled(), "job")
                                + " failed, though the trace completes "
                                + (shim.jobs().spoiled() == 1 ? "it" : "them")));
            }
            if (!shim.unload().gone()) {
                Certificate last = shim.unload().last();
                findings.add(finding(
                        Style.BAD, label(shim) + ": " + last.blemish() + " by " + last.pinnedBy() + ", force or not"));
            }
            if (!shim.unload().lateCallsAreSafe()) {
                findings.add(finding(
                        Style.BAD,
                        label(shim) + ": no tombstone recorded a late call, so it may have run the driver's code"));
            }
            if (shim.reported() > 0) {
                findings.add(finding(
                        Style.BAD,
                        label(shim) + ": " + Units.count(shim.reported(), "broken rule") + " reported, see the log"));
            }
        }
        for (TraceInput trace : report.input().traces()) {
            if (trace.fates().replayed() > 0) {
                remarks(trace).forEach(text -> findings.add(finding(Style.PLAIN, trace.file() + ": " + text)));
            }
        }
        Map<String, List<ShimReport>> differences = new LinkedHashMap<>();
        for (ShimReport shim : report.shims()) {
            for (ShimReport.TraceResult trace : shim.traces()) {
                String difference = trace.runOrder().firstDifference();
                if (difference != null) {
                    differences
                            .computeIfAbsent(trace.file() + ", " + difference, text -> new ArrayList<>())
                            .add(shim);
                }
            }
        }
        differences.forEach((text, shims) -> {
            boolean broken = shims.stream().anyMatch(shim -> shim.runOrder().fifoBreaks() > 0);
            String names = shims.stream().map(this::label).collect(Collectors.joining(", "));
            findings.add(finding(broken ? Style.BAD : Style.NOTE, names + ": " + text + (broken ? "" : POLICY)));
        });
        return findings;
    }

    /** What of a trace is replayed otherwise than it was, or not at all. */
    private static List<String> remarks(TraceInput trace) {
        JobFates fates = trace.fates();
        List<String> remarks = new ArrayList<>();
        if (fates.leftOut() > 0) {
            remarks.add(Units.count(fates.leftOut()) + " of "
                    + Units.count(trace.jobs().submitted(), "job") + (fates.leftOut() == 1 ? " is" : " are")
                    + " left out: " + fates.whyLeftOut() + ".");
        }
        if (fates.hung() + fates.lost() > 0) {
            remarks.add(Units.count(fates.hung() + fates.lost(), "job")
                    + " never end in it: they end with -ECANCELED here, when the driver is unloaded.");
        }
        if (fates.endedOtherwise() > 0) {
            remarks.add("the fences of " + Units.count(fates.endedOtherwise(), "job")
                    + " signaled though they did not run, as a killed client's do: they end with -ECANCELED here.");
        }
        if (trace.isOfI915()) {
            remarks.add("its jobs are requests, which i915 submits to its engines itself; here a scheduler does.");
        }
        return remarks;
    }

    // ---- captured and replayed ----------------------------------------------------------------------------------

    /**
     * A table for each trace, titles first: how long its jobs took in the capture, and here on each shim.
     *
     * @param most of that many shims all are shown, of more the two that differ most
     */
    List<Section> stages(int most) {
        List<Section> sections = new ArrayList<>();
        for (TraceInput trace : report.input().traces()) {
            List<Stages> replays = replays(trace.file());
            if (replays.isEmpty()) {
                continue;
            }
            List<List<Cell>> rows = new ArrayList<>();
            rows.add(header("stage", "", "p50", "p90", "p99", "max", "jobs"));
            rows.addAll(stage("queue to run", StageNs::queueToRun, trace.capturedNs(), replays, most));
            rows.addAll(stage("run to end", StageNs::runToEnd, trace.capturedNs(), replays, most));
            rows.addAll(stage("hardware", StageNs::hardware, trace.capturedNs(), replays, most));
            sections.add(new Section("How long jobs took, " + trace.file(), rows));
        }
        return sections;
    }

    /** What the figures of {@link #stages} are, and are not. */
    String stagesNote() {
        String end = report.input().speed().equals("max")
                ? " At --speed max no time passes between the capture's events, so jobs end as soon as they can here;"
                        + " --speed 1 gives them the time that they had."
                : "";
        return "Of jobs that ran and ended in the capture. hardware: from the later of a job's run and the end of the one"
                + " before it on its ring." + end;
    }

    private record Stages(String shim, StageNs times) {}

    private List<Stages> replays(String file) {
        List<Stages> replays = new ArrayList<>();
        for (ShimReport shim : report.shims()) {
            shim.traces().stream()
                    .filter(trace -> trace.file().equals(file))
                    .findFirst()
                    .ifPresent(trace -> replays.add(new Stages(label(shim), trace.replayedNs())));
        }
        return replays;
    }

    private static List<List<Cell>> stage(
            String name, Function<StageNs, Percentiles> stage, StageNs captured, List<Stages> replays, int most) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(times(new Cell(name, Style.FAINT), new Cell("captured", Style.BOLD), stage.apply(captured)));
        Comparator<Stages> byMedian =
                Comparator.comparingLong(replay -> stage.apply(replay.times()).p50());
        List<Stages> shown = replays.size() <= most
                ? replays
                : List.of(Collections.min(replays, byMedian), Collections.max(replays, byMedian));
        shown.forEach(replay -> rows.add(times(Cell.of(""), Cell.of(replay.shim()), stage.apply(replay.times()))));
        return rows;
    }

    private static List<Cell> times(Cell name, Cell whose, Percentiles times) {
        if (times.count() == 0) {
            return List.of(name, whose, Cell.of("-"), Cell.of("-"), Cell.of("-"), Cell.of("-"), Cell.of("0"));
        }
        return List.of(
                name,
                whose,
                Cell.of(Units.time(times.p50())),
                Cell.of(Percentiles.text(times.p90())),
                Cell.of(Percentiles.text(times.p99())),
                Cell.of(Units.time(times.max())),
                Cell.of(Units.count(times.count())));
    }

    private static Cell finding(Style style, String text) {
        return new Cell(text, style);
    }
}
