package org.dmafence.inspect;

import static j2html.TagCreator.a;
import static j2html.TagCreator.li;
import static j2html.TagCreator.ul;

import j2html.tags.specialized.LiTag;
import java.util.ArrayList;
import java.util.List;
import org.dmafence.report.Percentiles;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td;

/** An inspection as one page: what was found, the timeline, and the tables. */
public final class InspectHtml {
    /** A job is shown with that many times its own length around it. */
    private static final int AROUND = 2;

    private InspectHtml() {}

    /** The page. */
    public static String of(Inspection report, TimelineCollector timeline, Provenance made) {
        CaptureFacts capture = report.capture();
        Page page = Page.of("Where the time went: " + capture.file());
        String packing = capture.packing().isEmpty() ? "" : " in " + capture.packing();
        page.lead(capture.format() + packing + ", " + Units.time(capture.spanNs()) + "; " + capture.generation() + ".");
        for (Finding finding : report.findings()) {
            page.sentence(new Cell(finding.text(), style(finding.level())));
        }
        if (!timeline.isEmpty()) {
            page.section("Timeline").add(timeline.timeline());
            page.note("Times count from " + InspectText.seconds(timeline.originNs()) + " of the capture's clock.");
            if (timeline.leftOut() > 0) {
                page.note(Units.count(timeline.leftOut(), "job")
                        + " and waits more are in the tables' figures, and not drawn.");
            }
        }
        changes(page, report);
        slowest(page, report, timeline);
        waits(page, report, timeline);
        notEnded(page, report);
        rings(page, report);
        clients(page, report);
        lacks(page, capture);
        return page.html(made, "");
    }

    private static Style style(Finding.Level level) {
        return switch (level) {
            case GOOD -> Style.GOOD;
            case NOTE -> Style.NOTE;
            case BAD -> Style.BAD;
        };
    }

    private static void changes(Page page, Inspection report) {
        String baseline = report.baseline();
        if (baseline == null) {
            return;
        }
        page.section("Changed since " + baseline);
        if (report.changes().isEmpty()) {
            page.text("No ring and no client came or went, and no percentile differs by more than a tenth.");
            return;
        }
        Table table =
                Table.of(Td.name("what"), Td.name("figure"), Td.number("then"), Td.number("now"), Td.number("times"));
        for (CaptureChange change : report.changes()) {
            table.row(List.of(
                    Td.name(change.what() + " " + change.who()),
                    Td.name(change.figure()),
                    Td.number(Percentiles.text(change.thenNs())),
                    Td.number(Percentiles.text(change.nowNs())),
                    Td.number(InspectText.ratio(change))));
        }
        page.add(table.element());
    }

    private static void slowest(Page page, Inspection report, TimelineCollector timeline) {
        if (report.slowest().isEmpty()) {
            return;
        }
        page.section("Slowest jobs");
        List<LiTag> items = new ArrayList<>();
        for (JobStory job : report.slowest()) {
            String text = job.name() + " of " + job.where() + ", " + job.client() + ": " + Units.time(job.totalNs());
            items.add(item(text, job.submittedNs(), job.totalNs(), timeline)
                    .withText(": " + parts(job.parts()) + InspectText.remarks(job)));
        }
        page.add(ul().with(items));
    }

    private static void waits(Page page, Inspection report, TimelineCollector timeline) {
        if (report.waiting().started() == 0) {
            return;
        }
        page.section("Slowest waits");
        WaitTimes all = report.waiting();
        page.text(Units.count(all.started(), "wait") + ", " + Units.count(all.unended())
                + " not over at the end; from start to end " + times(all.startToEndNs()) + ", from signal to end "
                + times(all.signalToEndNs()) + ".");
        List<LiTag> items = new ArrayList<>();
        for (WaitStory wait : report.waits()) {
            String text = wait.task() + "-" + wait.pid() + " for " + wait.fence() + " of " + wait.on() + ": "
                    + Units.time(wait.totalNs());
            items.add(item(text, wait.startedNs(), wait.totalNs(), timeline).withText(": " + parts(wait.parts())));
        }
        page.add(ul().with(items));
    }

    /** A link that the timeline's script follows to that place. */
    private static LiTag item(String text, long beginNs, long lengthNs, TimelineCollector timeline) {
        if (timeline.isEmpty()) {
            return li(text);
        }
        long from = beginNs - timeline.originNs() - AROUND * lengthNs;
        return li(a(text).withHref("#timeline")
                .attr("data-from", from)
                .attr("data-to", from + (2 * AROUND + 1) * lengthNs));
    }

    private static String parts(List<Part> parts) {
        return String.join("; ", parts.stream().map(InspectFindings::spent).toList());
    }

    private static void notEnded(Page page, Inspection report) {
        if (report.notEnded().isEmpty() && report.stuck().isEmpty()) {
            return;
        }
        page.section("Not ended");
        if (!report.notEnded().isEmpty()) {
            Table table = Table.of(Td.name("fence"), Td.name("ring"), Td.name("client"), Td.words("is"));
            for (JobStory job : report.notEnded()) {
                table.row(List.of(
                        Td.name(job.name()),
                        Td.name(job.where()),
                        Td.name(job.client()),
                        Td.words(InspectText.fate(job))));
            }
            page.add(table.element());
        }
        for (Stuck stuck : report.stuck()) {
            page.subsection("Stuck behind " + stuck.fence());
            page.text("Directly: " + names(stuck.directly()) + ". In turn: " + names(stuck.inTurn())
                    + ". Threads that wait: " + names(stuck.waiters()) + ".");
        }
    }

    private static String names(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static void rings(Page page, Inspection report) {
        if (report.rings().isEmpty()) {
            return;
        }
        page.section("Rings");
        Table table = times("ring", "busy");
        for (RingRow ring : report.rings()) {
            table.row(List.of(
                    Td.name(ring.where()),
                    Td.number(Units.count(ring.jobs())),
                    Td.number(Units.time(ring.busyNs())),
                    Td.number(times(ring.queueToRunNs())),
                    Td.number(times(ring.runToEndNs())),
                    Td.number(times(ring.hardwareNs()))));
        }
        page.add(table.element());
        page.note("Each time as median / 99th percentile / longest.");
    }

    private static void clients(Page page, Inspection report) {
        if (report.clients().isEmpty()) {
            return;
        }
        page.section("Clients");
        Table table = times("client", "share");
        for (ClientRow client : report.clients()) {
            table.row(List.of(
                    Td.name(client.client()),
                    Td.number(Units.count(client.jobs())),
                    Td.number(InspectText.percent(client.share())),
                    Td.number(times(client.queueToRunNs())),
                    Td.number(times(client.runToEndNs())),
                    Td.number(times(client.hardwareNs()))));
        }
        page.add(table.element());
    }

    private static Table times(String who, String part) {
        return Table.of(
                Td.name(who),
                Td.number("jobs"),
                Td.number(part),
                Td.number("queue to run"),
                Td.number("run to end"),
                Td.number("hardware"));
    }

    private static String times(Percentiles p) {
        return InspectText.times(p);
    }

    private static void lacks(Page page, CaptureFacts capture) {
        if (capture.lacks().isEmpty()) {
            return;
        }
        page.section("What this capture can't answer");
        Table table = Table.of(Td.words("question"), Td.words("record"));
        capture.lacks().forEach(lack -> table.row(List.of(Td.words(lack.question()), Td.words(lack.record()))));
        page.add(table.element());
    }
}
