package org.dmafence.race;

import static j2html.TagCreator.a;
import static j2html.TagCreator.code;
import static j2html.TagCreator.div;

import j2html.tags.DomContent;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.RaceReport.Result;
import org.dmafence.race.RaceText.Shown;
import org.dmafence.report.Units;
import org.dmafence.report.page.Facts;
import org.dmafence.report.page.Page;
import org.dmafence.report.page.Provenance;
import org.dmafence.report.page.Table;
import org.dmafence.report.page.Td;
import org.dmafence.report.page.Tone;
import org.jspecify.annotations.Nullable;

/** What {@code race} found as one page of HTML, with a drawing for each schedule. Used by one thread, once. */
public final class RaceHtml {
    /** More would make a page that browsers are slow with; the files have them all. */
    static final int MOST_DRAWINGS = 100;

    private final RaceReport report;
    private final @Nullable String files;
    private final Page page = Page.of("Who may race with whom");

    private RaceHtml(RaceReport report, @Nullable String files) {
        this.report = report;
        this.files = files;
    }

    /**
     * The page.
     *
     * @param all whether to draw every schedule that was found, not only the shortest of each variant for each law
     * @param files where the schedules' files are, as seen from the page, to link them; null if that is nowhere
     */
    public static String of(RaceReport report, boolean all, @Nullable String files, Provenance made) {
        RaceHtml html = new RaceHtml(report, files);
        html.page.styles(RaceHtml.class, "race.css");
        html.page.lead(RaceText.summary(report) + ".");
        html.searched();
        html.variants();
        html.schedules(RaceText.chosen(report, all));
        html.searches();
        return html.page.html(made, "");
    }

    private void searched() {
        Integer bound = report.bound();
        page.section("What was searched")
                .add(new Facts()
                        .add(
                                "Search",
                                switch (report.search()) {
                                    case "random" -> "random schedules";
                                    case "replay" -> "one schedule, from a file";
                                    default -> "every schedule, the shortest first";
                                })
                        .add(
                                "Seed",
                                report.search().equals("random")
                                        ? String.valueOf(report.seed())
                                        : "none, nothing is left to chance")
                        .add(
                                "Bound",
                                bound == null
                                        ? "none, schedules of any length"
                                        : "schedules up to " + Units.count(bound, "move"))
                        .add("Memory", String.join(" and ", report.memories()))
                        .add("Took", Units.time(report.tookNs()))
                        .element());
    }

    private void variants() {
        Map<String, List<Result>> byVariant = report.results().stream()
                .collect(Collectors.groupingBy(Result::variant, LinkedHashMap::new, Collectors.toList()));
        Table table = Table.of(
                Td.name("variant"),
                Td.number("scenarios"),
                Td.number("states"),
                Td.number("time"),
                Td.words("verdict"));
        byVariant.forEach((variant, results) -> table.row(List.of(
                Td.name(variant),
                Td.number(Units.count(
                        results.stream().map(Result::scenario).distinct().count())),
                Td.number(Units.count(results.stream().mapToLong(Result::states).sum())),
                Td.number(Units.time(results.stream().mapToLong(Result::tookNs).sum())),
                Td.words(RaceText.verdictText(results)).toned(tone(Standing.of(results))))));
        page.section("Variants").add(table.element());
    }

    private static Tone tone(Standing standing) {
        return switch (standing) {
            case BAD -> Tone.BAD;
            case GOOD -> Tone.GOOD;
            case NOTED -> Tone.NOTE;
        };
    }

    // ---- schedules ----------------------------------------------------------------------------------------------

    private void schedules(List<Shown> chosen) {
        if (chosen.isEmpty()) {
            return;
        }
        page.section("Schedules that break a law");
        page.note(
                "Time goes down, a column is a party, a box is a move: with a dashed frame where the memory or the machine made"
                        + " it. The last one breaks the law.");
        if (chosen.size() > MOST_DRAWINGS) {
            page.text("The first " + MOST_DRAWINGS + " of " + Units.count(chosen.size())
                    + "; the files that --out writes have all.");
        }
        chosen.stream().limit(MOST_DRAWINGS).forEach(shown -> schedule(shown.result(), shown.failure()));
    }

    private void schedule(Result result, Failure failure) {
        page.subsection(result.scenario() + ", " + result.variant() + ", " + result.memory());
        page.text(Units.count(failure.rows().size(), "move") + ": " + failure.words() + ".");
        page.add(div(SequenceDrawing.of(failure)).withClass("drawing scroll").attr("tabindex", 0));
        page.add(new Facts()
                .add("answers", failure.question() + " [" + failure.where() + "]")
                .add("replay", replay(Replay.fileName(result, failure)))
                .add("test", "RaceReplayTest, case \"" + Replay.caseName(result, failure) + '"')
                .element());
    }

    private DomContent replay(String name) {
        return files == null ? code(name) : a(code(name)).withHref(link(files + "/" + name));
    }

    /** A path that may have anything in it. */
    private static String link(String path) {
        try {
            return new URI(null, null, path.startsWith("/") ? path : "./" + path, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(path, e); // its parts are quoted
        }
    }

    private void searches() {
        Table table = Table.of(
                Td.name("scenario"),
                Td.name("variant"),
                Td.name("memory"),
                Td.name("verdict"),
                Td.number("states"),
                Td.number("transitions"),
                Td.number("longest"),
                Td.number("time"));
        report.results()
                .forEach(result -> table.row(List.of(
                        Td.name(result.scenario()),
                        Td.name(result.variant()),
                        Td.name(result.memory()),
                        Td.name(result.verdict().toLowerCase(java.util.Locale.ROOT))
                                .toned(tone(Standing.of(result))),
                        Td.number(Units.count(result.states())),
                        Td.number(Units.count(result.transitions())),
                        Td.number(Units.count(result.depth())),
                        Td.number(Units.time(result.tookNs())))));
        page.section("Every search").add(table.element());
    }
}
