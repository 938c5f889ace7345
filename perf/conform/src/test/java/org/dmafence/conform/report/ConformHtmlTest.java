package org.dmafence.conform.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.dmafence.conform.report.ConformReport.Broken;
import org.dmafence.conform.report.ConformReport.Deviation;
import org.dmafence.conform.report.ConformReport.Finding;
import org.dmafence.conform.report.ConformReport.Kind;
import org.dmafence.conform.report.ConformReport.Policy;
import org.dmafence.conform.report.ConformReport.Row;
import org.dmafence.report.page.Provenance;
import org.dmafence.rules.PageRules;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class ConformHtmlTest {
    private static final Provenance MADE = Provenance.here("dmafence conform");
    private static final String HOSTILE = "<script>alert(1)</script>";
    private static final Kind KIND = new Kind("7.2.13", HOSTILE, 10, 7, 2, 1, 3, 0);

    private static ConformReport report(List<Finding> findings, List<Broken> broken, List<String> incomparable) {
        return new ConformReport(
                4,
                false,
                List.of(HOSTILE),
                List.of(KIND),
                List.of(new Policy("7.2.13", "FIFO", 4, 4, 0, 0)),
                List.of(new Deviation("7.2.13", "late", "ours", HOSTILE, 2)),
                findings,
                broken,
                incomparable);
    }

    private static Finding finding(String id) {
        return new Finding(
                "7.2.13",
                id,
                "file",
                3,
                HOSTILE,
                "status",
                List.of(new Row("the same", "the same", false), new Row("0", "1", true)));
    }

    @Test
    void shouldShowWhatDiffersSideBySide() {
        String html = ConformHtml.of(report(List.of(finding("case-1")), List.of(), List.of()), MADE);
        Document page = PageRules.parse(html);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(page.select("p.bad").eachText()).singleElement().asString().contains("1 of 10 cases");
        assertThat(page.select("h3").eachText()).contains("case-1 (7.2.13)");
        assertThat(page.select("td.words.bad").eachText()).containsExactly("0", "1");
        assertThat(page.text()).contains(HOSTILE, "Listed deviations", "dmafence conform");
    }

    @Test
    void shouldBeGreenWhenNothingDiffers() {
        String html = ConformHtml.of(report(List.of(), List.of(), List.of()), MADE);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(PageRules.parse(html).select("p.bad")).isEmpty();
        assertThat(PageRules.parse(html).select("p.good")).hasSize(1);
    }

    @Test
    void shouldBeRedWhenCasesMakeNoSenseOrNothingWasCompared() {
        String html = ConformHtml.of(
                report(List.of(), List.of(new Broken("7.2.13", "case-2", HOSTILE)), List.of("a file")), MADE);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(PageRules.parse(html).select("p.good")).isEmpty();
        assertThat(PageRules.parse(html).text()).contains("1 case could not be run", "Nothing was compared of a file");
    }

    @Test
    void shouldListThoseBesideEachOtherThatComeFirstAndStaySmall() {
        String html = ConformHtml.of(report(Collections.nCopies(3_000, finding("case-1")), List.of(), List.of()), MADE);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(PageRules.parse(html).select("h3")).hasSize(ConformHtml.MOST_LISTINGS + 1);
        assertThat(PageRules.parse(html).text()).contains("And 2,950 more");
    }
}
