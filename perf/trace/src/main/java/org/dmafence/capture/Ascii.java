package org.dmafence.capture;

import java.nio.charset.StandardCharsets;

/** Searching and comparing in a range of bytes. */
public final class Ascii {
    private Ascii() {}

    public static byte[] of(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** Whether {@code word} stands at {@code at}, ending at or before {@code to}. */
    public static boolean startsWith(byte[] bytes, int at, int to, byte[] word) {
        if (to - at < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** First place of {@code word} in {@code [from, to)}, or -1. */
    public static int indexOf(byte[] bytes, int from, int to, byte[] word) {
        for (int i = from; i <= to - word.length; i++) {
            if (bytes[i] == word[0] && startsWith(bytes, i, to, word)) {
                return i;
            }
        }
        return -1;
    }

    /** Last place of {@code word} in {@code [from, to)}, or -1. */
    public static int lastIndexOf(byte[] bytes, int from, int to, byte[] word) {
        for (int i = to - word.length; i >= from; i--) {
            if (bytes[i] == word[0] && startsWith(bytes, i, to, word)) {
                return i;
            }
        }
        return -1;
    }

    public static int skipBlanks(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && (bytes[i] == ' ' || bytes[i] == '\t')) {
            i++;
        }
        return i;
    }

    public static int skipDigits(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && isDigit(bytes[i])) {
            i++;
        }
        return i;
    }

    /** The end of {@code [from, to)} without trailing blanks. */
    public static int trimEnd(byte[] bytes, int from, int to) {
        int i = to;
        while (i > from && (bytes[i - 1] == ' ' || bytes[i - 1] == '\t')) {
            i--;
        }
        return i;
    }
}
