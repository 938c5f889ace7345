package org.dmafence.report.page;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.head;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.noscript;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;
import static j2html.TagCreator.ul;

import j2html.Config;
import j2html.TagCreator;
import j2html.rendering.FlatHtml;
import j2html.tags.DomContent;
import j2html.tags.specialized.HeadTag;
import j2html.tags.specialized.HtmlTag;
import j2html.tags.specialized.LiTag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dmafence.report.TextTable;

/**
 * A page of HTML that needs nothing beside it and asks no network for anything. It has its contents listed on top and,
 * at the end, what it was made by. Used by one thread, once.
 */
public final class Page {
    private static final Config CONFIG =
            Config.defaults().withTextEscaper(Typography::escaped).withEmptyTagsClosed(true);

    private static final int SHORT = 40;

    /** A heading and what is below it, up to the next. */
    private record Part(int level, String id, String heading, List<DomContent> content) {}

    private final String title;
    private final List<DomContent> lead = new ArrayList<>();
    private final List<Part> parts = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private final StringBuilder ownStyles = new StringBuilder();
    private boolean charts;

    private Page(String title) {
        this.title = title;
    }

    /** A page with a title, which is its first heading too. */
    public static Page of(String title) {
        return new Page(title);
    }

    /** What it is about, in a sentence or two below the title. */
    public Page lead(String text) {
        lead.add(p(text).withClass("lead"));
        return this;
    }

    /**
     * Adds a style sheet for what is on this page alone.
     *
     * @param owner the class whose resource it is
     */
    public Page styles(Class<?> owner, String name) {
        ownStyles.append(Assets.text(owner.getResourceAsStream(name), name));
        return this;
    }

    /** Begins a section. */
    public Page section(String heading) {
        return part(2, heading);
    }

    /** Begins a part of the section. */
    public Page subsection(String heading) {
        return part(3, heading);
    }

    private Page part(int level, String heading) {
        String word =
                heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String id = word.isEmpty() ? "part" : word.substring(0, Math.min(SHORT, word.length()));
        for (int number = 2; !ids.add(id); number++) {
            id = id.replaceFirst("(\\.\\d+)?$", "." + number);
        }
        parts.add(new Part(level, id, heading, new ArrayList<>()));
        return this;
    }

    /** Adds something below the last heading. */
    public Page add(DomContent... content) {
        (parts.isEmpty() ? lead : parts.get(parts.size() - 1).content).addAll(List.of(content));
        return this;
    }

    /** Adds a chart. */
    public Page add(Chart chart) {
        charts = true;
        return add(chart.element());
    }

    /** Adds a paragraph. */
    public Page text(String text) {
        return add(p(text));
    }

    /** Adds a sentence of a text, in its tone. */
    public Page sentence(TextTable.Cell sentence) {
        Tone tone = Tone.of(sentence.style());
        return add(tone == Tone.PLAIN ? p(sentence.text()) : p(sentence.text()).withClass("says " + tone.style()));
    }

    /** Adds an explanation that one may skip. */
    public Page note(String text) {
        return add(p(text).withClass("note"));
    }

    /**
     * The whole page.
     *
     * @param made what made it
     * @param closing what else is to be said at its end
     */
    public String html(Provenance made, String closing) {
        section("How this page was made").add(made.element());
        String styles = (charts ? Assets.chartStyles() : Assets.styles()) + ownStyles;
        String program = charts ? Assets.chartScript() : "";
        HtmlTag page = TagCreator.html(
                        headOf(styles, program),
                        body(main(h1(title), each(lead, part -> part), contents(), each(parts, Page::element))
                                        .condWith(!closing.isEmpty(), footer(closing)))
                                .condWith(charts, script(rawHtml(program))))
                .withLang("en");
        StringBuilder out = new StringBuilder("<!DOCTYPE html>\n");
        try {
            page.render(FlatHtml.into(out, CONFIG), new Object());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string builder has none
        }
        return out.append('\n').toString();
    }

    private HeadTag headOf(String styles, String program) {
        return head(
                meta().withCharset("utf-8"),
                meta().attr("http-equiv", "Content-Security-Policy").withContent(ContentPolicy.of(styles, program)),
                meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                meta().withName("color-scheme").withContent("light dark"),
                meta().withName("generator").withContent("dmafence"),
                title("dmafence: " + title),
                style(rawHtml(styles)));
    }

    private static DomContent element(Part part) {
        return TagCreator.section((part.level == 2 ? h2(part.heading) : h3(part.heading)).withId(part.id))
                .with(part.content)
                .withClass("level" + part.level);
    }

    private DomContent contents() {
        List<LiTag> items = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).level == 2) {
                items.add(item(i));
            }
        }
        return nav(p("Contents").withClass("title"), ul(each(items, item -> item)))
                .withClass("contents")
                .attr("aria-label", "Contents")
                .condWith(
                        charts,
                        noscript(p("The charts need JavaScript. The tables have the figures without it.")
                                .withClass("note")));
    }

    private LiTag item(int section) {
        List<LiTag> below = new ArrayList<>();
        for (int i = section + 1; i < parts.size() && parts.get(i).level > 2; i++) {
            below.add(li(link(parts.get(i))));
        }
        LiTag item = li(link(parts.get(section)));
        return below.isEmpty() ? item : item.with(ul(each(below, each -> each)));
    }

    private static DomContent link(Part part) {
        return a(part.heading).withHref("#" + part.id);
    }
}
