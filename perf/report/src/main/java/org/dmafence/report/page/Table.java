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
import org.dmafence.report.TextTable;

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

    /**
     * A text's table: a row of titles, and rows below it, with what is in each column; the last kind is that of all
     * others.
     */
    public static Table of(List<Td.Kind> kinds, List<List<TextTable.Cell>> rows) {
        Table table = new Table(cells(kinds, rows.get(0)));
        rows.subList(1, rows.size()).forEach(row -> table.row(cells(kinds, row)));
        return table;
    }

    private static List<Td> cells(List<Td.Kind> kinds, List<TextTable.Cell> row) {
        List<Td> cells = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            cells.add(Td.of(kinds.get(Math.min(i, kinds.size() - 1)), row.get(i)));
        }
        return cells;
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
