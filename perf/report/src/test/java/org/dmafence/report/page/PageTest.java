package org.dmafence.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.dmafence.report.Tool;
import org.dmafence.rules.PageRules;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final String HOSTILE = "<script>alert('1 ms')</script> & \"\u0000\ud800\ufffe\u202e";
    private static final Provenance MADE =
            new Provenance("dmafence x", "2026-01-01T00:00:00Z", "tool", "java", List.of("-Xmx1g"), "os", 2, 1 << 30);

    private static LineChart chart(String name) {
        return new LineChart(
                name,
                false,
                Axis.plain(name, Axis.Unit.SECONDS),
                Axis.logarithmic(name, Axis.Unit.NANOSECONDS),
                List.of(1.0, 2.0),
                null,
                List.of(Series.line(name, Hue.BLUE, Arrays.asList(3.5, null))));
    }

    private static HeatMap heat(String name) {
        return new HeatMap(
                name,
                name,
                Hue.BLUE,
                Axis.plain(name, Axis.Unit.SECONDS),
                Axis.logarithmic(name, Axis.Unit.NANOSECONDS),
                List.of(1.0),
                List.of(1.0, 10.0),
                List.of(new HeatMap.Cell(0, 0, 7)));
    }

    private static String everything(String name) {
        return Page.of(name)
                .lead(name)
                .section(name)
                .text(name)
                .note(name)
                .subsection(name)
                .add(chart(name))
                .add(heat(name))
                .section(name)
                .add(Table.of(Td.name(name), Td.words(name), Td.number(name))
                        .group(name, 3)
                        .row(List.of(Td.name(name).titled(name).marked(Hue.RED), Td.words(name), Td.number(name)))
                        .total(List.of(Td.name("<b>"), Td.words(name).toned(Tone.BAD), Td.number(name)))
                        .element())
                .add(new Facts().add(name, name).element())
                .html(new Provenance(name, name, name, name, List.of(name), name, 2, 1 << 30), name);
    }

    @Test
    void shouldKeepTheRulesAndTakeNoNameForMarkupWhateverItIs() {
        String html = everything(HOSTILE);

        assertThat(PageRules.broken(html)).isEmpty();
        Document page = PageRules.parse(html);
        String shown = "<script>alert('1\u00a0ms')</script> & \"????";
        assertThat(page.select("h1, h2, h3, td.words, figcaption").stream().map(each -> each.wholeText()))
                .filteredOn(text -> !text.startsWith("How this page"))
                .hasSize(8)
                .containsOnly(shown);
        assertThat(page.select("tr.total td").eachText()).first().isEqualTo("<b>");
        assertThat(page.select("b")).isEmpty();
    }

    @Test
    void shouldFindWhatBreaksARule() {
        String html = everything("x");

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(PageRules.broken(html.replaceFirst("<h1>", "<h1 style=\"color: red\">")))
                .isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("<h1>", "<h1 onclick=\"x()\">")))
                .isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("<h1>", "<img src=\"a.png\"><h1>")))
                .isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("<h1>", "<a href=\"https://example.org\">x</a><h1>")))
                .isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("<h1>", "<a href=\"#nowhere\">x</a><h1>")))
                .isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("<h1>", "<script>x()</script><h1>")))
                .isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("</h1>", "</h2>"))).isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("'use strict'", "'use Strict'")))
                .isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("default-src &#39;none", "default-src &#39;self")))
                .isNotEmpty();
        assertThat(PageRules.broken(html.replaceFirst("<dt>Command</dt>", "<dt>Else</dt>")))
                .isNotEmpty();
        assertThat(PageRules.broken(html + " ".repeat(2_000_000))).isNotEmpty();
    }

    @Test
    void shouldHaveAChartsNumbersAsTheyAre() {
        Document page = PageRules.parse(everything("x"));

        assertThat(Objects.requireNonNull(page.selectFirst("figure script")).data())
                .contains(
                        "\"kind\":\"lines\"",
                        "\"places\":[1.0,2.0]",
                        "\"values\":[3.5,null]",
                        "\"unit\":\"NANOSECONDS\"");
        assertThat(page.select("figure script").get(1).data()).contains("\"kind\":\"heat\"", "\"cells\":[[0,0,7]]");
    }

    @Test
    void shouldHaveATimelinesBarsAndArrowsAsRows() {
        Timeline timeline = new Timeline(
                "t",
                List.of("gfx"),
                List.of(new Timeline.Key("app", Hue.BLUE)),
                100,
                List.of(new Timeline.Bar(0, 10, 20, 0, "9:1")),
                List.of(new Timeline.Arrow(0, 5, 0, 10)));
        String html = Page.of("x").section("y").add(timeline).html(MADE, "");

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(Objects.requireNonNull(PageRules.parse(html).selectFirst("figure script"))
                        .data())
                .contains(
                        "\"kind\":\"timeline\"",
                        "\"bars\":[[0,10,20,0,\"9:1\"]]",
                        "\"arrows\":[[0,5,0,10]]",
                        "\"hue\":\"BLUE\"");
    }

    @Test
    void shouldHaveNoScriptWhenThereIsNoChart() {
        String html = Page.of("x").section("y").text("z").html(MADE, "");

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(PageRules.parse(html).select("script")).isEmpty();
        assertThat(html).contains("dmafence x", "-Xmx1g").hasSizeLessThan(20_000);
    }

    @Test
    void shouldHaveTheLicenceOfWhatDrawsTheChartsWithIt() {
        assertThat(everything("x")).contains("The MIT License (MIT)", "Leon Sorokin", "uPlot (v1.6.30)");
    }

    @Test
    void shouldRefuseMoreThanAPageHolds() {
        List<Double> many = Collections.nCopies(Chart.MOST_PLACES + 1, 1.0);

        assertThatThrownBy(() -> new LineChart(
                        "x",
                        false,
                        Axis.plain("x", Axis.Unit.COUNT),
                        Axis.plain("y", Axis.Unit.COUNT),
                        many,
                        null,
                        List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LineChart(
                        "x",
                        false,
                        Axis.plain("x", Axis.Unit.COUNT),
                        Axis.plain("y", Axis.Unit.COUNT),
                        List.of(1.0),
                        null,
                        List.of(Series.line("y", Hue.BLUE, List.of()))))
                .hasMessage("y has 0 values at 1 places");
    }

    @Test
    void shouldKnowItsVersion() {
        assertThat(Tool.version()).matches("[0-9]+\\.[0-9]+.*");
        assertThat(Tool.commit()).matches("[0-9a-f]{12}|unknown");
        assertThat(Provenance.here("x").tool()).isEqualTo("dmafence " + Tool.version() + ", commit " + Tool.commit());
    }
}
