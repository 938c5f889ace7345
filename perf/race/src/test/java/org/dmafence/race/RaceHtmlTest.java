package org.dmafence.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.scenario.Scenarios;
import org.dmafence.report.page.Provenance;
import org.dmafence.rules.PageRules;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class RaceHtmlTest {
    private static final Provenance MADE = Provenance.here("dmafence race");
    private static final String HOSTILE = "</text><script>alert(1)</script>";

    private static RaceReport report(Search search) throws InterruptedException {
        RaceRun run = new RaceRun(List.of(Memory.WEAK), search, () -> false);
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.name().startsWith("names-") || scenario.name().equals("defer-vs-unload")) {
                scenario.variants().forEach(variant -> run.add(scenario, variant));
            }
        }
        return run.run(line -> {});
    }

    private static List<Failure> failures(RaceReport report) {
        return report.results().stream()
                .flatMap(result -> result.failures().stream())
                .toList();
    }

    @Test
    void shouldDrawEachScheduleAndLinkItsFile() throws Exception {
        RaceReport report = report(Search.exhaustive());
        List<String> moves = failures(report).stream()
                .flatMap(failure -> failure.rows().stream())
                .map(row -> row.text().replace(" ", ""))
                .sorted()
                .toList();

        String html = RaceHtml.of(report, true, "../a b", MADE);
        Document page = PageRules.parse(html);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(page.select("svg")).hasSameSizeAs(failures(report));
        assertThat(page.select("rect")).hasSameSizeAs(moves);
        assertThat(page.select("rect.last")).hasSameSizeAs(failures(report));
        assertThat(String.join("", page.select("text.move").eachText())
                        .replaceAll("\\s", "")
                        .length())
                .isEqualTo(String.join("", moves).replaceAll("\\s", "").length());
        assertThat(page.select("dd a").eachAttr("href"))
                .containsExactlyInAnyOrderElementsOf(report.results().stream()
                        .flatMap(result ->
                                result.failures().stream().map(each -> "./../a%20b/" + Replay.fileName(result, each)))
                        .toList());
        assertThat(page.text()).contains("every schedule", "none, nothing is left to chance");
    }

    @Test
    void shouldSaySeedAndBoundAndLinkNothingThatIsNotThere() {
        String html = RaceHtml.of(new RaceReport(List.of("sc"), "random", 4711, 40, List.of(), 1), true, null, MADE);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(PageRules.parse(html).text()).contains("random schedules", "Seed 4711", "up to 40 moves");
        assertThat(PageRules.parse(html).select("dd a")).isEmpty();
    }

    @Test
    void shouldStaySmallAndTakeNothingForMarkup() {
        List<Schedule.Row> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rows.add(new Schedule.Row(i % 3, "step", 0, HOSTILE + " does one thing and then another thing"));
        }
        Failure failure =
                new Failure(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, List.of(HOSTILE, "two", "three"), rows);
        Result result = new Result(
                HOSTILE,
                HOSTILE,
                "MUTANT",
                HOSTILE,
                true,
                "FOUND",
                false,
                1,
                1,
                1,
                1,
                Collections.nCopies(1_000, failure));
        String html = RaceHtml.of(
                new RaceReport(List.of(HOSTILE), "exhaustive", 0, null, List.of(result), 1), true, "x", MADE);

        assertThat(PageRules.broken(html)).isEmpty();
        assertThat(html).doesNotContain("<script>");
        assertThat(PageRules.parse(html).select("svg")).hasSize(RaceHtml.MOST_DRAWINGS);
        assertThat(PageRules.parse(html).text()).contains("of 1,000");
    }
}
