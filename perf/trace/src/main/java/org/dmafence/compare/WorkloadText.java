package org.dmafence.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dmafence.compare.WorkloadReport.Run;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;
import org.dmafence.workload.Workload;

/** Prints how the policies shared a ring: one below the other, then client by client. */
public final class WorkloadText {
    /** With more clients than this, only those are shown that were treated best and worst. */
    private static final int ALL_CLIENTS = 6;

    private static final int TIMEOUTS_SHOWN = 3;

    /** What the clients are that are shown where not all are. */
    static final String EXTREMES =
            "Of each policy the clients that got least and most of what they were due, waited longest and starved longest:";

    /** What the words in the tables mean. */
    static final String WORDS =
            "Jain: 1 when everybody got as much as they were due, 1/n when one of n got all; priorities don't count."
                    + " due: the max-min fair part of the ring's time by what a client would use alone. wait: until the"
                    + " hardware began. starved: the longest time with work and without service. The scheduler, its"
                    + " fences and the drivers are real, time is not.";

    private final WorkloadReport report;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private WorkloadText(WorkloadReport report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    /** The report as text, in colours or not. */
    public static String of(WorkloadReport report, boolean colour) {
        return new WorkloadText(report, colour).print();
    }

    private String print() {
        for (Workload workload : report.input().workloads()) {
            List<Run> runs = runs(report, workload);
            if (runs.isEmpty()) { // ended early
                continue;
            }
            if (!out.isEmpty()) {
                out.append('\n');
            }
            about(report, workload).forEach(this::paragraph);
            List<Run> distinct = distinct(runs);
            out.append('\n')
                    .append(TextTable.fitted(colour, policies(distinct)))
                    .append('\n');
            if (!areAll(workload)) {
                paragraph(new Cell(EXTREMES, Style.FAINT));
            }
            out.append(TextTable.fitted(colour, clients(workload, distinct))).append('\n');
            findings(runs).forEach(this::paragraph);
        }
        out.append('\n');
        paragraph(new Cell(WORDS, Style.FAINT));
        return out.toString();
    }

    private void paragraph(Cell text) {
        TextTable.wrap(TextTable.clean(text.text()), TextTable.width())
                .forEach(line -> out.append(text.style().apply(line, colour)).append('\n'));
    }

    // ---- what there is to say, for a terminal and for a page alike ------------------------------------------------

    /** The runs of a workload; none if it was ended early. */
    static List<Run> runs(WorkloadReport report, Workload workload) {
        return report.runs().stream()
                .filter(run -> run.workload().equals(workload.name()))
                .toList();
    }

    /** What a workload is. */
    static List<Cell> about(WorkloadReport report, Workload workload) {
        return List.of(
                new Cell(
                        workload.name()
                                + (workload.description().isEmpty() ? "" : ": " + workload.description())
                                + (workload.description().endsWith(".") ? "" : "."),
                        Style.BOLD),
                new Cell(
                        Units.count(workload.clients().size(), "client") + ", "
                                + Units.count(workload.credits(), "job") + " on the ring at a time, "
                                + Units.time(workload.runNs()) + " of virtual time, seed "
                                + report.input().seed() + ".",
                        Style.FAINT));
    }

    /** One run of each policy, and more where drivers went different ways. */
    static List<Run> distinct(List<Run> runs) {
        List<Run> distinct = new ArrayList<>();
        for (Run run : runs) {
            if (distinct.stream().noneMatch(other -> other.policy().equals(run.policy()) && other.sameAs(run))) {
                distinct.add(run);
            }
        }
        distinct.sort(Comparator.comparingInt(run -> firstOf(runs, run.policy())));
        return distinct;
    }

    private static int firstOf(List<Run> runs, String policy) {
        return runs.stream().map(Run::policy).toList().indexOf(policy);
    }

    /** The policy, and the driver too where a policy did not go the same way on all. */
    private static String label(Run run, List<Run> distinct) {
        boolean alone = distinct.stream()
                        .filter(other -> other.policy().equals(run.policy()))
                        .count()
                == 1;
        return alone ? run.policy() : run.policy() + " " + run.shim();
    }

    /** A row for each policy, below a row of titles. */
    static List<List<Cell>> policies(List<Run> runs) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(FairnessText.header(List.of("policy"), List.of("busy", "timeouts")));
        for (Run run : runs) {
            rows.add(FairnessText.row(
                    List.of(new Cell(label(run, runs), Style.BOLD)),
                    run.fairness(),
                    List.of(
                            Cell.of(FairnessText.percent(run.fairness().busy())),
                            Cell.of(Units.count(run.timeouts().size())))));
        }
        return rows;
    }

    /** Whether all clients are shown. */
    static boolean areAll(Workload workload) {
        return workload.clients().size() <= ALL_CLIENTS;
    }

    /** A row for each client under each policy, below a row of titles. */
    static List<List<Cell>> clients(Workload workload, List<Run> runs) {
        boolean all = areAll(workload);
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(FairnessText.clientHeader("policy"));
        for (Run run : runs) {
            String label = label(run, runs);
            for (ClientReport client : all ? run.fairness().clients() : FairnessText.extremes(run.fairness())) {
                rows.add(FairnessText.clientRow(label, client));
                label = "";
            }
        }
        return rows;
    }

    // ---- what else there is to say ----------------------------------------------------------------------------------

    private static Cell drivers(List<Run> runs) {
        Map<String, List<Run>> byShim = new LinkedHashMap<>();
        runs.forEach(run ->
                byShim.computeIfAbsent(run.shim(), shim -> new ArrayList<>()).add(run));
        List<Run> first = byShim.values().iterator().next();
        List<String> same = new ArrayList<>();
        List<String> different = new ArrayList<>();
        byShim.forEach((shim, of) -> (agree(first, of) ? same : different).add(shim));
        long jobs = runs.stream().mapToLong(run -> run.jobs().submitted()).sum();
        String names = same.size() > ALL_CLIENTS ? Units.count(same.size()) + " drivers" : String.join(", ", same);
        return Cell.of("Run on " + names + (same.size() > 1 ? ", on all of them to the nanosecond the same" : "") + ": "
                + Units.count(jobs, "job") + ", "
                + Units.count(
                        runs.stream().mapToLong(run -> run.fences().created()).sum(), "hardware fence")
                + (different.isEmpty() ? "." : "; in another way on " + String.join(", ", different) + "."));
    }

    private static boolean agree(List<Run> some, List<Run> others) {
        for (int i = 0; i < some.size(); i++) {
            if (!some.get(i).sameAs(others.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** What happened besides. */
    static List<Cell> findings(List<Run> runs) {
        List<Cell> findings = new ArrayList<>(List.of(drivers(runs)));
        for (Run run : distinct(runs)) {
            if (!run.timeouts().isEmpty()) {
                findings.add(new Cell(
                        run.policy() + ": " + Units.count(run.timeouts().size(), "timeout") + ": "
                                + run.timeouts().stream()
                                        .limit(TIMEOUTS_SHOWN)
                                        .map(timeout -> "job " + timeout.jobId() + " of " + timeout.client() + " at "
                                                + Units.time(timeout.atNs()))
                                        .collect(Collectors.joining(", "))
                                + (run.timeouts().size() > TIMEOUTS_SHOWN ? " ..." : "") + "; each ended with -ETIME.",
                        Style.NOTE));
            }
        }
        for (Run run : runs) {
            if (!run.sound()) {
                findings.add(new Cell(
                        run.shim() + ", " + run.policy() + ": "
                                + Units.count(run.jobs().submitted())
                                + " jobs submitted, "
                                + Units.count(run.jobs().finished() + run.jobs().failed()) + " ended; "
                                + Units.count(run.fences().left()) + " fences never signaled; "
                                + Units.count(run.reported()) + " rules broken"
                                + (run.jobs().spoiled() > 0
                                        ? "; " + Units.count(run.jobs().spoiled())
                                                + " jobs failed though none took too long"
                                        : ""),
                        Style.BAD));
            }
        }
        return findings;
    }
}
