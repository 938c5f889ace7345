package org.dmafence.ftrace;

import java.nio.charset.StandardCharsets;
import org.dmafence.capture.Ascii;
import org.dmafence.capture.StringPool;

/**
 * Walks over an event's arguments from both ends: {@code expect}, {@code number} and {@code pointer} take from the
 * front, the {@code last…} methods take a key and its value from the back. The first mismatch is kept as the reason and
 * makes all later calls do nothing, so a parser reads straight through and asks {@link #ok} once.
 */
final class ArgumentCursor {
    private static final byte[] HEX_PREFIX = Ascii.of("0x");
    private static final byte[] NULL_POINTER = Ascii.of("(null)");

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private String reason = "";
    private boolean ok;

    void reset(byte[] line, int from, int to) {
        bytes = line;
        at = from;
        end = Ascii.trimEnd(line, from, to);
        ok = true;
        reason = "";
    }

    boolean ok() {
        return ok;
    }

    String reason() {
        return reason;
    }

    private void fail(String why) {
        if (ok) {
            ok = false;
            reason = why;
        }
    }

    private void failAt(byte[] key) {
        if (ok) {
            fail("\"" + new String(key, StandardCharsets.US_ASCII).strip() + "\" is missing");
        }
    }

    void expect(byte[] key) {
        if (ok && Ascii.startsWith(bytes, at, end, key)) {
            at += key.length;
        } else {
            failAt(key);
        }
    }

    /** Steps over a key if it is the next. */
    boolean skip(byte[] key) {
        boolean found = ok && Ascii.startsWith(bytes, at, end, key);
        at += found ? key.length : 0;
        return found;
    }

    /** Takes a key and all that follows from the back. */
    void dropFrom(byte[] key) {
        int place = last(key);
        if (place >= 0) {
            end = Ascii.trimEnd(bytes, at, place);
        }
    }

    void expectEnd(byte[] last) {
        expect(last);
        if (ok && at != end) {
            fail("something follows where the event ends");
        }
    }

    /** An unsigned decimal number at the front. */
    long number() {
        if (!ok) {
            return 0;
        }
        int stop = Ascii.skipDigits(bytes, at, end);
        long value = decimal(at, stop);
        at = stop;
        return value;
    }

    /** A pointer at the front: hexadecimal digits, with or without {@code 0x}, or {@code (null)}. */
    long pointer() {
        if (!ok) {
            return 0;
        }
        if (Ascii.startsWith(bytes, at, end, NULL_POINTER)) {
            at += NULL_POINTER.length;
            return 0;
        }
        if (Ascii.startsWith(bytes, at, end, HEX_PREFIX)) {
            at += HEX_PREFIX.length;
        }
        int start = at;
        long value = 0;
        int digit;
        while (at < end && (digit = Character.digit(bytes[at], 16)) >= 0) {
            value = value << 4 | digit;
            at++;
        }
        if (at == start || at - start > 16) {
            fail("no pointer where one is due");
        }
        return value;
    }

    /** Takes {@code key} and the number behind it from the back. */
    long lastNumber(byte[] key) {
        int place = last(key);
        if (place < 0) {
            return 0;
        }
        int digits = place + key.length;
        boolean negative = digits < end && bytes[digits] == '-';
        if (negative) {
            digits++;
        }
        if (Ascii.skipDigits(bytes, digits, end) != end) {
            fail("not a number: \"" + text(place, end) + "\"");
        }
        long value = decimal(digits, end);
        end = place;
        return negative ? -value : value;
    }

    /** Takes {@code key} and the pointer behind it from the back. */
    long lastPointer(byte[] key) {
        int place = last(key);
        if (place < 0) {
            return 0;
        }
        int front = at;
        at = place + key.length;
        long value = pointer();
        if (at != end) {
            fail("not a pointer: \"" + text(place, end) + "\"");
        }
        at = front;
        end = place;
        return value;
    }

    /** The text in front of {@code key}, which is taken too. */
    String upTo(byte[] key, StringPool pool) {
        int place = ok ? Ascii.indexOf(bytes, at, end, key) : -1;
        if (place < 0) {
            failAt(key);
            return "";
        }
        String value = pool.get(bytes, at, place);
        at = place + key.length;
        return value;
    }

    /** All that is left. */
    String rest(StringPool pool) {
        return ok ? pool.get(bytes, at, end) : "";
    }

    private int last(byte[] key) {
        int place = ok ? Ascii.lastIndexOf(bytes, at, end, key) : -1;
        if (place < 0) {
            failAt(key);
        }
        return place;
    }

    private long decimal(int from, int stop) {
        if (!ok) {
            return 0;
        }
        if (stop == from) {
            fail("a number is missing");
            return 0;
        }
        if (stop - from < 19) {
            long value = 0;
            for (int i = from; i < stop; i++) {
                value = value * 10 + (bytes[i] - '0');
            }
            return value;
        }
        try {
            return Long.parseUnsignedLong(text(from, stop));
        } catch (NumberFormatException e) {
            fail("number out of range: " + text(from, stop));
            return 0;
        }
    }

    private String text(int from, int stop) {
        return new String(bytes, from, stop - from, StandardCharsets.UTF_8);
    }
}
