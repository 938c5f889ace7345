package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmafence.profile.ProfileReport.Jobs;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.report.Style;
import org.dmafence.report.TextTable;
import org.dmafence.report.TextTable.Cell;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/** Prints a profile for a person: a sentence for each shim, then its percentiles. */
public final class ProfileText {
    private static final int LABEL = 18;
    private static final int NUMBER = 9;
    private static final int RATIO = 5;

    private final ProfileReport report;
    private final @Nullable Baseline baseline;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    private ProfileText(ProfileReport report, @Nullable Baseline baseline, boolean colour) {
        this.report = report;
        this.baseline = baseline;
        this.colour = colour;
    }

    /** The report as text, in colours or not. */
    public static String of(ProfileReport report, @Nullable Baseline baseline, boolean colour) {
        return new ProfileText(report, baseline, colour).print();
    }

    private String print() {
        for (Shim shim : report.shims()) {
            Style style = Sentences.good(shim) ? Style.GOOD : Style.BAD;
            paragraph(style, shim.shim() + ": " + Sentences.verdict(report.input(), shim));
        }
        for (ProfileReport.Check check : report.checks()) {
            paragraph(check.held() ? Style.GOOD : Style.BAD, check.sentence());
        }
        out.append('\n');
        paragraph(
                Style.FAINT,
                Sentences.load(report.input()) + " Seed " + report.input().seed() + ".");
        paragraph(Style.FAINT, Sentences.instrument(report.instrument()));
        if (baseline != null) {
            paragraph(Style.FAINT, "Behind the percentiles: how many times as long as in " + baseline.name() + ".");
        }
        report.shims().forEach(this::shim);
        if (report.interrupted()) {
            out.append('\n');
            paragraph(Style.NOTE, "Interrupted: this is what was measured up to then.");
        }
        return out.toString();
    }

    private void paragraph(Style style, String text) {
        TextTable.wrap(text, TextTable.width())
                .forEach(line -> out.append(style.apply(line, colour)).append('\n'));
    }

    private void shim(Shim shim) {
        out.append('\n');
        line(
                Style.BOLD,
                shim.shim(),
                List.of("jobs", "p50", "p90", "p99", "p99.9", "p99.99", "max"),
                baseline == null ? List.of() : List.of(new Cell("p50", Style.BOLD), new Cell("p99", Style.BOLD)));
        for (Edge edge : Edge.shown(shim)) {
            FinePercentiles earlier =
                    baseline == null ? null : baseline.edge(shim.shim(), edge).orElse(null);
            row(edge.label(), edge == Edge.WHOLE ? Style.BOLD : Style.PLAIN, shim.edge(edge), earlier);
        }
        for (ProfileReport.Client client : shim.clients()) {
            client.edges().stream()
                    .filter(times -> times.edge().equals(Edge.WHOLE.tag()))
                    .forEach(times -> row("whole, " + client.client(), Style.FAINT, times.times(), null));
        }
        out.append('\n');
        Jobs jobs = shim.jobs();
        fact(
                "jobs",
                Sentences.jobs(report.input(), jobs) + Sentences.heldUp(shim),
                jobs.good() ? Style.PLAIN : Style.BAD);
        fact("memory", Sentences.memory(shim), Style.PLAIN);
        fact("processor", Sentences.processor(shim), Style.PLAIN);
        fact("unload", Sentences.unload(shim.unload()), shim.unload().last().collected() ? Style.PLAIN : Style.BAD);
        if (shim.reported() > 0) {
            fact("reported", Units.count(shim.reported(), "broken rule") + ", see the log", Style.BAD);
        }
    }

    private void fact(String name, String text, Style style) {
        List<String> lines = TextTable.wrap(text, TextTable.width() - 11);
        for (int i = 0; i < lines.size(); i++) {
            out.append(Style.FAINT.apply(String.format(Locale.ROOT, "%-11s", i == 0 ? name : ""), colour))
                    .append(style.apply(lines.get(i), colour))
                    .append('\n');
        }
    }

    private void row(String label, Style style, FinePercentiles times, @Nullable FinePercentiles earlier) {
        List<String> numbers = new ArrayList<>();
        numbers.add(Units.count(times.count()));
        numbers.addAll(Sentences.times(times));
        line(
                style,
                label,
                numbers,
                earlier == null
                        ? List.of()
                        : List.of(
                                ratio(Baseline.ratio(times.p50Ns(), earlier.p50Ns())),
                                ratio(Baseline.ratio(times.p99Ns(), earlier.p99Ns()))));
    }

    private void line(Style style, String label, List<String> numbers, List<Cell> ratios) {
        String name = label.length() > LABEL ? label.substring(0, LABEL) : label;
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-" + LABEL + "s", name));
        numbers.forEach(number -> text.append(String.format(Locale.ROOT, " %" + NUMBER + "s", number)));
        out.append(style.apply(text.toString(), colour));
        ratios.forEach(ratio ->
                out.append(ratio.style().apply(String.format(Locale.ROOT, " %" + RATIO + "s", ratio.text()), colour)));
        out.append('\n');
    }

    private static Cell ratio(@Nullable Double ratio) {
        int sign = Baseline.sign(ratio);
        return new Cell(Baseline.text(ratio), sign == 0 ? Style.PLAIN : sign < 0 ? Style.GOOD : Style.BAD);
    }
}
