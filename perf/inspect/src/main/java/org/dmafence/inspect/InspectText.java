package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmafence.report.Percentiles;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;

/** Prints an inspection for a person: what was found in a few sentences, then rings, clients, jobs, waits. */
public final class InspectText {
    private static final int SHOWN = 10;

    private final Inspection report;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private InspectText(Inspection report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    /** The report as text, in colours or not; one fence's story if one was asked for. */
    public static String of(Inspection report, boolean colour) {
        InspectText text = new InspectText(report, colour);
        Story story = report.story();
        if (story == null) {
            text.whole();
        } else {
            text.story(story);
        }
        return text.out.toString();
    }

    private void whole() {
        holds();
        report.findings().forEach(finding -> paragraph(finding.text(), style(finding.level())));
        lacks();
        rings();
        clients();
        slowest();
        waits();
        notEnded();
        stuck();
        changes();
    }

    private static Style style(Finding.Level level) {
        return switch (level) {
            case GOOD -> Style.GOOD;
            case NOTE -> Style.PLAIN;
            case BAD -> Style.BAD;
        };
    }

    private void holds() {
        CaptureFacts c = report.capture();
        long known = c.events().values().stream().mapToLong(Long::longValue).sum();
        long skipped = c.skipped().values().stream().mapToLong(Long::longValue).sum();
        paragraph(
                c.file() + ": " + c.format() + (c.packing().isEmpty() ? "" : " in " + c.packing()) + ", "
                        + Units.time(c.spanNs()) + " from " + seconds(c.firstNs()) + " to " + seconds(c.lastNs())
                        + (c.clock().isEmpty() ? "" : " of the " + c.clock() + " clock") + "; " + c.generation() + ".",
                Style.BOLD);
        paragraph(
                Units.count(known, "event") + " of " + Units.count(c.events().size(), "kind") + " understood, "
                        + Units.count(skipped) + " skipped; all CPUs record since " + seconds(c.allCpusSinceNs())
                        + (c.devices().isEmpty() ? "" : "; devices: " + String.join(", ", c.devices())) + ".",
                Style.PLAIN);
        out.append('\n');
    }

    private void lacks() {
        if (!report.capture().lacks().isEmpty()) {
            heading("What this capture can't answer");
            report.capture()
                    .lacks()
                    .forEach(lack -> paragraph("- " + lack.question() + ": record " + lack.record(), Style.PLAIN));
        }
    }

    private void rings() {
        if (report.rings().isEmpty()) {
            return;
        }
        heading("Rings");
        List<List<String>> rows = new ArrayList<>();
        for (RingRow ring : report.rings()) {
            rows.add(times(
                    ring.where(),
                    Units.count(ring.jobs()),
                    Units.time(ring.busyNs()),
                    ring.queueToRunNs(),
                    ring.runToEndNs(),
                    ring.hardwareNs()));
        }
        table(titles("ring", "busy"), rows);
        paragraph(
                "Each time as median / 99th percentile / longest. Hardware: from the later of a job's run and the end"
                        + " of the one before.",
                Style.FAINT);
    }

    private void clients() {
        if (report.clients().isEmpty()) {
            return;
        }
        heading("Clients");
        List<List<String>> rows = new ArrayList<>();
        report.clients().stream()
                .limit(SHOWN)
                .forEach(client -> rows.add(times(
                        client.client(),
                        Units.count(client.jobs()),
                        percent(client.share()),
                        client.queueToRunNs(),
                        client.runToEndNs(),
                        client.hardwareNs())));
        table(titles("client", "share"), rows);
        more(report.clients().size());
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static List<String> titles(String who, String part) {
        return List.of(who, "jobs", part, "queue to run", "run to end", "hardware");
    }

    private static List<String> times(
            String who, String jobs, String part, Percentiles queue, Percentiles run, Percentiles hardware) {
        return List.of(who, jobs, part, times(queue), times(run), times(hardware));
    }

    static String times(Percentiles p) {
        return p.count() == 0
                ? "-"
                : Units.time(p.p50()) + " / " + Percentiles.text(p.p99()) + " / " + Units.time(p.max());
    }

    private void slowest() {
        if (report.slowest().isEmpty()) {
            return;
        }
        heading("Slowest jobs");
        jobs(report.slowest());
    }

    private void jobs(List<JobStory> jobs) {
        table(
                List.of("fence", "ring", "client", "submitted", "took", "where the time went"),
                jobs.stream()
                        .limit(SHOWN)
                        .map(job -> List.of(
                                job.name(),
                                job.where(),
                                job.client(),
                                seconds(job.submittedNs()),
                                Units.time(job.totalNs()),
                                parts(job.parts()) + remarks(job)))
                        .toList());
        more(jobs.size());
    }

    /** What else there is to say of a job. */
    static String remarks(JobStory job) {
        return (job.interruptLost() ? "; the interrupt was lost" : "")
                + (job.refreshes() == null ? "" : "; in flight at " + job.refreshes());
    }

    private static String parts(List<Part> parts) {
        return String.join("; ", parts.stream().map(InspectFindings::spent).toList());
    }

    private void waits() {
        WaitTimes all = report.waiting();
        if (all.started() == 0) {
            return;
        }
        heading("Waits");
        paragraph(
                Units.count(all.started(), "wait") + ", " + Units.count(all.unended())
                        + " not over at the end. From start to end " + times(all.startToEndNs())
                        + ", of that from signal to end " + times(all.signalToEndNs()) + ".",
                Style.PLAIN);
        waits(report.waits());
    }

    private void waits(List<WaitStory> waits) {
        if (waits.isEmpty()) {
            return;
        }
        table(
                List.of("thread", "fence", "of", "since", "took", "signalled by", "where the time went"),
                waits.stream().limit(SHOWN).map(InspectText::row).toList());
        more(waits.size());
    }

    private static List<String> row(WaitStory wait) {
        String by = wait.signaledBy();
        return List.of(
                wait.task() + "-" + wait.pid(),
                wait.fence(),
                wait.on(),
                seconds(wait.startedNs()),
                wait.endedNs() == null ? "not over" : Units.time(wait.totalNs()),
                by == null ? "-" : by,
                parts(wait.parts()));
    }

    private void notEnded() {
        if (report.notEnded().isEmpty()) {
            return;
        }
        heading("Not ended");
        long end = report.capture().lastNs();
        table(
                List.of("fence", "ring", "client", "is", "since"),
                report.notEnded().stream()
                        .limit(SHOWN)
                        .map(job -> List.of(job.name(), job.where(), job.client(), fate(job), since(job, end)))
                        .toList());
        more(report.notEnded().size());
    }

    static String fate(JobStory job) {
        return switch (job.fate()) {
            case COMPLETE -> "complete";
            case ENDED_OTHERWISE -> "ended, by its fence";
            case NOT_RECORDED -> "cut off by the capture's edge";
            case QUEUED -> "still queued";
            case RUNNING -> "running";
            case LOST -> "lost: the hardware's fence signalled";
            case HUNG -> "hung";
        };
    }

    private static String since(JobStory job, long endNs) {
        Long ran = job.ranNs();
        return Units.time(Math.max(0, endNs - (ran == null ? job.submittedNs() : ran)));
    }

    private void stuck() {
        for (Stuck one : report.stuck()) {
            heading("Stuck behind " + one.fence());
            names("directly", one.directly());
            names("in turn", one.inTurn());
            names("threads that wait", one.waiters());
        }
    }

    private void changes() {
        String baseline = report.baseline();
        if (baseline == null) {
            return;
        }
        heading("Changed since " + baseline);
        if (report.changes().isEmpty()) {
            paragraph(
                    "No ring and no client came or went, and no percentile differs by more than a tenth.", Style.PLAIN);
            return;
        }
        table(
                List.of("what", "figure", "then", "now", "times"),
                report.changes().stream()
                        .map(change -> List.of(
                                change.what() + " " + change.who(),
                                change.figure(),
                                Percentiles.text(change.thenNs()),
                                Percentiles.text(change.nowNs()),
                                ratio(change)))
                        .toList());
    }

    static String ratio(CaptureChange change) {
        Double ratio = change.ratio();
        return ratio == null ? "-" : String.format(Locale.ROOT, "x%.2f", ratio);
    }

    private void names(String how, List<String> names) {
        if (!names.isEmpty()) {
            paragraph(how + ": " + String.join(", ", names), Style.PLAIN);
        }
    }

    private void story(Story story) {
        if (!story.found()) {
            paragraph(
                    "Nothing of " + story.fence() + " is in " + report.capture().file()
                            + ". A fence is named CONTEXT:SEQNO, as the events print it.",
                    Style.BAD);
            return;
        }
        JobStory job = story.job();
        if (job == null) {
            paragraph(story.fence() + " is no job's fence that this capture knows.", Style.BOLD);
        } else {
            paragraph(
                    "Job " + job.name() + " of " + job.where() + ", " + job.client() + ": " + fate(job) + ", "
                            + Units.time(job.totalNs()) + " from " + seconds(job.submittedNs()) + ".",
                    Style.BOLD);
            job.dependencies().forEach(on -> paragraph("Depends on " + on + ".", Style.PLAIN));
            job.parts().forEach(part -> paragraph("  " + InspectFindings.spent(part), Style.PLAIN));
            if (job.interruptLost()) {
                paragraph("A timer found its end: the interrupt was lost.", Style.BAD);
            }
            if (job.refreshes() != null) {
                paragraph("It was in flight at " + job.refreshes() + ".", Style.PLAIN);
            }
        }
        if (!story.moments().isEmpty()) {
            heading("What happened");
            long first = story.moments().get(0).timeNs();
            table(
                    List.of("time", "after", "CPU", "thread", "what"),
                    story.moments().stream()
                            .map(m -> List.of(
                                    seconds(m.timeNs()),
                                    Units.time(m.timeNs() - first),
                                    m.cpu() < 0 ? "-" : String.valueOf(m.cpu()),
                                    m.task(),
                                    m.what()))
                            .toList());
        }
        if (!story.waits().isEmpty()) {
            heading("Who waited for it");
            waits(story.waits());
        }
    }

    /** As the kernel prints it, to the microsecond. */
    static String seconds(long ns) {
        long us = Math.floorDiv(ns, 1000);
        return String.format(Locale.ROOT, "%d.%06d", Math.floorDiv(us, 1_000_000), Math.floorMod(us, 1_000_000L));
    }

    private void more(int size) {
        if (size > SHOWN) {
            paragraph("and " + Units.count(size - SHOWN) + " more, in the JSON", Style.FAINT);
        }
    }

    private void heading(String text) {
        out.append('\n').append(Style.BOLD.apply(text, colour)).append('\n');
    }

    private void table(List<String> titles, List<List<String>> rows) {
        List<List<Cell>> cells = new ArrayList<>();
        cells.add(titles.stream().map(title -> new Cell(title, Style.FAINT)).toList());
        rows.forEach(row -> cells.add(row.stream().map(Cell::of).toList()));
        out.append(TextTable.fitted(colour, cells));
    }

    private void paragraph(String text, Style style) {
        TextTable.wrap(text, TextTable.width())
                .forEach(line -> out.append(style.apply(line, colour)).append('\n'));
    }
}
