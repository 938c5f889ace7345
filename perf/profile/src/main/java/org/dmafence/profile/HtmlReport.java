package org.dmafence.profile;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.dmafence.profile.ProfileReport.Input;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.report.StyleSheet;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/** A profile as one page of HTML that needs nothing beside it. Used by one thread, once. */
public final class HtmlReport {
    private static final int LEAST_FOR_A_LINE = 2;

    private final ProfileReport report;
    private final Map<String, Histogram> histograms;
    private final @Nullable Baseline baseline;
    private final Html html = new Html();
    private final HtmlTables tables;

    private HtmlReport(ProfileReport report, Map<String, Histogram> histograms, @Nullable Baseline baseline) {
        this.report = report;
        this.histograms = histograms;
        this.baseline = baseline;
        tables = new HtmlTables(html, baseline);
    }

    /**
     * The page.
     *
     * @param histograms the report's, by tag
     * @param baseline an earlier run to put beside it
     */
    public static String of(ProfileReport report, Map<String, Histogram> histograms, @Nullable Baseline baseline) {
        return new HtmlReport(report, histograms, baseline).page();
    }

    /**
     * Has this JVM draw a plot, which it may not be able to. Before the load, because it is too late behind it.
     *
     * @throws RuntimeException or an {@link Error}, if it can't: there is no font, as a rule
     */
    public static void prepare() {
        System.setProperty("java.awt.headless", "true");
        Histogram some = new Histogram(2);
        some.recordValue(1);
        byte[] unused = Plots.percentiles(List.of(new PlotLine("some", some, Palette.shim(0), false)));
    }

    private String page() {
        html.raw("<!DOCTYPE html>").raw("<html lang=\"en\">").raw("<head>").raw("<meta charset=\"utf-8\"/>");
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
        html.element("title", "dmafence profile: " + report.input().load());
        html.raw("<style>" + StyleSheet.common() + "</style>")
                .raw("</head>")
                .raw("<body>")
                .raw("<main>");
        head();
        together();
        for (int i = 0; i < report.shims().size(); i++) {
            shim(report.shims().get(i), Palette.shim(i));
        }
        foot();
        return html.raw("</main>").raw("</body>").raw("</html>").toString();
    }

    // ---- all shims ----------------------------------------------------------------------------------------------

    private void head() {
        Input input = report.input();
        html.element("h1", "Latency of jobs, edge by edge");
        html.element(
                "p class=\"lead\"",
                Sentences.load(input)
                        + (report.interrupted()
                                ? " The run was interrupted: this is what was measured up to then."
                                : "")
                        + (baseline == null ? "" : " Held against " + baseline.name() + "."));
        html.raw("<div class=\"cards\">");
        for (int i = 0; i < report.shims().size(); i++) {
            card(input, report.shims().get(i), Palette.css(Palette.shim(i)));
        }
        html.raw("</div>");
    }

    private void card(Input input, Shim shim, String colour) {
        FinePercentiles whole = shim.edge(Edge.WHOLE);
        boolean good = Sentences.good(shim);
        html.raw("<section class=\"card\" style=\"--mark: " + colour + "\">");
        html.raw("<h3>" + Html.text(shim.shim()) + "<span class=\"chip " + (good ? "good" : "bad") + "\">"
                + Html.text(Sentences.chip(input, shim))
                + "</span></h3>");
        html.raw("<div class=\"figures\">");
        figure("p50", Sentences.time(whole.count() == 0 ? null : (Long) whole.p50Ns()));
        figure("p99", Sentences.time(whole.p99Ns()));
        figure("p99.9", Sentences.time(whole.p999Ns()));
        figure("max", Sentences.time(whole.count() == 0 ? null : (Long) whole.maxNs()));
        html.raw("</div>");
        html.element("p", Sentences.jobs(input, shim.jobs()) + Sentences.heldUp(shim) + ".");
        html.raw("</section>");
    }

    private void figure(String name, String value) {
        html.raw("<div><b>" + Html.text(value) + "</b>" + name + "</div>");
    }

    private void together() {
        html.element("h2", "The whole way");
        html.element(
                "p class=\"note\"",
                "From the time a job was meant to be sent until its callback ran. Each step to the right has a tenth of the jobs"
                        + " of the one before; a curve that turns up early has its slow jobs among the common ones.");
        List<PlotLine> curves = new ArrayList<>();
        for (int i = 0; i < report.shims().size(); i++) {
            curves(curves, report.shims().get(i).shim(), Edge.WHOLE, null, Palette.shim(i));
        }
        plot(curves, "Latency by percentile, a curve for each shim");
        html.element("h3", "Where the time goes");
        html.element("p class=\"note\"", "The mean of each edge; means add up, percentiles don't.");
        tables.bars(report.shims());
    }

    /** The curve of this run, and behind it that of the earlier one. */
    private void curves(List<PlotLine> curves, String shim, Edge edge, @Nullable String name, Color colour) {
        String tag = Tracks.tag(shim, edge);
        String label = name == null ? shim : name;
        curve(curves, label, histograms.get(tag), colour, false);
        if (baseline != null && (name == null || edge == Edge.WHOLE)) {
            curve(curves, label + ", baseline", baseline.histograms().get(tag), colour, true);
        }
    }

    private static void curve(
            List<PlotLine> curves, String name, @Nullable Histogram histogram, Color colour, boolean earlier) {
        if (histogram != null && histogram.getTotalCount() > 0) {
            curves.add(new PlotLine(name, histogram, colour, earlier));
        }
    }

    private void plot(List<PlotLine> curves, String alternative) {
        if (!curves.isEmpty()) {
            html.png(Plots.percentiles(curves), Plots.WIDTH, Plots.HEIGHT, alternative);
            keys(curves.stream()
                    .map(curve -> key(curve.name(), curve.colour(), curve.earlier()))
                    .toList());
        }
    }

    private void keys(List<String> keys) {
        html.raw("<p class=\"keys\">");
        keys.forEach(html::raw);
        html.raw("</p>");
    }

    /** What a line of a plot is. */
    private static String key(String name, Color colour, boolean dashed) {
        return "<span><i class=\"line" + (dashed ? " dashed" : "") + "\" style=\"border-color: " + Palette.css(colour)
                + "\"></i>" + Html.text(name) + "</span>";
    }

    // ---- one shim -----------------------------------------------------------------------------------------------

    private void shim(Shim shim, Color colour) {
        html.element("h2", shim.shim());
        tables.edges(shim);
        if (baseline != null && baseline.report().shim(shim.shim()).isPresent()) {
            html.element("h3", "Beside " + baseline.name());
            tables.comparison(shim);
        }
        html.element("h3", "Every edge by percentile");
        List<PlotLine> curves = new ArrayList<>();
        for (Edge edge : Edge.values()) {
            curves(curves, shim.shim(), edge, edge.label(), Palette.edge(edge));
        }
        plot(curves, "Latency of each edge of " + shim.shim() + " by percentile");
        overTime(shim, colour);
        html.element("h3", "Clients, the whole way");
        tables.clients(shim);
        html.element("h3", "Memory and processor");
        html.element("p", Sentences.memory(shim) + ".");
        if (shim.memory().afterCollections().size() >= LEAST_FOR_A_LINE) {
            html.png(
                    Plots.heap(shim.memory().afterCollections(), shim.measuredNs(), colour),
                    Plots.WIDTH,
                    Plots.LOW,
                    "Heap in use after each collection of " + shim.shim());
        }
        tables.perJob(shim);
        html.element("h3", "Unloading the driver");
        html.element("p", Sentences.unload(shim.unload()) + ".");
    }

    private void overTime(Shim shim, Color colour) {
        if (shim.seconds().stream().filter(second -> second.maxNs() > 0).count() >= LEAST_FOR_A_LINE) {
            html.element("h3", "The whole way, second by second");
            html.png(
                    Plots.overTime(shim.seconds(), colour),
                    Plots.WIDTH,
                    Plots.HEIGHT,
                    "p50, p99 and maximum of " + shim.shim() + " in each second");
            keys(List.of(key("maximum", Plots.MAX, false), key("p99", colour, true), key("p50", colour, false)));
        }
    }

    // ---- what to know -------------------------------------------------------------------------------------------

    private void foot() {
        html.element("h2", "How it was measured");
        html.raw("<dl>");
        fact("Times", "on the runtime's clock, one for all threads; jobs of the warm-up do not count");
        fact("Instrument", Sentences.instrument(report.instrument()));
        fact(
                "Sender",
                report.input().closed()
                        ? "waits for its jobs, so a stall lowers the rate and hides in it"
                        : "sleeps until the next job is due and sends all that are; its own waking is the send delay");
        fact(
                "Sleeper",
                "one more client, not in the totals, that sleeps for each of its jobs; what signal to wake comes from. What it"
                        + " would have sent while it slept too long counts with what was left of that sleep");
        fact(
                "Grace periods",
                "one synchronize() about every 100 ms on a thread that is nobody else's; those that could not begin because"
                        + " one took longer count with what was left of it");
        fact(
                "Machine",
                report.machine().java() + "; " + report.machine().os() + "; "
                        + report.machine().processors() + " processors; heap up to "
                        + Units.bytes(report.machine().maxHeapBytes()));
        html.raw("</dl>");
        html.raw("<footer>");
        html.raw(Html.text("dmafence profile, " + report.began()
                + ". Beside this page: profile.json, profile.hlog (intervals of a second, tags SHIM:EDGE and"
                + " SHIM:CLIENT:EDGE) and hgrm/ (percentile tables), for the usual HdrHistogram tools."));
        html.raw("</footer>");
    }

    private void fact(String name, String text) {
        html.element("dt", name).element("dd", text);
    }
}
