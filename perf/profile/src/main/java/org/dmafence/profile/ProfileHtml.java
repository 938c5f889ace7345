package org.dmafence.profile;

import static j2html.TagCreator.b;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;

import j2html.tags.DomContent;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.dmafence.profile.ProfileReport.Input;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.report.page.Facts;
import org.dmafence.report.page.Hue;
import org.dmafence.report.page.Mark;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Tone;
import org.jspecify.annotations.Nullable;

/** A profile as one page of HTML. Used by one thread, once. */
public final class ProfileHtml {
    private static final int LEAST_FOR_A_LINE = 2;

    /** Nobody can tell more apart. */
    private static final int MOST_CURVES = 30;

    private final ProfileReport report;
    private final Map<String, Histogram> histograms;
    private final @Nullable Baseline baseline;
    private final Page page = Page.of("Latency of jobs, edge by edge");

    private ProfileHtml(ProfileReport report, Map<String, Histogram> histograms, @Nullable Baseline baseline) {
        this.report = report;
        this.histograms = histograms;
        this.baseline = baseline;
    }

    /**
     * The page.
     *
     * @param histograms the report's, by tag
     * @param baseline an earlier run to put beside it
     */
    public static String of(
            ProfileReport report, Map<String, Histogram> histograms, @Nullable Baseline baseline, Provenance made) {
        ProfileHtml html = new ProfileHtml(report, histograms, baseline);
        html.head();
        html.together();
        for (int i = 0; i < report.shims().size(); i++) {
            html.shim(report.shims().get(i), Hue.of(i));
        }
        html.method();
        return html.page.html(
                made,
                "Measured from " + report.began()
                        + " on. Beside this page: profile.json, profile.hlog (intervals of a second, tags SHIM:EDGE and"
                        + " SHIM:CLIENT:EDGE) and hgrm/ (percentile tables), for the usual HdrHistogram tools.");
    }

    // ---- all shims ----------------------------------------------------------------------------------------------

    private void head() {
        page.lead(Sentences.load(report.input())
                + (report.interrupted() ? " The run was interrupted: this is what was measured up to then." : "")
                + (baseline == null ? "" : " Held against " + baseline.name() + "."));
        page.add(div(each(
                        IntStream.range(0, report.shims().size()).boxed().toList(),
                        i -> card(report.input(), report.shims().get(i), Hue.of(i))))
                .withClass("cards"));
    }

    private static DomContent card(Input input, Shim shim, Hue hue) {
        FinePercentiles whole = shim.edge(Edge.WHOLE);
        return div(
                        div(span(shim.shim()), Mark.chip(Tone.of(Sentences.good(shim)), Sentences.chip(input, shim)))
                                .withClass("name"),
                        div(
                                        figure("p50", whole.count() == 0 ? null : (Long) whole.p50Ns()),
                                        figure("p99", whole.p99Ns()),
                                        figure("p99.9", whole.p999Ns()),
                                        figure("max", whole.count() == 0 ? null : (Long) whole.maxNs()))
                                .withClass("figures"),
                        p(Sentences.jobs(input, shim.jobs()) + Sentences.heldUp(shim) + "."))
                .withClass("card " + hue.style());
    }

    private static DomContent figure(String name, @Nullable Long ns) {
        return div(b(Sentences.time(ns))).withText(name);
    }

    private void together() {
        page.section("The whole way");
        page.note(
                "From when a job was meant to be sent until its callback runs: a stall shows in every job that it held up."
                        + " The further to the right, the rarer.");
        PercentileCurves curves = new PercentileCurves();
        for (int i = 0; i < Math.min(MOST_CURVES, report.shims().size()); i++) {
            curves(
                    curves,
                    report.shims().get(i).shim(),
                    Edge.WHOLE,
                    report.shims().get(i).shim(),
                    Hue.of(i));
        }
        add(curves, "Latency of the whole way by percentile");
        page.subsection("Where the time goes, on average");
        page.add(MeanBars.of(report.shims()), MeanBars.keys());
    }

    private void curves(PercentileCurves curves, String shim, Edge edge, String name, Hue hue) {
        String tag = Tracks.tag(shim, edge);
        curves.add(name, histograms.get(tag), hue, false);
        if (baseline != null && edge == Edge.WHOLE) {
            curves.add(name + ", baseline", baseline.histograms().get(tag), hue, true);
        }
    }

    private void add(PercentileCurves curves, String title) {
        if (!curves.isEmpty()) {
            page.add(curves.chart(title));
        }
    }

    // ---- one shim -----------------------------------------------------------------------------------------------

    private void shim(Shim shim, Hue hue) {
        page.section(shim.shim()).add(ProfileTables.edges(shim));
        if (baseline != null) {
            baseline.report().shim(shim.shim()).ifPresent(then -> comparison(baseline, shim, then));
        }
        page.subsection("Every edge by percentile");
        PercentileCurves curves = new PercentileCurves();
        for (Edge edge : Edge.values()) {
            curves(curves, shim.shim(), edge, edge.label(), Palette.edge(edge));
        }
        add(curves, "Latency of each edge of " + shim.shim() + " by percentile");
        overTime(shim, hue);
        page.subsection("Clients, the whole way").add(ProfileTables.clients(shim));
        page.subsection("Memory and processor").text(Sentences.memory(shim) + ".");
        if (shim.memory().afterCollections().size() >= LEAST_FOR_A_LINE) {
            page.add(SecondCharts.heap(shim.shim(), shim.memory().afterCollections(), hue));
        }
        page.add(ProfileTables.perJob(shim));
        page.subsection("Unloading the driver").text(Sentences.unload(shim.unload()) + ".");
    }

    private void comparison(Baseline earlier, Shim now, Shim then) {
        page.subsection("Beside " + earlier.name());
        page.add(ProfileTables.comparison(now, earlier)).text(ProfileTables.perJob(now, then));
        page.note(
                "A ratio of x2.00 takes twice as long now. In colour: more than 5 % apart, which two runs of the same thing"
                        + " can be as well; repeat before you believe it.");
    }

    private void overTime(Shim shim, Hue hue) {
        if (shim.seconds().size() < LEAST_FOR_A_LINE) {
            return;
        }
        page.subsection("Second by second");
        SecondCharts charts = new SecondCharts(shim.shim(), shim.seconds());
        if (shim.seconds().stream().filter(second -> second.maxNs() > 0).count() >= LEAST_FOR_A_LINE) {
            page.add(charts.latency(hue)).add(charts.heat(hue));
        }
        page.add(charts.load(report.input().intendedPerSecond(), hue));
        if (!report.input().closed()) {
            page.add(charts.backlog(hue));
        }
    }

    // ---- what to know -------------------------------------------------------------------------------------------

    private void method() {
        page.section("How it was measured");
        page.add(new Facts()
                .add("Times", "on the runtime's clock, one for all threads; jobs of the warm-up do not count")
                .add("Instrument", Sentences.instrument(report.instrument()))
                .add(
                        "Sender",
                        report.input().closed()
                                ? "waits for its jobs, so a stall lowers the rate and hides in it"
                                : "sleeps until the next job is due and sends all that are; its own waking is the send delay")
                .add(
                        "Sleeper",
                        "one more client, not in the totals, that sleeps for each of its jobs; what signal to wake comes from."
                                + " What it would have sent while it slept too long counts with what was left of that sleep")
                .add(
                        "Grace periods",
                        "one synchronize() about every 100 ms on a thread that is nobody else's; those that could not begin"
                                + " because one took longer count with what was left of it")
                .add(
                        "Seconds",
                        "a job counts in the second that it ended in, the last one up to the end of the measured time")
                .element());
    }
}
