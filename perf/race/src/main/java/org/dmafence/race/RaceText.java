package org.dmafence.race;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
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
    private final boolean times;
    private final StringBuilder out = new StringBuilder();

    private RaceText(RaceReport report, boolean colour, boolean times) {
        this.report = report;
        this.colour = colour;
        this.times = times;
    }

    /**
     * Renders.
     *
     * @param all whether to print every schedule that was found, not only the shortest of each variant for each law
     * @param times whether to say how long it took, which differs from run to run
     */
    public static String of(RaceReport report, boolean all, boolean colour, boolean times) {
        RaceText text = new RaceText(report, colour, times);
        text.head();
        text.table();
        text.failures(all);
        text.totals();
        return text.out.toString();
    }

    private void head() {
        String search = switch (report.search()) {
            case "random" -> "random schedules, --seed " + report.seed();
            case "replay" -> "one schedule, from a file";
            default -> report.bound() == null ? "all schedules" : "all schedules up to " + report.bound() + " moves";
        };
        out.append("memory ")
                .append(String.join(" and ", report.memories()))
                .append(", ")
                .append(search)
                .append("\n\n");
    }

    // ---- a row per variant -----------------------------------------------------------------------------------------

    private static Map<String, List<Result>> byVariant(RaceReport report) {
        return report.results().stream()
                .collect(Collectors.groupingBy(Result::variant, LinkedHashMap::new, Collectors.toList()));
    }

    private void table() {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(row(Cell.of("variant"), Cell.of("scenarios"), Cell.of("states"), Cell.of("time"), Cell.of("verdict")));
        byVariant(report)
                .forEach((variant, results) -> rows.add(row(
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

    private List<Cell> row(Cell variant, Cell scenarios, Cell states, Cell time, Cell verdict) {
        return times
                ? List.of(variant, scenarios, states, time, verdict)
                : List.of(variant, scenarios, states, verdict);
    }

    private static Cell verdict(List<Result> results) {
        Style style = switch (Standing.of(results)) {
            case BAD -> Style.BAD;
            case GOOD -> Style.GOOD;
            case NOTED -> Style.NOTE;
        };
        return new Cell(verdictText(results), style);
    }

    /** A variant's verdict in words: what was found, what was to be found and was not, how far it came. */
    static String verdictText(List<Result> results) {
        boolean sound = results.get(0).role().equals(Variant.Role.SOUND.name());
        List<String> parts = new ArrayList<>();
        String found = scenarios(results, Result::found);
        if (!found.isEmpty()) {
            parts.add((sound ? "FAILED in " : "found in ") + found);
        }
        String missing = scenarios(results, Standing::isMissing);
        if (!missing.isEmpty()) {
            parts.add("NOT FOUND in " + missing);
        }
        String unfinished = scenarios(results, Standing::isUnfinished);
        if (!unfinished.isEmpty()) {
            boolean stopped =
                    results.stream().anyMatch(result -> result.verdict().equals("STOPPED"));
            parts.add("not finished" + (stopped ? ", stopped" : ", too many states") + " in " + unfinished);
        }
        if (parts.isEmpty()) {
            boolean whole = results.stream().allMatch(Result::whole);
            parts.add(!sound ? "nothing due here, nothing found" : whole ? "clean" : "nothing found");
        } else if (!found.isEmpty() && missing.isEmpty() && unfinished.isEmpty()) {
            return parts.get(0);
        }
        return String.join("; ", parts) + extent(results);
    }

    private static String extent(List<Result> results) {
        String depth =
                Units.count(results.stream().mapToInt(Result::depth).max().orElse(0), "move");
        if (results.stream().anyMatch(Standing::isUnfinished)) {
            return ", after " + depth;
        }
        return results.stream().allMatch(Result::whole)
                ? ": all schedules, the longest of " + depth
                : " up to " + depth + "; there are more schedules";
    }

    private static String scenarios(List<Result> results, Predicate<Result> which) {
        return results.stream().filter(which).map(Result::scenario).distinct().collect(Collectors.joining(", "));
    }

    // ---- schedules -------------------------------------------------------------------------------------------------

    /** A schedule to show. */
    record Shown(Result result, Failure failure) {}

    private void failures(boolean all) {
        chosen(report, all).forEach(this::failure);
    }

    /** What to show of the schedules that were found: all, or each variant's shortest for each law. */
    static List<Shown> chosen(RaceReport report, boolean all) {
        List<Shown> chosen = new ArrayList<>();
        byVariant(report).values().forEach(results -> {
            Set<String> laws = new HashSet<>();
            results.stream()
                    .flatMap(result -> result.failures().stream().map(failure -> new Shown(result, failure)))
                    .sorted(Comparator.comparingInt(
                            shown -> shown.failure.rows().size()))
                    .filter(shown -> laws.add(shown.failure.law()) || all)
                    .forEach(chosen::add);
        });
        return chosen;
    }

    private void failure(Shown shown) {
        Result result = shown.result;
        Failure failure = shown.failure;
        out.append('\n');
        paragraph(
                "",
                result.scenario() + ", " + result.variant() + ", memory " + result.memory() + ": " + failure.words(),
                Style.BOLD);
        out.append(schedule(failure.parties(), failure.rows(), colour));
        paragraph("-> ", failure.detail(), Style.BAD);
        paragraph("   answers: ", failure.question() + " [" + failure.where() + "]", Style.FAINT);
        paragraph(
                "   replay: ",
                Replay.fileName(result, failure) + " (by --save DIR), RaceReplayTest, case \""
                        + Replay.caseName(result, failure) + '"',
                Style.FAINT);
    }

    private void paragraph(String before, String text, Style style) {
        String indent = before;
        for (String line : TextTable.wrap(text, TextTable.width() - before.length())) {
            out.append(style.apply(indent + line, colour)).append('\n');
            indent = " ".repeat(before.length());
        }
    }

    /** A table with a column for each party. */
    static String schedule(List<String> parties, List<Row> rows, boolean colour) {
        int[] widths = new int[parties.size() + 1];
        Arrays.fill(widths, (TextTable.width() - STEP) / parties.size() - 2);
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
        out.append('\n')
                .append(summary(report))
                .append(times ? ", " + Units.time(report.tookNs()) : "")
                .append('\n');
    }

    /** The totals. */
    static String summary(RaceReport report) {
        List<Result> results = report.results();
        long found = results.stream().filter(Result::found).count();
        return Units.count(results.size()) + (results.size() == 1 ? " search, " : " searches, ") + Units.count(found)
                + " with a finding; "
                + Units.count(results.stream().mapToLong(Result::states).sum(), "state") + ", "
                + Units.count(results.stream().mapToLong(Result::transitions).sum(), "transition");
    }
}
