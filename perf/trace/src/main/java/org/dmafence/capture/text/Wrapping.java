package org.dmafence.capture.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.dmafence.capture.Ascii;

/**
 * What mail, the kernel's log, terminals and web pages put around a line: {@code > > }, {@code <0>[   56.132334] },
 * {@code <pre>}, colours, the number of the line, and entities for some characters. Takes it off in place, by moving
 * the line's bounds, where that is enough.
 */
final class Wrapping {
    private static final byte[] KERNEL = Ascii.of(" kernel: ");
    private static final byte[] SCRIPT_NEWLINE = Ascii.of("\\n\\");
    private static final byte ESCAPE = 27;
    private static final byte[] HARD_BLANK = {(byte) 0xc2, (byte) 0xa0};
    private static final int LONGEST_DATE = 40;
    private static final int LONGEST_COLOUR = 12;
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
                next = next == at ? logDate(bytes, at, to) : next;
            } else if (bytes[at] == ESCAPE) {
                next = colour(bytes, at, to);
            } else if (Ascii.isDigit(bytes[at])) {
                next = number(bytes, at, to);
            }
            if (next == at) {
                break;
            }
            at = Ascii.skipBlanks(bytes, next, to);
        }
        return at;
    }

    /** Whether what looks like a comm is the beginning of a line of the system's log. */
    static boolean isSystemLog(byte[] bytes, int from, int to) {
        return to - from > KERNEL.length && Ascii.indexOf(bytes, from, to, KERNEL) >= 0;
    }

    /** Where a line of the system's log goes on with the kernel's words, or -1. */
    static int afterSystemLog(byte[] bytes, int from, int to) {
        int kernel = Ascii.indexOf(bytes, from, to, KERNEL);
        if (kernel < 0) {
            return -1;
        }
        int after = Ascii.skipBlanks(bytes, kernel + KERNEL.length, to);
        return after < to && bytes[after] == '[' ? logTime(bytes, after, to) : after;
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
            } else if (bytes[end - 1] == 'm' || bytes[end - 1] == 'K') {
                int escape = end - 1;
                while (escape > from && bytes[escape] != ESCAPE && end - escape < LONGEST_COLOUR) {
                    escape--;
                }
                end = bytes[escape] == ESCAPE && colour(bytes, escape, end) == end ? escape : end;
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

    /** The place after {@code [Mon Nov 30 16:01:02 2026]}; {@code at} if there is none. */
    private static int logDate(byte[] bytes, int at, int to) {
        boolean letter = at + 1 < to && bytes[at + 1] >= 'A' && bytes[at + 1] <= 'Z';
        int colons = 0;
        for (int i = at + 1; letter && i < Math.min(to, at + LONGEST_DATE); i++) {
            colons += bytes[i] == ':' ? 1 : 0;
            if (bytes[i] == ']') {
                return colons == 2 ? i + 1 : at;
            }
        }
        return at;
    }

    /**
     * The place after the number of a line, {@code 17:}, or after a date such as
     * {@code 2026-11-30T16:01:02,123456+00:00} with a blank behind it; {@code at} if there is none.
     */
    private static int number(byte[] bytes, int at, int to) {
        int end = Ascii.skipDigits(bytes, at, to);
        if (end + 1 >= to) {
            return at;
        }
        if (bytes[end] == ':') {
            return end - at < 10 && !Ascii.isDigit(bytes[end + 1]) ? end + 1 : at;
        }
        if (bytes[end] != '-' || end - at != 4) {
            return at;
        }
        int blank = end;
        boolean time = false;
        while (blank < to && bytes[blank] != ' ') {
            time |= bytes[blank] == 'T';
            blank++;
        }
        return time && blank - at < LONGEST_DATE ? blank : at;
    }

    /** The place after what makes a terminal change its colour; {@code at} if it is something else. */
    private static int colour(byte[] bytes, int at, int to) {
        if (at + 1 >= to || bytes[at + 1] != '[') {
            return at;
        }
        int i = at + 2;
        while (i < to && (Ascii.isDigit(bytes[i]) || bytes[i] == ';')) {
            i++;
        }
        return i < to && (bytes[i] == 'm' || bytes[i] == 'K') ? i + 1 : at;
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
    static boolean isEncoded(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if ((bytes[i] == '&' && entity(bytes, i, to) >= 0) || isOdd(bytes, i, to)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a colour, or a blank at which no line may be broken, stands in {@code [from, to)}. */
    static boolean hasOdd(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isOdd(bytes, i, to)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOdd(byte[] bytes, int i, int to) {
        return bytes[i] == ESCAPE ? colour(bytes, i, to) > i : Ascii.startsWith(bytes, i, to, HARD_BLANK);
    }

    /**
     * Writes the line with its entities and hard blanks replaced, and without colours, to the front of {@code target},
     * which is as long; how long it is now.
     */
    static int decode(byte[] bytes, int from, int to, byte[] target) {
        int length = 0;
        for (int i = from; i < to; ) {
            int entity = bytes[i] == '&' ? entity(bytes, i, to) : -1;
            int colour = bytes[i] == ESCAPE ? colour(bytes, i, to) : i;
            if (colour > i) {
                i = colour;
            } else if (entity >= 0) {
                target[length++] = MEANINGS[entity];
                i += ENTITIES[entity].length;
            } else if (Ascii.startsWith(bytes, i, to, HARD_BLANK)) {
                target[length++] = ' ';
                i += HARD_BLANK.length;
            } else {
                target[length++] = bytes[i++];
            }
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
