package org.dmafence.compare;

import java.util.ArrayList;
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
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/** Prints a comparison for a person: what happened in a few sentences, then the shims side by side. */
public final class CompareText {
    private static final int LABEL = 20;
    private static final int SIDE_BY_SIDE = 4;
    private static final String POLICY =
            ". The traced kernel may have had priorities, or another policy; a trace does not tell.";

    private final CompareReport report;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private CompareText(CompareReport report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    /** The report as text, in colours or not. */
    public static String of(CompareReport report, boolean colour) {
        return new CompareText(report, colour).print();
    }

    private String print() {
        headline();
        traces();
        if (report.shims().size() <= SIDE_BY_SIDE) {
            columns();
        } else {
            rows();
        }
        out.append(TraceFairnessText.of(report.shims(), colour));
        findings();
        return out.toString();
    }

    // ---- what happened --------------------------------------------------------------------------------------------

    private void headline() {
        if (report.shims().size() <= SIDE_BY_SIDE) {
            report.shims().forEach(this::sentence);
        } else {
            Map<String, Boolean> left = new LinkedHashMap<>();
            report.shims().forEach(shim -> left.merge(shim.shim(), shim.unload().clean(), Boolean::logicalAnd));
            paragraph(
                    Style.BOLD,
                    Units.count(left.values().stream().filter(clean -> clean).count()) + " of "
                            + Units.count(left.size(), "shim")
                            + " left while their fences live on; the others are pinned by theirs.");
        }
        out.append('\n');
    }

    private void sentence(ShimReport shim) {
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
        paragraph(good && living > 0 ? Style.GOOD : Style.NOTE, label(shim) + " " + sentence);
    }

    private boolean severalPolicies() {
        return report.shims().stream().map(ShimReport::policy).distinct().count() > 1;
    }

    /** The shim, with its policy if there are several. */
    private String label(ShimReport shim) {
        return severalPolicies() ? shim.shim() + " " + shim.policy() : shim.shim();
    }

    private void paragraph(Style style, String text) {
        TextTable.wrap(TextTable.clean(text), TextTable.width())
                .forEach(line -> out.append(style.apply(line, colour)).append('\n'));
    }

    private void traces() {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(header("trace", "kernel", "lines", "rings", "entities", "jobs", "done", "to note"));
        for (TraceInput trace : report.input().traces()) {
            rows.add(List.of(
                    Cell.of(trace.file()),
                    Cell.of(dialects(trace)),
                    Cell.of(Units.count(trace.lines().total())),
                    Cell.of(Units.count(trace.rings().size())),
                    Cell.of(Units.count(trace.entities())),
                    Cell.of(Units.count(trace.jobs().submitted())),
                    Cell.of(Units.count(trace.jobs().done())),
                    new Cell(notes(trace), Style.NOTE)));
        }
        out.append(TextTable.fitted(colour, rows));
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

    private void columns() {
        TextTable table = TextTable.withLabels(colour, LABEL, report.shims().size());
        out.append('\n');
        line(table, "", shim -> new Cell(label(shim), Style.BOLD));
        table.heading("FENCE OPS");
        line(table, "ops", shim -> Cell.of(shim.ops().isEmpty() ? "-" : String.join(", ", shim.ops())));
        line(table, "lock", shim -> Cell.of(lock(shim)));
        line(table, "detached at signal", shim -> Cell.of(shim.detaches(), yesNo(shim.detaches())));
        line(table, "independent", shim -> Cell.of(shim.independent(), yesNo(shim.independent())));
        if (report.shims().stream().anyMatch(shim -> !shim.independent())) {
            line(table, "  why not", shim -> Cell.of(shim.independent() ? "" : shim.reason()));
        }
        table.heading("NAMES (driver, timeline)");
        line(table, "while unsignaled", shim -> names(shim.names().unsignaled()));
        line(table, "signaled", shim -> names(shim.names().signaled()));
        line(table, "driver gone", shim -> names(shim.names().afterUnload()));
        table.heading("JOBS");
        line(
                table,
                "submitted, run",
                shim -> Cell.of(pair(shim.jobs().submitted(), shim.jobs().run())));
        line(
                table,
                "finished, failed",
                shim -> Cell.of(pair(shim.jobs().finished(), shim.jobs().failed())));
        line(
                table,
                "fences made, left",
                shim -> Cell.of(pair(shim.fences().created(), shim.fences().left())));
        line(table, "conserved", shim -> Cell.of(shim.conserved(), yesNo(shim.conserved())));
        line(table, "order of runs", CompareText::runOrder);
        line(table, "reported", shim -> Cell.of(Units.count(shim.reported())));
        table.heading("LATENCY (p50, p99 of how many)");
        line(table, "submit to run", shim -> latency(shim.latencyNs().submitToRun()));
        line(table, "run to signal", shim -> latency(shim.latencyNs().runToSignal()));
        line(table, "done to signal", shim -> latency(shim.latencyNs().doneToSignal()));
        line(table, "signal to callback", shim -> latency(shim.latencyNs().signalToCallback()));
        line(table, "signal to wake", shim -> latency(shim.latencyNs().signalToWake()));
        table.heading("UNLOAD");
        line(table, "rmmod", shim -> attempt(shim.unload().certificate()));
        if (report.shims().stream().anyMatch(shim -> shim.unload().forced() != null)) {
            line(table, "rmmod --force", shim -> attempt(shim.unload().forced()));
            line(table, "a late call", CompareText::lateCalls);
        }
        out.append(table);
    }

    private void line(TextTable table, String label, Function<ShimReport, Cell> cell) {
        List<Cell> cells = new ArrayList<>();
        cells.add(new Cell(label, Style.FAINT));
        report.shims().forEach(shim -> cells.add(cell.apply(shim)));
        table.row(cells);
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

    private static String pair(long first, long second) {
        return Units.count(first) + ", " + Units.count(second);
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

    private void rows() {
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
                    Cell.of(shim.sound(), yesNo(shim.sound())),
                    Cell.of(median(doneToSignal)),
                    certificate.refused()
                            ? new Cell(attempt.text() + " for " + certificate.pinKinds(), attempt.style())
                            : attempt));
        }
        out.append('\n').append(TextTable.fitted(colour, rows));
    }

    private static String median(Percentiles times) {
        return times.count() == 0 ? "-" : Units.time(times.p50()) + " of " + Units.count(times.count());
    }

    // ---- what to look at ------------------------------------------------------------------------------------------

    private void findings() {
        report.uncompared().forEach(text -> finding(Style.BAD, text));
        for (ShimReport shim : report.shims()) {
            if (!shim.conserved()) {
                finding(
                        Style.BAD,
                        label(shim) + ": not conserved: "
                                + Units.count(shim.jobs().submitted()) + " jobs submitted, "
                                + Units.count(
                                        shim.jobs().finished() + shim.jobs().failed()) + " ended; "
                                + Units.count(shim.fences().left()) + " fences never signaled");
            }
            if (shim.jobs().spoiled() > 0) {
                finding(
                        Style.BAD,
                        label(shim) + ": " + Units.count(shim.jobs().spoiled(), "job")
                                + " failed, though the trace completes "
                                + (shim.jobs().spoiled() == 1 ? "it" : "them"));
            }
            if (!shim.unload().gone()) {
                Certificate last = shim.unload().last();
                finding(Style.BAD, label(shim) + ": " + last.blemish() + " by " + last.pinnedBy() + ", force or not");
            }
            if (!shim.unload().lateCallsAreSafe()) {
                finding(
                        Style.BAD,
                        label(shim) + ": no tombstone recorded a late call, so it may have run the driver's code");
            }
            if (shim.reported() > 0) {
                finding(
                        Style.BAD,
                        label(shim) + ": " + Units.count(shim.reported(), "broken rule") + " reported, see the log");
            }
        }
        long unfinished = report.input().traces().stream()
                .mapToLong(trace -> trace.jobs().submitted() - trace.jobs().done())
                .sum();
        if (unfinished > 0) {
            finding(
                    Style.PLAIN,
                    Units.count(unfinished, "job") + (unfinished == 1 ? " is" : " are")
                            + " never completed in the traces: such jobs end with -ECANCELED here, when a later one of their"
                            + " ring is completed or when the driver is unloaded.");
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
            finding(broken ? Style.BAD : Style.NOTE, names + ": " + text + (broken ? "" : POLICY));
        });
    }

    private void finding(Style style, String text) {
        out.append('\n');
        paragraph(style, text);
    }
}
