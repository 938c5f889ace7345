package org.dmafence.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dmafence.report.Percentiles;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;

/**
 * What the clients of traces got on the first shim, those that starved longest one by one, and which shims went another
 * way.
 */
final class TraceFairnessText {
    private static final int CLIENTS_SHOWN = 3;
    private static final int SHIMS_NAMED = 4;

    /** The columns add up to the width of a report whatever the names are. */
    private static final int[] WIDTHS = {32, 8, 6, 8, 8, 8, 8, 8};

    private final boolean severalPolicies;
    private final boolean colour;
    private final Map<String, FairnessReport> runs = new LinkedHashMap<>();
    private final Map<String, Set<String>> others = new LinkedHashMap<>();

    private TraceFairnessText(List<ShimReport> shims, boolean colour) {
        this.colour = colour;
        severalPolicies = shims.stream().map(ShimReport::policy).distinct().count() > 1;
        for (ShimReport shim : shims) {
            shim.traces().forEach(trace -> add(shim, trace));
        }
    }

    /** The tables, and a sentence about who went another way. */
    static String of(List<ShimReport> shims, boolean colour) {
        return new TraceFairnessText(shims, colour).print();
    }

    private void add(ShimReport shim, ShimReport.TraceResult trace) {
        String name = severalPolicies ? trace.file() + ", " + shim.policy() : trace.file();
        FairnessReport known = runs.putIfAbsent(name, trace.fairness());
        if (known != null && !known.equals(trace.fairness())) {
            others.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(shim.shim());
        }
    }

    /** The rows of the table, the titles first. */
    static List<List<Cell>> rows(List<ShimReport> shims) {
        return new TraceFairnessText(shims, false).rows();
    }

    /** Who went another way, in sentences. */
    static List<String> notes(List<ShimReport> shims) {
        return new TraceFairnessText(shims, false).notes();
    }

    private String print() {
        TextTable table = new TextTable(colour, WIDTHS);
        rows().forEach(table::row);
        StringBuilder notes = new StringBuilder();
        notes().forEach(text -> TextTable.wrap(TextTable.clean(text), TextTable.width())
                .forEach(line -> notes.append(Style.FAINT.apply(line, colour)).append('\n')));
        return "\n" + table + (notes.isEmpty() ? "" : "\n" + notes);
    }

    private List<List<Cell>> rows() {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(FairnessText.bold(List.of(
                "on the trace's clock", "Jain/got", "jobs", "wait p50", "p99", "max", "latency p99", "starved")));
        runs.forEach((name, fairness) -> {
            rows.add(row(
                    name,
                    FairnessText.index(fairness.jain()),
                    fairness.clients().stream()
                            .mapToLong(ClientReport::submitted)
                            .sum(),
                    fairness.waitNs(),
                    fairness.latencyNs(),
                    fairness.starvedNs()));
            for (ClientReport client : longestStarved(fairness)) {
                rows.add(row(
                        "- " + client.client(),
                        FairnessText.percent(client.share()),
                        client.submitted(),
                        client.waitNs(),
                        client.latencyNs(),
                        client.starvedNs()));
            }
        });
        return rows;
    }

    private static List<ClientReport> longestStarved(FairnessReport fairness) {
        return fairness.clients().stream()
                .sorted(Comparator.comparingLong(ClientReport::starvedNs).reversed())
                .limit(CLIENTS_SHOWN)
                .toList();
    }

    private static List<Cell> row(
            String label, String share, long jobs, Percentiles waitNs, Percentiles latencyNs, long starvedNs) {
        return List.of(
                Cell.of(label),
                Cell.of(share),
                Cell.of(Units.count(jobs)),
                FairnessText.time(waitNs, waitNs.p50()),
                FairnessText.time(waitNs, waitNs.p99()),
                FairnessText.time(waitNs, waitNs.max()),
                FairnessText.time(latencyNs, latencyNs.p99()),
                Cell.of(Units.time(starvedNs)));
    }

    private List<String> notes() {
        Map<String, List<String>> byShims = new LinkedHashMap<>();
        others.forEach((name, shims) -> byShims.computeIfAbsent(
                        shims.size() > SHIMS_NAMED ? Units.count(shims.size()) + " shims" : String.join(", ", shims),
                        who -> new ArrayList<>())
                .add(name));
        List<String> notes = new ArrayList<>();
        byShims.forEach(
                (who, names) -> notes.add(
                        "Other figures on " + who + " for " + String.join("; ", names)
                                + ". Fair goes by the hardware's time, which is real time in a replay, and drivers end jobs in their own ways."));
        return notes;
    }
}
