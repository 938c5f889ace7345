package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.dmafence.profile.Recorder.Second;
import org.dmafence.report.page.Provenance;
import org.dmafence.rules.PageRules;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProfileHtmlTest {
    private static final String HOSTILE = "</script><script>alert(1)</script>\" onload='x' \u202e";

    private static String html(Example run, @Nullable Baseline baseline) {
        return ProfileHtml.of(run.report(), run.histograms(), baseline, Provenance.here("dmafence profile"));
    }

    private static Document page(Example run, @Nullable Baseline baseline) {
        return PageRules.parse(html(run, baseline));
    }

    private static JsonNode chart(Document page, String caption) throws Exception {
        Element figure = page.select("figure.chart").stream()
                .filter(each -> each.select("figcaption").text().startsWith(caption))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no chart: " + caption));
        return new JsonMapper()
                .readTree(Objects.requireNonNull(figure.selectFirst("script")).data());
    }

    @Test
    void shouldKeepTheRulesOfEveryPage() {
        Example run = Example.of("i915", 20, true);

        assertThat(PageRules.broken(html(run, null))).isEmpty();
        assertThat(PageRules.broken(html(run, Example.of("i915", 10, true).asBaseline())))
                .isEmpty();
        assertThat(page(run, null).text())
                .contains("<one> & \"only\"", "load sustained", "p99.99", "dmafence profile", "commit ");
    }

    @Test
    void shouldTakeNothingForMarkupWhenNamesAreHostile() {
        String html = html(Example.of(HOSTILE, 20, true), null);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(html.contains("<script>alert") || html.contains("\u202e")).isFalse();
        assertThat(PageRules.parse(html).select("h2").eachText())
                .contains("</script><script>alert(1)</script>\" onload='x' ?");
    }

    @Test
    void shouldDrawThePercentilesOfTheReport() throws Exception {
        Example run = Example.of("i915", 20, true);
        JsonNode chart = chart(page(run, null), "Latency of the whole way");
        FinePercentiles whole = run.report().shims().get(0).edge(Edge.WHOLE);

        assertThat(chart.at("/series/0/name").asText()).isEqualTo("i915");
        List<String> names = new ArrayList<>();
        chart.at("/names").forEach(name -> names.add(name.asText()));
        JsonNode values = chart.at("/series/0/values");
        assertThat(values.get(names.indexOf("50 %")).asLong()).isEqualTo(whole.p50Ns());
        assertThat(values.get(names.indexOf("90 %")).asLong()).isEqualTo(whole.p90Ns());
        assertThat(values.get(names.indexOf("99 %")).asLong()).isEqualTo(whole.p99Ns());
        assertThat(values.get(names.indexOf("99.9 %")).asLong()).isEqualTo(whole.p999Ns());
        assertThat(names).hasSize(values.size()).doesNotContain("99.99 %"); // of 20,000 only two lie above it
    }

    @Test
    void shouldDrawTheSecondsOfTheReport() throws Exception {
        Document page = page(Example.of("i915", 20, true), null);

        assertThat(chart(page, "Backlog").at("/series/0/values").toString()).isEqualTo("[3.0,1.0]");
        assertThat(chart(page, "Jobs of i915").at("/series/1/values").toString())
                .isEqualTo("[10000.0,10000.0]");
        assertThat(chart(page, "Jobs of i915").at("/series/0/values").toString())
                .isEqualTo("[10000.0,10000.0]");
        assertThat(chart(page, "The whole way of jobs").at("/series/1/values").toString())
                .isEqualTo("[90000.0,90000.0]");
        JsonNode heat = chart(page, "How many jobs");
        assertThat(heat.at("/cells")).hasSize(6);
        assertThat(heat.at("/cells/4").toString()).isEqualTo("[1,47,990]");
        assertThat(heat.at("/rows/47").asLong()).isEqualTo(50_118);
        assertThat(chart(page, "Heap in use").at("/series/0/values").toString()).isEqualTo("[2000000.0,2100000.0]");
    }

    @Test
    void shouldStaySmallAndShowTheWorstWhenTheRunIsLong() throws Exception {
        List<Second> day = IntStream.rangeClosed(1, 86_400)
                .mapToObj(i -> Example.second(i, i == 5_000 ? 77 : 0))
                .toList();
        String html = html(Example.of("i915", 20, true, day), null);

        assertThat(PageRules.broken(html)).isEmpty();
        JsonNode backlog = chart(PageRules.parse(html), "Backlog").at("/series/0/values");
        assertThat(backlog.size()).isLessThanOrEqualTo(SecondCharts.MOST_PLACES);
        assertThat(backlog.toString()).containsOnlyOnce("77.0");
        long jobs = 0;
        for (JsonNode cell : chart(PageRules.parse(html), "How many jobs").at("/cells")) {
            jobs += cell.at("/2").asLong();
        }
        assertThat(jobs).isEqualTo(86_400 * 10_000L);
    }

    @Test
    void shouldShowBothRunsWithRatiosWhenThereIsABaseline() {
        Document page =
                page(Example.of("i915", 20, true), Example.of("i915", 10, true).asBaseline());

        assertThat(page.select("td.bad").eachText()).isNotEmpty().containsOnly("x2.00");
        assertThat(page.text()).contains("Beside earlier");
        assertThat(page.select("figure script").eachAttr("type")).isNotEmpty();
        assertThat(page.html()).contains("i915, baseline");
    }

    @Test
    void shouldLeaveTheComparisonOutWhenTheBaselineHasNoSuchShim() {
        Document page =
                page(Example.of("i915", 20, true), Example.of("vgem", 10, true).asBaseline());

        assertThat(page.html()).doesNotContain("Beside earlier", "i915, baseline");
    }

    private static String chipClass(Example run) {
        return Objects.requireNonNull(page(run, null).selectFirst(".chip")).className();
    }

    @Test
    void shouldHaveNoGreenChipWhenSomethingIsMissingFromThePercentiles() {
        Example run = Example.of("i915", 10, true);

        assertThat(chipClass(run)).isEqualTo("chip good");
        assertThat(chipClass(Example.of("i915", 10, false))).isEqualTo("chip bad");
        assertThat(chipClass(run.with(jobs -> ProfileTextTest.jobs(jobs, 1, 0, 0))))
                .isEqualTo("chip bad");
        assertThat(chipClass(run.with(jobs -> ProfileTextTest.jobs(jobs, 0, 1, 0))))
                .isEqualTo("chip bad");
        assertThat(chipClass(run.with(jobs -> ProfileTextTest.jobs(jobs, 0, 0, 1))))
                .isEqualTo("chip bad");
    }

    @Test
    void shouldSaySoWhenTheLoadIsNotSustained() {
        assertThat(page(Example.of("i915", 10, false), null).text())
                .contains("load not sustained", "never sent", "<one> & \"only\" for 3.20");
    }
}
