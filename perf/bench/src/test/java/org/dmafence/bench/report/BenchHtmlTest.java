package org.dmafence.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Objects;
import org.dmafence.report.page.Provenance;
import org.dmafence.rules.PageRules;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class BenchHtmlTest {
    private static final Provenance MADE = Provenance.here("dmafence bench");

    @Test
    void shouldShowEveryRowAndEveryContender() {
        String html = BenchHtml.of(BenchTextTest.REPORT, MADE);
        Document page = PageRules.parse(html);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(page.select("td.good").eachText()).containsExactly("ok");
        assertThat(page.select("td.note").eachText()).containsExactly("left out");
        assertThat(page.text())
                .contains("somebody: is not here", "0.60..0.80", "<= 0.62", "2 rows, 0 missed, 1 left out");
    }

    @Test
    void shouldDrawEachCurveBesideStraightGrowth() throws Exception {
        String html = ScalingHtml.of(ScalingTextTest.REPORT, MADE);
        Document page = PageRules.parse(html);
        JsonNode chart = new JsonMapper()
                .readTree(Objects.requireNonNull(page.selectFirst("figure script"))
                        .data());

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(page.select("figure")).hasSize(3);
        assertThat(page.select("td.bad").eachText()).containsExactly("no");
        assertThat(chart.at("/places").toString()).isEqualTo("[64.0,128.0]");
        assertThat(chart.at("/x/log").asBoolean() && chart.at("/y/log").asBoolean())
                .isTrue();
        assertThat(chart.at("/series/0/values").toString()).isEqualTo("[10.0,20.0]");
        assertThat(chart.at("/series/2/values").toString()).isEqualTo("[10.0,20.0]");
    }
}
