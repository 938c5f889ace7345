package org.dmafence.compare;

import java.util.List;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;

/** Prints a comparison for a person: what happened in a few sentences, then the shims side by side. */
public final class CompareText {
    private static final int LABEL = 20;
    private static final int MOST_SHIMS = 4;

    private final CompareReport report;
    private final CompareRows rows;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private CompareText(CompareReport report, boolean colour) {
        this.report = report;
        this.colour = colour;
        rows = new CompareRows(report);
    }

    /** The report as text, in colours or not. */
    public static String of(CompareReport report, boolean colour) {
        return new CompareText(report, colour).print();
    }

    private String print() {
        rows.headline().forEach(this::paragraph);
        out.append('\n').append(TextTable.fitted(colour, rows.traces())).append('\n');
        if (!report.shims().isEmpty()) {
            sideBySide();
        }
        for (Cell finding : rows.findings()) {
            out.append('\n');
            paragraph(finding);
        }
        return out.toString();
    }

    private void sideBySide() {
        if (rows.areFew()) {
            columns();
        } else {
            out.append(TextTable.fitted(colour, rows.overview()));
        }
        for (CompareRows.Section stages : rows.stages(MOST_SHIMS)) {
            out.append('\n');
            paragraph(new Cell(stages.heading(), Style.BOLD));
            out.append(TextTable.fitted(colour, stages.rows()));
        }
        out.append('\n');
        paragraph(new Cell(rows.stagesNote(), Style.FAINT));
        out.append(TraceFairnessText.of(report.shims(), colour));
    }

    private void paragraph(Cell text) {
        TextTable.wrap(TextTable.clean(text.text()), TextTable.width())
                .forEach(line -> out.append(text.style().apply(line, colour)).append('\n'));
    }

    private void columns() {
        TextTable table = TextTable.withLabels(colour, LABEL, report.shims().size());
        table.row(rows.titles());
        for (CompareRows.Section section : rows.sections()) {
            table.heading(section.heading());
            for (List<Cell> row : section.rows()) {
                table.row(row);
            }
        }
        out.append(table);
    }
}
