package org.dmafence.report.page;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import j2html.tags.specialized.ThTag;
import j2html.tags.specialized.TrTag;
import java.util.ArrayList;
import java.util.List;

/** A table that scrolls sideways where there is no room for it. Used by one thread. */
public final class Table {
    private final List<Td> titles;
    private final List<TrTag> rows = new ArrayList<>();
    private final List<ThTag> groups = new ArrayList<>();

    private Table(List<Td> titles) {
        this.titles = titles;
    }

    /** A table with a title, and a kind, for each column. */
    public static Table of(Td... titles) {
        return new Table(List.of(titles));
    }

    /** A table with a title, and a kind, for each column. */
    public static Table of(List<Td> titles) {
        return new Table(List.copyOf(titles));
    }

    /** A title above some columns, from the left. */
    public Table group(String title, int columns) {
        groups.add(th(title).attr("colspan", columns).attr("scope", "colgroup").withClass("group"));
        return this;
    }

    /** A row. */
    public Table row(List<Td> cells) {
        rows.add(tr(each(cells, Td::element)));
        return this;
    }

    /** A row that sums up the others. */
    public Table total(List<Td> cells) {
        rows.add(tr(each(cells, Td::element)).withClass("total"));
        return this;
    }

    /** The element. */
    public DomContent element() {
        return div(table(
                        thead().condWith(!groups.isEmpty(), tr(each(groups, group -> group)))
                                .with(tr(each(titles, Table::title))),
                        tbody(each(rows, row -> row))))
                .withClass("scroll")
                .attr("tabindex", 0);
    }

    private static ThTag title(Td title) {
        ThTag cell = th(title.text()).attr("scope", "col");
        String style = Td.styleOf(title.kind());
        return style.isEmpty() ? cell : cell.withClass(style);
    }
}
