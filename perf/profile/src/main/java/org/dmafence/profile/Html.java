package org.dmafence.profile;

import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Writes HTML that is well-formed XML, too. Used by one thread. */
final class Html {
    private final StringBuilder out = new StringBuilder();

    private static final Pattern AMOUNT = Pattern.compile("(\\d) (ns|us|ms|s|min|MB|B)\\b");

    /** Text as it is to be read, no unit parted from its number. */
    static String text(String text) {
        String amounts = AMOUNT.matcher(text).replaceAll("$1\u00a0$2").replace("\u00a0us", "\u00a0\u00b5s");
        return amounts.replace("&", "&amp;")
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
