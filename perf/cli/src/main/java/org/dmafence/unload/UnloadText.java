package org.dmafence.unload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmafence.departure.Certificate;
import org.dmafence.departure.Departure;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;

/** Prints a summary of unloading for a person. */
public final class UnloadText {
    private static final int MAX_PINS = 8;

    private final UnloadReport report;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private UnloadText(UnloadReport report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    /** The report as text, in colours or not. */
    public static String of(UnloadReport report, boolean colour) {
        return new UnloadText(report, colour).print();
    }

    private String print() {
        verdict(report).forEach(this::paragraph);
        out.append('\n').append(TextTable.fitted(colour, facts(report)));
        out.append('\n').append(TextTable.fitted(colour, steps(report)));
        return out.toString();
    }

    /** What came of it, in sentences. */
    static List<Cell> verdict(UnloadReport report) {
        List<Cell> verdict = new ArrayList<>();
        String left = Units.count(report.left()) + " of " + Units.count(report.cycles(), "time");
        String fences = Units.count(report.fences().perCycle(), "fence");
        if (report.sound()) {
            verdict.add(sentence(
                    report.plan().force() && report.first().entombed() > 0 ? Style.NOTE : Style.GOOD,
                    report.driver() + (report.plan().force() ? ", by force," : "") + " left " + left
                            + ": its class loader was collected while its " + fences + " lived on."));
        } else if (report.left() == report.cycles() && report.isProof()) {
            verdict.add(sentence(
                    Style.BAD,
                    report.driver() + " left " + left + ", but "
                            + (report.reported() > 0
                                    ? "broke rules: " + Units.count(report.reported(), "report") + ", see the log."
                                    : "no tombstone recorded a late call, so it may have run the driver's code.")));
        } else if (report.left() == report.cycles()) {
            verdict.add(sentence(
                    Style.BAD,
                    report.driver() + " left " + left + ", but that proves little: of "
                            + Units.count(report.fences().perCycle() * report.cycles(), "fence")
                            + " asked for, " + Units.count(report.fences().kept()) + " lived on and "
                            + Units.count(report.fences().signaled()) + " of these signaled."));
        } else {
            verdict.add(sentence(
                    Style.BAD,
                    report.driver() + " left " + left
                            + (report.first().refused()
                                    ? " (-EBUSY): "
                                    : ", " + report.first().blemish() + ": ")
                            + report.first().pinnedBy() + "."));
            if (report.first().refused()) {
                verdict.add(sentence(
                        Style.PLAIN, "--force cuts it off: its fences get tombstones that record late calls."));
            }
        }
        if (report.interrupted()) {
            verdict.add(sentence(
                    Style.NOTE,
                    "Ended early, after " + Units.count(report.cycles()) + " of "
                            + Units.count(report.plan().cycles(), "cycle") + "."));
        }
        return verdict;
    }

    private static Cell sentence(Style style, String text) {
        return new Cell(text, style);
    }

    private void paragraph(Cell text) {
        TextTable.wrap(TextTable.clean(text.text()), TextTable.width())
                .forEach(line -> out.append(text.style().apply(line, colour)).append('\n'));
    }

    /** Names and what is to be said of each. */
    static List<List<Cell>> facts(UnloadReport report) {
        List<List<Cell>> rows = new ArrayList<>();
        fact(rows, "driver", report.driver() + " " + report.version() + ", table " + report.issuer());
        fact(rows, "ops", report.ops().isEmpty() ? "-" : String.join(", ", report.ops()));
        UnloadReport.KeptFences fences = report.fences();
        fact(
                rows,
                "fences kept",
                Units.count(fences.perCycle()) + " per cycle; in all " + Units.count(fences.signaled()) + " signaled, "
                        + Units.count(fences.failed()) + " of them with an error; "
                        + Units.count(fences.independent()) + " independent");
        fact(
                rows,
                "a fence's names",
                fences.names().driver() + ", " + fences.names().timeline());
        Certificate last = report.last();
        fact(
                rows,
                "certificate",
                Units.count(last.fencesCreated()) + " fences made, " + Units.count(last.detached()) + " detached, "
                        + Units.count(last.signaledByPolicy()) + " ended by policy, " + Units.count(last.keptOps())
                        + " kept ops or a lock, " + Units.count(last.left()) + " left");
        for (Certificate.Held pin :
                report.pins().subList(0, Math.min(MAX_PINS, report.pins().size()))) {
            fact(rows, "pinned by", pin.sentence() + site(pin));
        }
        Certificate after = report.afterRelease();
        if (after != null) {
            fact(
                    rows,
                    "fences let go",
                    after.collected()
                            ? "then it left: collected in " + Units.time(after.durationNs())
                            : "it is still there: " + after.pinnedBy());
        }
        if (!report.lateCalls().isEmpty()) {
            fact(rows, "a late call", Departure.LateCall.summary(report.lateCalls()));
        }
        fact(rows, "loaded classes", series(report.cycles(), report.classes(), false));
        fact(rows, "Metaspace", series(report.cycles(), report.metaspaceBytes(), true));
        if (report.reported() > 0) {
            fact(rows, "reported", Units.count(report.reported(), "broken rule"));
        }
        return rows;
    }

    private static void fact(List<List<Cell>> rows, String label, String value) {
        rows.add(List.of(new Cell(label, Style.FAINT), Cell.of(value)));
    }

    private static String site(Certificate.Held pin) {
        return pin.site() == null ? "" : ", made at " + pin.site();
    }

    private static String series(int cycles, UnloadReport.Series series, boolean bytes) {
        String first = bytes ? Units.bytes(series.first()) : Units.count(series.first());
        String last = bytes ? Units.bytes(series.last()) : Units.count(series.last());
        if (cycles < 2) {
            return first;
        }
        String slope = bytes
                ? String.format(Locale.ROOT, "%+,.1f kB", series.slopePerCycle() / 1e3)
                : String.format(Locale.ROOT, "%+,.2f", series.slopePerCycle());
        return first + " after the first cycle, " + last + " after the last, " + slope + " per cycle";
    }

    /** A row for each step of the unloading, below a row of titles. */
    static List<List<Cell>> steps(UnloadReport report) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(List.of(
                new Cell("step", Style.BOLD),
                new Cell("times", Style.BOLD),
                new Cell("middle", Style.BOLD),
                new Cell("longest", Style.BOLD)));
        for (UnloadReport.StepTimes step : report.steps()) {
            rows.add(List.of(
                    Cell.of(step.name()),
                    Cell.of(Units.count(step.count())),
                    Cell.of(Units.time(step.p50Ns())),
                    Cell.of(Units.time(step.maxNs()))));
        }
        return rows;
    }
}
