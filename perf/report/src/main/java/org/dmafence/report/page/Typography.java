package org.dmafence.report.page;

import java.util.regex.Pattern;
import org.dmafence.report.TextTable;

/** Turns text as it is to be read into text as a page spells it; the only place where that is done. */
final class Typography {
    private static final Pattern AMOUNT = Pattern.compile("(\\d) (ns|us|ms|s|min|MB|B|%)(?!\\w)");

    private Typography() {}

    /**
     * No unit is parted from its number, nothing in the text is markup, moves the cursor or turns the direction of what
     * follows.
     */
    static String escaped(String text) {
        String clean = TextTable.clean(text);
        String amounts = AMOUNT.matcher(clean).replaceAll("$1\u00a0$2").replace("\u00a0us", "\u00a0\u00b5s");
        StringBuilder out = new StringBuilder(amounts.length() + 16);
        amounts.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isCharacter(c) ? c : '?');
            }
        });
        return out.toString();
    }

    /** Half a pair and what Unicode keeps for itself are in no well-formed page. */
    private static boolean isCharacter(int c) {
        return Character.getType(c) != Character.SURROGATE && (c & 0xfffe) != 0xfffe && (c < 0xfdd0 || c > 0xfdef);
    }
}
