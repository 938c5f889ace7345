package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.dmafence.profile.ProfileReport.EdgeTimes;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.profile.ThreadUsage.PerJob;
import org.dmafence.report.Units;
import org.jspecify.annotations.Nullable;

/** The tables of the page. Used by one thread. */
final class HtmlTables {
    private static final List<String> QUANTILES = List.of("p50", "p90", "p99", "p99.9", "p99.99", "max");
    private static final List<String> COMPARED = List.of("p50", "p99", "p99.9", "max");
    private static final List<Function<FinePercentiles, @Nullable Long>> VALUES =
            List.of(FinePercentiles::p50Ns, FinePercentiles::p99Ns, FinePercentiles::p999Ns, FinePercentiles::maxNs);

    private final Html html;
    private final @Nullable Baseline baseline;

    HtmlTables(Html html, @Nullable Baseline baseline) {
        this.html = html;
        this.baseline = baseline;
    }

    /** The means of the edges of each shim, in a row: means can be added, percentiles can't. */
    void bars(List<Shim> shims) {
        double most = shims.stream().mapToDouble(HtmlTables::sum).max().orElse(1);
        html.raw("<div class=\"bars\">");
        for (Shim shim : shims) {
            html.element("span", shim.shim());
            html.raw(String.format(Locale.ROOT, "<div class=\"bar\" style=\"width: %.2f%%\">", 100 * sum(shim) / most));
            for (Edge edge : Edge.parts()) {
                long mean = shim.edge(edge).meanNs();
                html.raw(String.format(
                        Locale.ROOT,
                        "<div style=\"flex: %d 0 0; background: %s\" title=\"%s\"></div>",
                        mean,
                        Palette.css(Palette.edge(edge)),
                        Html.text(edge.label() + ", mean " + time(mean))));
            }
            html.raw("</div>");
            html.element("span", "mean " + time(shim.edge(Edge.WHOLE).meanNs()));
        }
        html.raw("</div>").raw("<p class=\"keys\">");
        Edge.parts().forEach(edge -> html.raw("<span>" + mark(edge) + Html.text(edge.label()) + "</span>"));
        html.raw("</p>");
    }

    private static double sum(Shim shim) {
        return Math.max(
                1,
                Edge.parts().stream()
                        .mapToLong(edge -> shim.edge(edge).meanNs())
                        .sum());
    }

    private static String mark(Edge edge) {
        return "<i style=\"background: " + Palette.css(Palette.edge(edge)) + "\"></i>";
    }

    private static String name(Edge edge) {
        return "<td title=\"" + Html.text(edge.meaning()) + "\">" + mark(edge) + Html.text(edge.label()) + "</td>";
    }

    /** Every edge of a shim. */
    void edges(Shim shim) {
        begin("edge", "jobs");
        for (Edge edge : Edge.shown(shim)) {
            List<String> cells = new ArrayList<>(List.of(name(edge)));
            cells.addAll(numbers(shim.edge(edge)));
            html.row(row(edge), cells);
        }
        end();
    }

    private static String row(Edge edge) {
        return edge == Edge.WHOLE ? "tr class=\"whole\"" : "tr";
    }

    private void begin(String... first) {
        html.raw("<div class=\"scroll\">").raw("<table>").raw("<thead>").raw("<tr>");
        for (String title : first) {
            html.element("th", title);
        }
        QUANTILES.forEach(title -> html.element("th", title));
        html.raw("</tr>").raw("</thead>").raw("<tbody>");
    }

    private void end() {
        html.raw("</tbody>").raw("</table>").raw("</div>");
    }

    private static List<String> numbers(FinePercentiles times) {
        List<String> cells = new ArrayList<>();
        cells.add(Units.count(times.count()));
        cells.addAll(Sentences.times(times));
        return cells;
    }

    private static String time(long ns) {
        return Units.time(ns);
    }

    /** This run and the earlier one, side by side. */
    void comparison(Shim shim) {
        html.raw("<div class=\"scroll\">")
                .raw("<table>")
                .raw("<thead>")
                .raw("<tr>")
                .raw("<th></th>");
        COMPARED.forEach(title -> html.element("th colspan=\"3\" style=\"text-align: center\"", title));
        html.raw("</tr>").raw("<tr>").element("th", "edge");
        COMPARED.forEach(
                title -> html.element("th", "now").element("th", "then").element("th", "ratio"));
        html.raw("</tr>").raw("</thead>").raw("<tbody>");
        for (Edge edge : Edge.shown(shim)) {
            FinePercentiles now = shim.edge(edge);
            FinePercentiles then =
                    baseline == null ? null : baseline.edge(shim.shim(), edge).orElse(null);
            List<String> cells = new ArrayList<>(List.of(name(edge)));
            for (Function<FinePercentiles, @Nullable Long> value : VALUES) {
                cells.addAll(pair(now, then, value));
            }
            html.row(row(edge), cells);
        }
        end();
        if (baseline != null) {
            baseline.report().shim(shim.shim()).ifPresent(then -> perJob(shim, then));
        }
        html.element(
                "p class=\"note\"",
                "A ratio of x2.00 takes twice as long now. In colour: more than 5 % apart, which two runs of the same thing"
                        + " can be as well; repeat before you believe it.");
    }

    private void perJob(Shim now, Shim then) {
        html.element(
                "p",
                String.format(
                        Locale.ROOT,
                        "Achieved %s, then %s. Allocated per job %,.0f B, then %,.0f B (%s). CPU time per job %s, then %s (%s).",
                        Sentences.rate(now.jobs().achievedPerSecond()),
                        Sentences.rate(then.jobs().achievedPerSecond()),
                        now.bytesPerJob(),
                        then.bytesPerJob(),
                        ratio(now.bytesPerJob(), then.bytesPerJob()),
                        time(Math.round(now.cpuNsPerJob())),
                        time(Math.round(then.cpuNsPerJob())),
                        ratio(now.cpuNsPerJob(), then.cpuNsPerJob())));
    }

    private static String ratio(double now, double then) {
        return Baseline.text(Baseline.ratio(Math.round(now), Math.round(then)));
    }

    private static List<String> pair(
            FinePercentiles now, @Nullable FinePercentiles then, Function<FinePercentiles, @Nullable Long> value) {
        if (then == null || now.count() == 0) {
            return List.of(now.count() == 0 ? "-" : Sentences.time(value.apply(now)), "-", "-");
        }
        Double ratio = Baseline.ratio(value.apply(now), value.apply(then));
        int sign = Baseline.sign(ratio);
        String style = sign == 0 ? "" : sign < 0 ? " class=\"better\"" : " class=\"worse\"";
        return List.of(
                Sentences.time(value.apply(now)),
                Sentences.time(value.apply(then)),
                "<td" + style + ">" + Baseline.text(ratio) + "</td>");
    }

    /** The whole way of each client. */
    void clients(Shim shim) {
        begin("client", "jobs");
        for (ProfileReport.Client client : shim.clients()) {
            for (EdgeTimes times : client.edges()) {
                if (times.edge().equals(Edge.WHOLE.tag())) {
                    List<String> cells = new ArrayList<>(List.of(cell(client.client())));
                    cells.addAll(numbers(times.times()));
                    html.row("tr", cells);
                }
            }
        }
        end();
    }

    private static String cell(String text) {
        return "<td>" + Html.text(text) + "</td>"; // whatever a client is called
    }

    /** Who allocates and computes how much for a job. */
    void perJob(Shim shim) {
        html.raw("<div class=\"scroll\">").raw("<table>").raw("<thead>").raw("<tr>");
        html.element("th", "threads").element("th", "allocated per job").element("th", "CPU time per job");
        html.raw("</tr>").raw("</thead>").raw("<tbody>");
        for (PerJob group : shim.perJob()) {
            html.row("tr", List.of(cell(group.group()), bytes(group.bytes()), time(Math.round(group.cpuNs()))));
        }
        html.row("tr class=\"whole\"", List.of("all", bytes(shim.bytesPerJob()), time(Math.round(shim.cpuNsPerJob()))));
        end();
    }

    private static String bytes(double bytes) {
        return String.format(Locale.ROOT, "%,.0f B", bytes);
    }
}
