package org.dmafence.report.page;

import static j2html.TagCreator.dd;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;

import j2html.tags.DomContent;
import j2html.tags.specialized.DlTag;

/** Names and what is to be said of each. Used by one thread. */
public final class Facts {
    private final DlTag list = dl();

    /** One more. */
    public Facts add(String name, String text) {
        return add(name, j2html.TagCreator.text(text));
    }

    /** One more. */
    public Facts add(String name, DomContent content) {
        list.with(dt(name), dd(content));
        return this;
    }

    /** The element. */
    public DomContent element() {
        return list;
    }
}
