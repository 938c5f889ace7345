package org.dmafence.capture.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.dmafence.capture.Ascii;

/**
 * What mail, the kernel's log and web pages put around a line: {@code > > }, {@code <0>[   56.132334] }, {@code <pre>},
 * and entities for some characters. Takes it off in place, by moving the line's bounds, where that is enough.
 */
final class Wrapping {
    private static final byte[] KERNEL = Ascii.of("kernel: [");
    private static final byte[] SCRIPT_NEWLINE = Ascii.of("\\n\\");
    private static final byte[][] ENTITIES = {
        Ascii.of("&lt;"), Ascii.of("&gt;"), Ascii.of("&amp;"), Ascii.of("&quot;"), Ascii.of("&#39;"), Ascii.of("&nbsp;")
    };
    private static final byte[] MEANINGS = {'<', '>', '&', '"', '\'', ' '};
    private static final byte[][] TAGS = {
        Ascii.of("pre"), Ascii.of("br"), Ascii.of("p"), Ascii.of("div"), Ascii.of("span"), Ascii.of("code"),
        Ascii.of("tt"), Ascii.of("td"), Ascii.of("tr"), Ascii.of("li"), Ascii.of("a"), Ascii.of("blockquote"),
        Ascii.of("b"), Ascii.of("font"), Ascii.of("body"), Ascii.of("html"), Ascii.of("script"), Ascii.of("table")
    };

    private Wrapping() {}

    /** Where the line begins, without marks of quotation, tags, and the front of a line in the kernel's log. */
    static int begin(byte[] bytes, int from, int to) {
        int at = Ascii.skipBlanks(bytes, from, to);
        while (at < to) {
            int next = at;
            if (bytes[at] == '>') {
                next = at + 1;
            } else if (bytes[at] == '<') {
                next = tag(bytes, at, to, true);
            } else if (bytes[at] == '[') {
                next = logTime(bytes, at, to);
            }
            if (next == at) {
                break;
            }
            at = Ascii.skipBlanks(bytes, next, to);
        }
        return at;
    }

    /** Where a line of the system's log goes on with the kernel's words, or -1. */
    static int afterSystemLog(byte[] bytes, int from, int to) {
        int kernel = Ascii.indexOf(bytes, from, to, KERNEL);
        if (kernel < 0) {
            return -1;
        }
        int open = kernel + KERNEL.length - 1;
        int after = logTime(bytes, open, to);
        return after == open ? -1 : after;
    }

    /** Where the line ends, without blanks, closing tags and what a script puts behind its lines. */
    static int end(byte[] bytes, int from, int to) {
        int end = Ascii.trimEnd(bytes, from, to);
        while (end > from) {
            int before = end;
            if (bytes[end - 1] == '>') {
                int open = end - 2;
                while (open >= from && bytes[open] != '<' && end - open < 16) {
                    open--;
                }
                if (open >= from && bytes[open] == '<' && tag(bytes, open, end, false) == end) {
                    end = open;
                }
            } else if (bytes[end - 1] == '\\' && end - from >= SCRIPT_NEWLINE.length) {
                int mark = end - SCRIPT_NEWLINE.length;
                end = Ascii.startsWith(bytes, mark, end, SCRIPT_NEWLINE) ? mark : end;
            }
            if (end == before) {
                break;
            }
            end = Ascii.trimEnd(bytes, from, end);
        }
        return end;
    }

    /** The place after {@code [   56.132334]} and a caller such as {@code [  T123]}; {@code at} if there is none. */
    private static int logTime(byte[] bytes, int at, int to) {
        int i = Ascii.skipBlanks(bytes, at + 1, to);
        int dot = Ascii.skipDigits(bytes, i, to);
        if (dot == i || dot >= to || bytes[dot] != '.') {
            return at;
        }
        int close = Ascii.skipDigits(bytes, dot + 1, to);
        if (close == dot + 1 || close >= to || bytes[close] != ']') {
            return at;
        }
        int caller = close + 1;
        if (caller < to && bytes[caller] == '[') {
            int end = Ascii.skipBlanks(bytes, caller + 1, to);
            if (end < to && (bytes[end] == 'T' || bytes[end] == 'C')) {
                end = Ascii.skipDigits(bytes, end + 1, to);
                return end < to && bytes[end] == ']' ? end + 1 : caller;
            }
        }
        return caller;
    }

    /** The place after the tag, or level of the kernel's log, that begins at {@code at}; {@code at} if it is none. */
    private static int tag(byte[] bytes, int at, int to, boolean level) {
        int i = at + 1;
        if (level && i < to && Ascii.isDigit(bytes[i])) {
            int close = Ascii.skipDigits(bytes, i, to);
            return close < to && bytes[close] == '>' ? close + 1 : at;
        }
        if (i < to && bytes[i] == '/') {
            i++;
        }
        int word = i;
        while (i < to && PlainFront.isNameByte(bytes[i])) {
            i++;
        }
        if (!isTag(bytes, word, i)) {
            return at;
        }
        while (i < to && bytes[i] != '>') {
            i++;
        }
        return i < to ? i + 1 : at;
    }

    private static boolean isTag(byte[] bytes, int from, int to) {
        for (byte[] tag : TAGS) {
            if (tag.length == to - from) {
                boolean same = true;
                for (int i = 0; i < tag.length && same; i++) {
                    same = (bytes[from + i] | 0x20) == tag[i];
                }
                if (same) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a line begins a web page. */
    static boolean isPage(byte[] bytes, int from, int to) {
        if (from >= to || bytes[from] != '<') {
            return false;
        }
        String word =
                new String(bytes, from, Math.min(9, to - from), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        return word.startsWith("<!doctype") || word.startsWith("<html");
    }

    /** Whether {@code [from, to)} has something that {@link #decode} would change. */
    static boolean hasEntity(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '&' && entity(bytes, i, to) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Writes the line with its entities replaced to the front of {@code target}, which is as long; how long it is now.
     */
    static int decode(byte[] bytes, int from, int to, byte[] target) {
        int length = 0;
        for (int i = from; i < to; ) {
            int entity = bytes[i] == '&' ? entity(bytes, i, to) : -1;
            target[length++] = entity < 0 ? bytes[i] : MEANINGS[entity];
            i += entity < 0 ? 1 : ENTITIES[entity].length;
        }
        return length;
    }

    private static int entity(byte[] bytes, int at, int to) {
        for (int i = 0; i < ENTITIES.length; i++) {
            if (Ascii.startsWith(bytes, at, to, ENTITIES[i])) {
                return i;
            }
        }
        return -1;
    }
}
