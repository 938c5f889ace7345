package org.dmafence.race;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.Schedule.Row;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;

/** Prints what {@code race} found for a person: a row per variant, then the schedules. */
public final class RaceText {
    private static final int STEP = 3;

    private final RaceReport report;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private RaceText(RaceReport report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    /**
     * Renders.
     *
     * @param all whether to print every schedule that was found, not only the shortest of each variant
     */
    public static String of(RaceReport report, boolean all, boolean colour) {
        RaceText text = new RaceText(report, colour);
        text.head();
        text.table();
        text.failures(all);
        text.totals();
        return text.out.toString();
    }

    private void head() {
        String search = report.search().equals("random")
                ? "random schedules, --seed " + report.seed()
                : report.bound() == null ? "all schedules" : "all schedules up to " + report.bound() + " moves";
        out.append("memory ")
                .append(String.join(" and ", report.memories()))
                .append(", ")
                .append(search)
                .append("\n\n");
    }

    // ---- a row per variant
    // --------------------------------------------------------------------------------------------

    private Map<String, List<Result>> byVariant() {
        return report.results().stream()
                .collect(Collectors.groupingBy(Result::variant, LinkedHashMap::new, Collectors.toList()));
    }

    private void table() {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(List.of(
                Cell.of("variant"), Cell.of("scenarios"), Cell.of("states"), Cell.of("time"), Cell.of("verdict")));
        byVariant()
                .forEach((variant, results) -> rows.add(List.of(
                        Cell.of(variant),
                        Cell.of(Units.count(results.stream()
                                .map(Result::scenario)
                                .distinct()
                                .count())),
                        Cell.of(Units.count(
                                results.stream().mapToLong(Result::states).sum())),
                        Cell.of(Units.time(
                                results.stream().mapToLong(Result::tookNs).sum())),
                        verdict(results))));
        out.append(TextTable.fitted(colour, rows));
    }

    private static Cell verdict(List<Result> results) {
        List<String> found = results.stream()
                .filter(result -> result.failure() != null)
                .map(Result::scenario)
                .distinct()
                .toList();
        if (!found.isEmpty()) {
            boolean sound = results.get(0).role().equals(Variant.Role.SOUND.name());
            return new Cell(
                    (sound ? "FAILED" : "found") + " in " + String.join(", ", found), sound ? Style.BAD : Style.NOTE);
        }
        if (results.stream().anyMatch(result -> result.verdict().equals("STOPPED"))) {
            return new Cell("stopped: nothing found so far", Style.NOTE);
        }
        int depth = results.stream().mapToInt(Result::depth).max().orElse(0);
        return results.stream().allMatch(result -> result.verdict().equals("CLEAN"))
                ? new Cell("clean: all schedules, up to " + Units.count(depth, "move"), Style.GOOD)
                : new Cell("clean up to " + Units.count(depth, "move") + "; there are longer ones", Style.NOTE);
    }

    // ---- schedules
    // ----------------------------------------------------------------------------------------------------

    private void failures(boolean all) {
        byVariant().values().forEach(results -> {
            List<Result> found = results.stream()
                    .filter(result -> result.failure() != null)
                    .sorted(Comparator.comparingInt(Result::depth))
                    .toList();
            found.stream().limit(all ? found.size() : 1).forEach(this::failure);
        });
    }

    private void failure(Result result) {
        Failure failure = result.failure();
        if (failure == null) {
            return;
        }
        out.append('\n')
                .append(Style.BOLD.apply(
                        result.scenario() + ", " + result.variant() + ", memory " + result.memory() + ": "
                                + failure.words(),
                        colour))
                .append('\n')
                .append(schedule(failure.parties(), failure.rows(), colour));
        paragraph("-> ", failure.detail(), Style.BAD);
        paragraph("   answers: ", failure.question() + " [" + failure.where() + "]", Style.FAINT);
        paragraph(
                "   replay: ",
                Replay.fileName(result) + " (by --out DIR), RaceReplayTest, case \"" + Replay.caseName(result) + '"',
                Style.FAINT);
    }

    private void paragraph(String before, String text, Style style) {
        String indent = before;
        for (String line : TextTable.wrap(text, TextTable.WIDTH - before.length())) {
            out.append(style.apply(indent + line, colour)).append('\n');
            indent = " ".repeat(before.length());
        }
    }

    /** A table with a column for each party. */
    static String schedule(List<String> parties, List<Row> rows, boolean colour) {
        int[] widths = new int[parties.size() + 1];
        java.util.Arrays.fill(widths, (TextTable.WIDTH - STEP) / parties.size() - 2);
        widths[0] = STEP;
        TextTable table = new TextTable(colour, widths);
        List<Cell> head = new ArrayList<>(List.of(Cell.of("")));
        parties.forEach(party -> head.add(new Cell(party, Style.BOLD)));
        table.row(head);
        for (int i = 0; i < rows.size(); i++) {
            List<Cell> cells = new ArrayList<>(List.of(new Cell(String.valueOf(i + 1), Style.FAINT)));
            for (int party = 0; party < parties.size(); party++) {
                cells.add(Cell.of(party == rows.get(i).party() ? rows.get(i).text() : ""));
            }
            table.row(cells);
        }
        return table.toString();
    }

    private void totals() {
        List<Result> results = report.results();
        long found = results.stream().filter(result -> result.failure() != null).count();
        out.append('\n')
                .append(Units.count(results.size(), "search").replace("searchs", "searches"))
                .append(", ")
                .append(Units.count(found))
                .append(" found something; ")
                .append(Units.count(results.stream().mapToLong(Result::states).sum(), "state"))
                .append(", ")
                .append(Units.count(
                        results.stream().mapToLong(Result::transitions).sum(), "transition"))
                .append(", ")
                .append(Units.time(report.tookNs()))
                .append('\n');
    }
}
