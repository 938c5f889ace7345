package org.dmafence.report.page;

import static j2html.TagCreator.each;
import static j2html.TagCreator.i;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;

import j2html.tags.DomContent;
import j2html.tags.specialized.PTag;
import j2html.tags.specialized.SpanTag;
import java.util.Map;

/** Small things of a colour. */
public final class Mark {
    private Mark() {}

    /** A square. */
    public static DomContent square(Hue hue) {
        return i().withClass("mark " + hue.style());
    }

    /** What the colours of a drawing mean. */
    public static PTag keys(Map<Hue, String> meanings) {
        return p(each(meanings.entrySet(), key -> span(square(key.getKey())).withText(key.getValue())))
                .withClass("keys");
    }

    /** A few words in a coloured frame. */
    public static SpanTag chip(Tone tone, String text) {
        return span(text).withClass("chip " + tone.style());
    }
}
