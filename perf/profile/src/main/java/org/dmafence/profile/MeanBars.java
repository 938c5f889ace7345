package org.dmafence.profile;

import static j2html.TagCreator.div;
import static j2html.TagCreator.span;
import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import j2html.tags.specialized.DivTag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dmafence.profile.ProfileReport.Shim;
import org.dmafence.report.Units;
import org.dmafence.report.page.Hue;
import org.dmafence.report.page.Mark;

/** The means of the edges of each shim, in a row: means can be added, percentiles can't. */
final class MeanBars {
    private static final double WIDTH = 1000;
    private static final int HEIGHT = 16;

    private MeanBars() {}

    static DomContent of(List<Shim> shims) {
        double most = shims.stream().mapToDouble(MeanBars::sum).max().orElse(1);
        DivTag bars = div().withClass("bars");
        for (Shim shim : shims) {
            bars = bars.with(
                    span(shim.shim()),
                    bar(shim, WIDTH / most),
                    span("mean " + Units.time(shim.edge(Edge.WHOLE).meanNs())));
        }
        return bars;
    }

    static DomContent keys() {
        Map<Hue, String> meanings = new LinkedHashMap<>();
        Edge.parts().forEach(edge -> meanings.put(Palette.edge(edge), edge.label()));
        return Mark.keys(meanings);
    }

    private static double sum(Shim shim) {
        return Math.max(
                1,
                Edge.parts().stream()
                        .mapToLong(edge -> shim.edge(edge).meanNs())
                        .sum());
    }

    private static DomContent bar(Shim shim, double perNs) {
        ContainerTag<?> svg = tag("svg")
                .attr("viewBox", "0 0 " + (int) WIDTH + " " + HEIGHT)
                .attr("preserveAspectRatio", "none")
                .attr("role", "img")
                .attr("aria-label", "mean of each edge of " + shim.shim());
        double x = 0;
        for (Edge edge : Edge.parts()) {
            long mean = shim.edge(edge).meanNs();
            double width = mean * perNs;
            svg.with(tag("rect")
                    .attr("x", number(x))
                    .attr("width", number(width))
                    .attr("height", HEIGHT)
                    .withClass(Palette.edge(edge).style())
                    .with(tag("title").withText(edge.label() + ", mean " + Units.time(mean))));
            x += width;
        }
        return svg;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
