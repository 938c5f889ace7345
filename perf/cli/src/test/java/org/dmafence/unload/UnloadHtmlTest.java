package org.dmafence.unload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dmafence.compare.ShimReport.NamePair;
import org.dmafence.departure.Certificate;
import org.dmafence.report.page.Provenance;
import org.dmafence.rules.PageRules;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class UnloadHtmlTest {
    private static UnloadReport report(int left) {
        Certificate certificate = new Certificate(
                left == 0,
                left == 0 ? "PINNED" : "COLLECTED",
                left > 0,
                5_000,
                List.of(new Certificate.Step("going", 5_000)),
                10,
                10,
                0,
                0,
                10,
                0,
                0,
                1,
                List.of());
        UnloadReport.Series series = new UnloadReport.Series(100, 100, 0);
        return new UnloadReport(
                "<b>driver",
                "1.0",
                "a.jar",
                "table",
                List.of(),
                "INLINE",
                new UnloadReport.Plan(10, 2, 1, null, false, false),
                1,
                left,
                List.of(new UnloadReport.StepTimes("going", 1, 5_000, 6_000)),
                series,
                series,
                new UnloadReport.KeptFences(10, 10, 10, 0, 10, new NamePair("driver", "ring")),
                certificate,
                certificate,
                List.of(),
                null,
                List.of(),
                0);
    }

    @Test
    void shouldSayWhetherItLeftAndHowLongEachStepTook() {
        String html = UnloadHtml.of(report(1), Provenance.here("dmafence unload"));
        Document page = PageRules.parse(html);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(page.select("p.good").eachText()).singleElement().asString().contains("<b>driver left 1 of 1 time");
        assertThat(page.select("td").eachText()).contains("going", "1", "5.00 \u00b5s", "6.00 \u00b5s");
    }

    @Test
    void shouldBeRedWhenItDidNotLeave() {
        String html = UnloadHtml.of(report(0), Provenance.here("dmafence unload"));

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(PageRules.parse(html).select("p.bad").eachText())
                .singleElement()
                .asString()
                .contains("-EBUSY");
    }
}
