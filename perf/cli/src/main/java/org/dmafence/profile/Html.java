package org.dmafence.profile;

import java.util.Base64;
import java.util.List;

/** Writes HTML that is well-formed XML, too. Used by one thread. */
final class Html {
    private final StringBuilder out = new StringBuilder();

    /** Text as it is to be read. */
    static String text(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Appends markup. */
    Html raw(String markup) {
        out.append(markup).append('\n');
        return this;
    }

    /** An element with text in it. */
    Html element(String name, String content) {
        return raw("<" + name + ">" + text(content) + "</" + name.replaceFirst(" .*", "") + ">");
    }

    /** A picture within the page, and what it says in words. */
    Html png(byte[] image, int width, int height, String alternative) {
        return raw("<img width=\"" + width + "\" height=\"" + height + "\" alt=\"" + text(alternative)
                + "\" src=\"data:image/png;base64," + Base64.getEncoder().encodeToString(image) + "\"/>");
    }

    /** A table's row; cells that begin with {@code <} are elements of their own. */
    Html row(String open, List<String> cells) {
        out.append('<').append(open).append('>');
        cells.forEach(cell -> out.append(cell.startsWith("<") ? cell : "<td>" + text(cell) + "</td>"));
        return raw("</tr>");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
