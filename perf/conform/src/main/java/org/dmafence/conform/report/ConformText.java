package org.dmafence.conform.report;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.conform.report.ConformReport.Broken;
import org.dmafence.conform.report.ConformReport.Deviation;
import org.dmafence.conform.report.ConformReport.Finding;
import org.dmafence.conform.report.ConformReport.Kind;
import org.dmafence.conform.report.ConformReport.Policy;
import org.dmafence.conform.report.ConformReport.Row;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;

/** Prints how we compared with kernels for a person. */
public final class ConformText {
    /** How many cases that differ are listed side by side; of the others the name must do. */
    private static final int MAX_LISTINGS = 3;

    private final ConformReport report;
    private final boolean colour;
    private final int half = (TextTable.width() - 3) / 2;
    private final StringBuilder out = new StringBuilder();

    private ConformText(ConformReport report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    /** The report as text, in colours or not. */
    public static String of(ConformReport report, boolean colour) {
        return new ConformText(report, colour).print();
    }

    private String print() {
        verdict(report).forEach(sentence -> wrapped(sentence.style(), "", sentence.text()));
        out.append('\n').append(TextTable.fitted(colour, kinds(report)));
        if (!report.policies().isEmpty()) {
            heading("SCHEDULER BY POLICY");
            out.append(TextTable.fitted(colour, policies(report)));
        }
        if (!report.deviations().isEmpty()) {
            heading("LISTED DEVIATIONS");
            out.append(TextTable.fitted(colour, deviations(report)));
        }
        broken();
        for (int i = 0; i < report.findings().size(); i++) {
            finding(report.findings().get(i), i < MAX_LISTINGS);
        }
        return out.toString();
    }

    /** What came of it, in sentences. */
    static List<Cell> verdict(ConformReport report) {
        List<Cell> verdict = new ArrayList<>();
        long cases = report.kinds().stream().mapToLong(Kind::cases).sum();
        long differing = report.findings().size();
        String of = " of " + String.join(" and ", report.sources());
        String level = "At level " + report.level() + ", ";
        if (differing > 0) {
            verdict.add(new Cell(
                    level + Units.count(differing) + " of " + Units.count(cases, "case") + of
                            + " differ by something that is not listed.",
                    Style.BAD));
        } else if (cases > 0) {
            long identical = report.kinds().stream().mapToLong(Kind::identical).sum();
            verdict.add(new Cell(
                    level + Units.count(cases, "case") + of + ": " + Units.count(identical)
                            + " identical, the others differ by listed deviations only.",
                    report.sound() ? Style.GOOD : Style.BAD));
        }
        if (!report.broken().isEmpty()) {
            verdict.add(
                    new Cell(Units.count(report.broken().size(), "case") + " could not be run: see below.", Style.BAD));
        }
        if (!report.incomparable().isEmpty()) {
            verdict.add(new Cell(
                    "Nothing was compared of " + String.join(", ", report.incomparable())
                            + ": no case there could be run, and had been run in its kernel.",
                    Style.BAD));
        }
        return verdict;
    }

    private void broken() {
        if (report.broken().isEmpty()) {
            return;
        }
        heading("CASES THAT MAKE NO SENSE");
        for (Broken broken : report.broken()) {
            line(Style.BAD, broken.id() + " (" + broken.kernel() + ")");
            wrapped(Style.FAINT, "  ", broken.why());
        }
    }

    private void wrapped(Style style, String indent, String text) {
        for (String part : TextTable.wrap(text, TextTable.width() - indent.length())) {
            line(style, indent + part);
        }
    }

    /** Ids, kinds and ops are what a file says. */
    private void line(Style style, String text) {
        out.append(style.apply(TextTable.clean(text), colour)).append('\n');
    }

    private void heading(String text) {
        out.append('\n');
        line(Style.BOLD, text);
    }

    static List<List<Cell>> kinds(ConformReport report) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(cells(
                Style.FAINT,
                "kernel",
                "kind",
                "cases",
                "identical",
                "deviating",
                "differing",
                "not in kernel",
                "broken"));
        for (Kind kind : report.kinds()) {
            rows.add(List.of(
                    Cell.of(kind.kernel()),
                    Cell.of(kind.kind()),
                    Cell.of(Units.count(kind.cases())),
                    Cell.of(Units.count(kind.identical())),
                    Cell.of(Units.count(kind.deviating())),
                    new Cell(Units.count(kind.differing()), kind.differing() == 0 ? Style.PLAIN : Style.BAD),
                    Cell.of(Units.count(kind.notInKernel())),
                    new Cell(Units.count(kind.broken()), kind.broken() == 0 ? Style.PLAIN : Style.BAD)));
        }
        return rows;
    }

    static List<List<Cell>> policies(ConformReport report) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(cells(Style.FAINT, "kernel", "policy", "cases", "identical", "deviating", "differing"));
        for (Policy policy : report.policies()) {
            rows.add(List.of(
                    Cell.of(policy.kernel()),
                    Cell.of(policy.policy()),
                    Cell.of(Units.count(policy.cases())),
                    Cell.of(Units.count(policy.identical())),
                    Cell.of(Units.count(policy.deviating())),
                    new Cell(Units.count(policy.differing()), policy.differing() == 0 ? Style.PLAIN : Style.BAD)));
        }
        return rows;
    }

    static List<List<Cell>> deviations(ConformReport report) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(cells(Style.FAINT, "kernel", "cases", "cause", "reason"));
        for (Deviation deviation : report.deviations()) {
            rows.add(List.of(
                    Cell.of(deviation.kernel()),
                    Cell.of(Units.count(deviation.cases())),
                    Cell.of(deviation.name()),
                    Cell.of(deviation.reason())));
        }
        return rows;
    }

    private static List<Cell> cells(Style style, String... texts) {
        List<Cell> cells = new ArrayList<>();
        for (String text : texts) {
            cells.add(new Cell(text, style));
        }
        return cells;
    }

    private void finding(Finding finding, boolean listed) {
        out.append('\n');
        line(Style.BAD, finding.id() + " (" + finding.kernel() + "), op " + finding.index() + ": " + finding.what());
        line(Style.FAINT, "  " + finding.op());
        if (!listed) {
            line(Style.FAINT, "  dmafence conform --case " + finding.id() + " " + finding.file() + "  lists it");
            return;
        }
        row(new Row("kernel", "ours", false), Style.FAINT);
        for (Row row : finding.listing()) {
            row(row, row.differs() ? Style.BAD : Style.PLAIN);
        }
    }

    private void row(Row row, Style style) {
        List<String> left = TextTable.wrap(row.kernel(), half);
        List<String> right = TextTable.wrap(row.ours(), half);
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            String first = i < left.size() ? left.get(i) : "";
            String second = i < right.size() ? right.get(i) : "";
            String gap = row.differs() ? " | " : "   ";
            line(style, (first + " ".repeat(half - first.length()) + gap + second).stripTrailing());
        }
    }
}
