package org.dmafence.cli;

import java.nio.file.Path;
import java.util.List;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.IssuerTable;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;

/** Drivers and their ops tables as a list. */
public final class ModinfoText {
    private final boolean colour;
    private final TextTable table;
    private Path jar = Path.of("");

    /** An empty list, in colours or not. */
    public ModinfoText(boolean colour) {
        this.colour = colour;
        table = new TextTable(colour, 20, 20, 44, 10);
    }

    /** Adds a driver; those of one jar come in a row. */
    public void add(Path from, DriverInfo info, List<IssuerTable> issuers) {
        if (!from.equals(jar)) {
            jar = from;
            table.heading(from.getFileName().toString());
            table.row(List.of(
                    new Cell("driver", Style.FAINT),
                    new Cell("ops table", Style.FAINT),
                    new Cell("optional ops", Style.FAINT),
                    new Cell("can leave?", Style.FAINT)));
        }
        String name = info.name();
        for (IssuerTable issuer : issuers) {
            table.row(List.of(
                    new Cell(name, Style.BOLD),
                    Cell.of(issuer.name()),
                    Cell.of(issuer.opsText()),
                    Cell.of(issuer.independent(), verdict(issuer))));
            name = "";
        }
    }

    private static String verdict(IssuerTable issuer) {
        return issuer.independent() ? "yes" : issuer.detaches() ? "no: lock" : "no: ops";
    }

    @Override
    public String toString() {
        String legend =
                "A driver can leave while its fences live on if they drop its ops when they signal (neither wait nor"
                        + " release among them) and their lock does not lie in its memory.";
        return table + "\n" + String.join("\n", TextTable.wrap(legend, TextTable.WIDTH)) + "\n"
                + Style.FAINT.apply("Use a table with: dmafence compare --shims DRIVER/TABLE", colour) + "\n";
    }
}
