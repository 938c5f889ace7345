package org.dmafence.compare;

import java.util.List;
import org.dmafence.compare.WorkloadReport.Run;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td.Kind;
import org.dmafence.workload.Workload;

/** How the policies shared a ring, as one page of HTML. */
public final class WorkloadHtml {
    private WorkloadHtml() {}

    /** The page. */
    public static String of(WorkloadReport report, Provenance made) {
        Page page = Page.of("Who got how much of the hardware").lead(WorkloadText.WORDS);
        for (Workload workload : report.input().workloads()) {
            List<Run> runs = WorkloadText.runs(report, workload);
            if (runs.isEmpty()) { // ended early
                continue;
            }
            List<Run> distinct = WorkloadText.distinct(runs);
            page.section(workload.name());
            WorkloadText.about(report, workload).forEach(page::sentence);
            page.add(Table.of(List.of(Kind.NAME, Kind.NUMBER), WorkloadText.policies(distinct))
                    .element());
            if (!WorkloadText.areAll(workload)) {
                page.note(WorkloadText.EXTREMES);
            }
            page.add(Table.of(
                            List.of(Kind.NAME, Kind.NAME, Kind.NAME, Kind.NUMBER),
                            WorkloadText.clients(workload, distinct))
                    .element());
            WorkloadText.findings(runs).forEach(page::sentence);
        }
        return page.html(
                made, report.interrupted() ? "The run was interrupted: what was not through is left out." : "");
    }
}
