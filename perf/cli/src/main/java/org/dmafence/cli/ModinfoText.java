package org.dmafence.cli;

import java.nio.file.Path;
import java.util.List;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;

/** Drivers and their ops tables as a list. */
public final class ModinfoText {
    private ModinfoText() {}

    /** The list, in colours or not. */
    public static String of(ModinfoReport report, boolean colour) {
        TextTable table = new TextTable(colour, 20, 20, 44, 10);
        String jar = "";
        for (ModinfoReport.Driver driver : report.drivers()) {
            if (!driver.jar().equals(jar)) {
                jar = driver.jar();
                heading(table, jar);
            }
            String name = driver.name();
            for (ModinfoReport.Table issuer : driver.tables()) {
                table.row(List.of(
                        new Cell(name, Style.BOLD),
                        Cell.of(issuer.name()),
                        Cell.of(issuer.ops().isEmpty() ? "-" : String.join(", ", issuer.ops())),
                        Cell.of(issuer.independent(), verdict(issuer))));
                name = "";
            }
        }
        String legend =
                "A driver can leave while its fences live on if they drop its ops when they signal (neither wait nor"
                        + " release among them) and their lock does not lie in its memory.";
        return table + "\n" + String.join("\n", TextTable.wrap(legend, TextTable.width())) + "\n"
                + Style.FAINT.apply("Use a table with: dmafence compare --shims DRIVER/TABLE", colour) + "\n";
    }

    private static void heading(TextTable table, String jar) {
        table.heading(String.valueOf(Path.of(jar).getFileName()));
        table.row(List.of(
                new Cell("driver", Style.FAINT),
                new Cell("ops table", Style.FAINT),
                new Cell("optional ops", Style.FAINT),
                new Cell("can leave?", Style.FAINT)));
    }

    private static String verdict(ModinfoReport.Table issuer) {
        return issuer.independent() ? "yes" : issuer.detaches() ? "no: lock" : "no: ops";
    }
}
