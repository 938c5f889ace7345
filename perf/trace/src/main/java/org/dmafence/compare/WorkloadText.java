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
            List<Run> runs = report.runs().stream()
                    .filter(run -> run.workload().equals(workload.name()))
                    .toList();
            if (runs.isEmpty()) { // ended early
                continue;
            }
            if (!out.isEmpty()) {
                out.append('\n');
            }
            title(workload);
            List<Run> distinct = distinct(runs);
            policies(distinct);
            clients(workload, distinct);
            drivers(runs);
            findings(runs);
        }
        footer();
        return out.toString();
    }

    private void paragraph(Style style, String text) {
        TextTable.wrap(TextTable.clean(text), TextTable.width())
                .forEach(line -> out.append(style.apply(line, colour)).append('\n'));
    }

    private void title(Workload workload) {
        paragraph(
                Style.BOLD,
                workload.name()
                        + (workload.description().isEmpty() ? "" : ": " + workload.description())
                        + (workload.description().endsWith(".") ? "" : "."));
        paragraph(
                Style.FAINT,
                Units.count(workload.clients().size(), "client") + ", "
                        + Units.count(workload.credits(), "job") + " on the ring at a time, "
                        + Units.time(workload.runNs()) + " of virtual time, seed "
                        + report.input().seed() + ".");
        out.append('\n');
    }

    /** One run of each policy, and more where drivers went different ways. */
    private static List<Run> distinct(List<Run> runs) {
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

    private void policies(List<Run> runs) {
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
        out.append(TextTable.fitted(colour, rows));
    }

    private void clients(Workload workload, List<Run> runs) {
        boolean all = workload.clients().size() <= ALL_CLIENTS;
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(FairnessText.clientHeader("policy"));
        for (Run run : runs) {
            String label = label(run, runs);
            for (ClientReport client : all ? run.fairness().clients() : FairnessText.extremes(run.fairness())) {
                rows.add(FairnessText.clientRow(label, client));
                label = "";
            }
        }
        out.append('\n');
        if (!all) {
            paragraph(
                    Style.FAINT,
                    "Of each policy the clients that got least and most of what they were due, waited longest and starved"
                            + " longest:");
        }
        out.append(TextTable.fitted(colour, rows));
    }

    // ---- what else there is to say ----------------------------------------------------------------------------------

    private void drivers(List<Run> runs) {
        Map<String, List<Run>> byShim = new LinkedHashMap<>();
        runs.forEach(run ->
                byShim.computeIfAbsent(run.shim(), shim -> new ArrayList<>()).add(run));
        List<Run> first = byShim.values().iterator().next();
        List<String> same = new ArrayList<>();
        List<String> different = new ArrayList<>();
        byShim.forEach((shim, of) -> (agree(first, of) ? same : different).add(shim));
        long jobs = runs.stream().mapToLong(run -> run.jobs().submitted()).sum();
        String names = same.size() > ALL_CLIENTS ? Units.count(same.size()) + " drivers" : String.join(", ", same);
        out.append('\n');
        paragraph(
                Style.PLAIN,
                "Run on " + names + (same.size() > 1 ? ", on all of them to the nanosecond the same" : "") + ": "
                        + Units.count(jobs, "job") + ", "
                        + Units.count(
                                runs.stream()
                                        .mapToLong(run -> run.fences().created())
                                        .sum(),
                                "hardware fence")
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

    private void findings(List<Run> runs) {
        for (Run run : distinct(runs)) {
            if (!run.timeouts().isEmpty()) {
                paragraph(
                        Style.NOTE,
                        run.policy() + ": " + Units.count(run.timeouts().size(), "timeout") + ": "
                                + run.timeouts().stream()
                                        .limit(TIMEOUTS_SHOWN)
                                        .map(timeout -> "job " + timeout.jobId() + " of " + timeout.client() + " at "
                                                + Units.time(timeout.atNs()))
                                        .collect(Collectors.joining(", "))
                                + (run.timeouts().size() > TIMEOUTS_SHOWN ? " ..." : "") + "; each ended with -ETIME.");
            }
        }
        for (Run run : runs) {
            if (!run.sound()) {
                paragraph(
                        Style.BAD,
                        run.shim() + ", " + run.policy() + ": "
                                + Units.count(run.jobs().submitted())
                                + " jobs submitted, "
                                + Units.count(run.jobs().finished() + run.jobs().failed()) + " ended; "
                                + Units.count(run.fences().left()) + " fences never signaled; "
                                + Units.count(run.reported()) + " rules broken"
                                + (run.jobs().spoiled() > 0
                                        ? "; " + Units.count(run.jobs().spoiled())
                                                + " jobs failed though none took too long"
                                        : ""));
            }
        }
    }

    private void footer() {
        out.append('\n');
        paragraph(
                Style.FAINT,
                "Jain: 1 when everybody got as much as they were due, 1/n when one of n got all; priorities don't count."
                        + " due: the max-min fair part of the ring's time by what a client would use alone. wait: until the"
                        + " hardware began. starved: the longest time with work and without service. The scheduler, its"
                        + " fences and the drivers are real, time is not.");
    }
}
