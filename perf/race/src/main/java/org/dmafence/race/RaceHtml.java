package org.dmafence.race;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.RaceText.Shown;
import org.dmafence.report.StyleSheet;
import org.dmafence.report.Units;

/** What {@code race} found as one page of HTML that needs nothing beside it, with a drawing for each schedule. */
public final class RaceHtml {
    private final RaceReport report;
    private final StringBuilder out = new StringBuilder();

    private RaceHtml(RaceReport report) {
        this.report = report;
    }

    /**
     * The page.
     *
     * @param all whether to draw every schedule that was found, not only the shortest of each variant for each law
     */
    public static String of(RaceReport report, boolean all) {
        return new RaceHtml(report).page(all);
    }

    private String page(boolean all) {
        out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>")
                .append("<title>dmafence race</title><style>")
                .append(StyleSheet.common())
                .append(StyleSheet.text(RaceHtml.class.getResourceAsStream("race.css"), "race.css"))
                .append("</style></head><body><main>\n<h1>Who may race with whom</h1>\n");
        element("p class=\"lead\"", RaceText.summary(report));
        table();
        RaceText.chosen(report, all).forEach(this::failure);
        return out.append("</main></body></html>\n").toString();
    }

    static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private void element(String name, String content) {
        out.append('<').append(name).append('>').append(text(content));
        out.append("</").append(name.replaceFirst(" .*", "")).append(">\n");
    }

    private void table() {
        Map<String, List<Result>> byVariant = report.results().stream()
                .collect(Collectors.groupingBy(Result::variant, LinkedHashMap::new, Collectors.toList()));
        out.append("<table><thead><tr><th>variant</th><th>scenarios</th><th>states</th><th>time</th>"
                + "<th class=\"words\">verdict</th></tr></thead><tbody>\n");
        byVariant.forEach((variant, results) -> {
            out.append("<tr>");
            element("td", variant);
            element(
                    "td",
                    Units.count(
                            results.stream().map(Result::scenario).distinct().count()));
            element("td", Units.count(results.stream().mapToLong(Result::states).sum()));
            element("td", Units.time(results.stream().mapToLong(Result::tookNs).sum()));
            element("td class=\"words " + colour(results) + "\"", RaceText.verdictText(results));
            out.append("</tr>\n");
        });
        out.append("</tbody></table>\n");
    }

    private static String colour(List<Result> results) {
        return switch (Standing.of(results)) {
            case BAD -> "bad";
            case GOOD -> "good";
            case NOTED -> "note";
        };
    }

    private void failure(Shown shown) {
        Result result = shown.result();
        Failure failure = shown.failure();
        out.append("<section class=\"race\">");
        element("h2", result.scenario() + ", " + result.variant());
        element(
                "p",
                "Memory " + result.memory() + ", " + Units.count(failure.rows().size(), "move") + ": " + failure.words()
                        + ".");
        out.append(SequenceDrawing.of(failure));
        out.append("<dl>");
        element("dt", "answers");
        element("dd", failure.question() + " [" + failure.where() + "]");
        element("dt", "replay");
        element("dd", Replay.fileName(result, failure));
        out.append("</dl></section>\n");
    }
}
