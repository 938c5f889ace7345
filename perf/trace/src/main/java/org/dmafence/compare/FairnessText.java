package org.dmafence.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dmafence.report.Percentiles;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/** The tables of who got what and waited how long: a row for each run, and a row for each client. */
final class FairnessText {
    private FairnessText() {}

    // ---- what is in a row ---------------------------------------------------------------------------------------

    static List<Cell> header(List<String> before, List<String> after) {
        List<String> names = new ArrayList<>(before);
        names.addAll(List.of("Jain", "jobs", "wait p50", "p90", "p99", "max", "starved", "whom"));
        names.addAll(after);
        return bold(names);
    }

    static List<Cell> row(List<Cell> before, FairnessReport fairness, List<Cell> after) {
        List<Cell> cells = new ArrayList<>(before);
        cells.add(Cell.of(index(fairness.jain())));
        cells.add(Cell.of(Units.count(fairness.waitNs().count())));
        cells.add(time(fairness.waitNs(), fairness.waitNs().p50()));
        cells.add(time(fairness.waitNs(), fairness.waitNs().p90()));
        cells.add(time(fairness.waitNs(), fairness.waitNs().p99()));
        cells.add(time(fairness.waitNs(), fairness.waitNs().max()));
        cells.add(Cell.of(Units.time(fairness.starvedNs())));
        cells.add(Cell.of(fairness.starved() == null ? "-" : fairness.starved()));
        cells.addAll(after);
        return cells;
    }

    static List<Cell> clientHeader(String label) {
        return bold(List.of(
                label, "client", "priority", "due", "got", "jobs", "wait p50", "p99", "max", "latency p99", "starved"));
    }

    static List<Cell> clientRow(String label, ClientReport client) {
        Style style = client.hardwareNs() == 0 && client.unserved() > 0 ? Style.BAD : Style.PLAIN;
        String priority = client.priority();
        Double fairShare = client.fairShare();
        return List.of(
                new Cell(label, Style.BOLD),
                Cell.of(client.client()),
                Cell.of(priority == null ? "-" : priority.toLowerCase(Locale.ROOT)),
                Cell.of(fairShare == null ? "-" : percent(fairShare)),
                new Cell(percent(client.share()), style),
                Cell.of(Units.count(client.finished())),
                time(client.waitNs(), client.waitNs().p50()),
                time(client.waitNs(), client.waitNs().p99()),
                time(client.waitNs(), client.waitNs().max()),
                time(client.latencyNs(), client.latencyNs().p99()),
                new Cell(Units.time(client.starvedNs()), style));
    }

    static Cell time(Percentiles times, @Nullable Long ns) {
        return Cell.of(times.count() == 0 ? "-" : Percentiles.text(ns));
    }

    static List<Cell> bold(List<String> names) {
        return names.stream().map(name -> new Cell(name, Style.BOLD)).toList();
    }

    static String index(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f%%", part * 100);
    }

    /** Who got least and most of what they were due, waited longest and starved longest. */
    static List<ClientReport> extremes(FairnessReport fairness) {
        List<ClientReport> clients = fairness.clients();
        Comparator<ClientReport> byDue = Comparator.comparingDouble(FairnessText::relative);
        Set<ClientReport> chosen = new LinkedHashSet<>();
        clients.stream().min(byDue).ifPresent(chosen::add);
        clients.stream().max(byDue).ifPresent(chosen::add);
        clients.stream()
                .max(Comparator.comparingLong(client -> client.waitNs().max()))
                .ifPresent(chosen::add);
        clients.stream().max(Comparator.comparingLong(ClientReport::starvedNs)).ifPresent(chosen::add);
        return new ArrayList<>(chosen);
    }

    private static double relative(ClientReport client) {
        Double due = client.fairShare();
        return due == null ? client.share() : client.share() / due;
    }

    // ---- traces
}
