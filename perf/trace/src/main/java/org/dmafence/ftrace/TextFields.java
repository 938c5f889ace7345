package org.dmafence.ftrace;

import java.nio.charset.StandardCharsets;
import org.dmafence.capture.Ascii;
import org.dmafence.capture.Fields;
import org.dmafence.capture.StringPool;

/**
 * Arguments printed as {@code key=value}, with commas or without: most formats of the kernel, and all of
 * {@code trace-cmd report -R}. A value goes on to the next key, so it may hold blanks; a comma in front of that key is
 * not its own.
 */
final class TextFields implements Fields {
    private static final int NONE = -1;

    private final StringPool pool;
    private byte[] bytes = new byte[0];
    private int from;
    private int to;

    TextFields(StringPool pool) {
        this.pool = pool;
    }

    TextFields reset(byte[] line, int start, int end) {
        bytes = line;
        from = start;
        to = Ascii.trimEnd(line, start, end);
        return this;
    }

    @Override
    public boolean has(String name) {
        return value(name) != NONE;
    }

    @Override
    public long number(String name) {
        int at = value(name);
        return at == NONE ? 0 : numberAt(at);
    }

    @Override
    public String text(String name) {
        int at = value(name);
        return at == NONE ? "" : pool.get(bytes, at, end(at));
    }

    /** The number behind the separator in a value such as {@code 401:7}; 0 if there is none. */
    long second(String name, char separator) {
        int at = value(name);
        if (at == NONE) {
            return 0;
        }
        int end = end(at);
        for (int i = at; i < end; i++) {
            if (bytes[i] == separator) {
                return numberAt(i + 1);
            }
        }
        return 0;
    }

    /** Whether a value is two numbers such as {@code 401:7}. */
    boolean isPair(String name, char separator) {
        int at = value(name);
        if (at == NONE) {
            return false;
        }
        int digits = Ascii.skipDigits(bytes, at, to);
        return digits > at && digits + 1 < to && bytes[digits] == separator && Ascii.isDigit(bytes[digits + 1]);
    }

    /** Whether a word stands between the fields. */
    boolean mentions(String word) {
        byte[] letters = word.getBytes(StandardCharsets.US_ASCII);
        return Ascii.indexOf(bytes, from, to, letters) >= 0;
    }

    /** Everything, for what has no keys. */
    String all() {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    private int value(String name) {
        int length = name.length();
        for (int i = from; i + length < to; i++) {
            boolean begins = i == from || bytes[i - 1] == ' ' || bytes[i - 1] == ',';
            if (begins && bytes[i + length] == '=' && is(name, i)) {
                return i + length + 1;
            }
        }
        return NONE;
    }

    private boolean is(String name, int at) {
        for (int i = 0; i < name.length(); i++) {
            if (bytes[at + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** A value ends in front of a comma or blank that a key follows. */
    private int end(int at) {
        for (int i = at; i < to; i++) {
            if (bytes[i] == ' ' || bytes[i] == ',') {
                int key = i;
                while (key < to && (bytes[key] == ' ' || bytes[key] == ',')) {
                    key++;
                }
                int word = key;
                while (word < to && isKeyByte(bytes[word])) {
                    word++;
                }
                if (key == to || (word > key && word < to && bytes[word] == '=')) {
                    return i;
                }
                i = key - 1; // or a line of nothing but commas takes the square of its length
            }
        }
        return to;
    }

    private static boolean isKeyByte(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || Ascii.isDigit(b) || b == '_' || b == '-' || b == '/';
    }

    private long numberAt(int start) {
        int at = start;
        boolean negative = at < to && bytes[at] == '-';
        at += negative ? 1 : 0;
        boolean hex = at + 1 < to && bytes[at] == '0' && (bytes[at + 1] | 0x20) == 'x';
        int end = Ascii.skipDigits(bytes, at, to);
        if (!hex) {
            int letters = end;
            while (letters < to && Character.digit(bytes[letters], 16) >= 0) {
                letters++;
            }
            hex = letters > end; // a pointer is printed without its 0x
        } else {
            at += 2;
        }
        int radix = hex ? 16 : 10;
        long value = 0;
        int digit;
        while (at < to && (digit = Character.digit(bytes[at], radix)) >= 0) {
            value = value * radix + digit;
            at++;
        }
        return negative ? -value : value;
    }
}
