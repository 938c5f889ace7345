package org.dmafence.capture.text;

import org.dmafence.capture.Ascii;

/**
 * Reads the times of lines: {@code 12.345678:} in seconds, or {@code 12345us :} in microseconds with a mark of delay.
 */
final class TimeText {
    private static final long NS_PER_S = 1_000_000_000L;
    private static final long MAX_SECONDS = Long.MAX_VALUE / NS_PER_S - 1;
    private static final long MAX_US = Long.MAX_VALUE / 1000 - 1;

    /** The time read last. */
    long ns;

    /** Reads a time that ends in a colon; the place after it, or -1. */
    int read(byte[] bytes, int at, int to) {
        int end = value(bytes, at, to);
        if (end < 0) {
            return -1;
        }
        if (end < to && bytes[end] != ':' && isMark(bytes[end])) {
            end++;
        }
        return end < to && bytes[end] == ':' ? end + 1 : -1;
    }

    /** Reads a time; the place after it, or -1. */
    int value(byte[] bytes, int at, int to) {
        int dot = Ascii.skipDigits(bytes, at, to);
        if (dot == at || dot - at > 18) {
            return -1;
        }
        int end = dot;
        long fraction = 0;
        int digits = 0;
        if (dot < to && bytes[dot] == '.') {
            end = Ascii.skipDigits(bytes, dot + 1, to);
            digits = end - dot - 1;
            if (digits < 1 || digits > 9) {
                return -1;
            }
            fraction = number(bytes, dot + 1, end);
        }
        long whole = number(bytes, at, dot);
        if (end + 1 < to && bytes[end] == 'u' && bytes[end + 1] == 's') {
            if (whole > MAX_US) {
                return -1;
            }
            ns = whole * 1000 + scaled(fraction, digits, 3);
            return end + 2;
        }
        if (digits == 0 || dot - at > 10 || whole > MAX_SECONDS) {
            return -1;
        }
        ns = whole * NS_PER_S + scaled(fraction, digits, 9);
        return end;
    }

    /** Whether the number at that place is a time of a clock that counts something else. */
    static boolean isCounter(byte[] bytes, int at, int to) {
        int digits = Ascii.skipDigits(bytes, at, to);
        return digits > at && digits < to && bytes[digits] == ':';
    }

    /** What the kernel prints between a time and its colon when there was a delay, or a blank. */
    static boolean isMark(byte b) {
        return b == ' ' || b == '+' || b == '!' || b == '#' || b == '*' || b == '@' || b == '$';
    }

    private static long scaled(long fraction, int digits, int wanted) {
        long value = fraction;
        for (int i = digits; i < wanted; i++) {
            value *= 10;
        }
        for (int i = wanted; i < digits; i++) {
            value /= 10;
        }
        return value;
    }

    static long number(byte[] bytes, int from, int end) {
        long value = 0;
        for (int i = from; i < end; i++) {
            value = value * 10 + (bytes[i] - '0');
        }
        return value;
    }
}
