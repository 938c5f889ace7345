package org.dmafence.capture.text;

import org.dmafence.capture.Ascii;

/**
 * The front of a line that has no CPU in brackets: {@code comm-pid 3d..1 12345us : }, which is the kernel's latency
 * format, {@code trace-cmd report -l} and what a kernel dumps into its log; and {@code perf script} without a CPU. It
 * is found from the time, which ends in a colon.
 */
final class PlainFront {
    private static final int MAX_CPU_DIGITS = 5;
    private static final int MAX_FLAGS = 12;

    private PlainFront() {}

    /** The place after the time, or -1. */
    static int find(byte[] bytes, int start, int to, Front front) {
        for (int colon = start + 1; colon < to; colon++) {
            if (bytes[colon] == ':') {
                int end = endingAt(bytes, start, colon, to, front);
                if (end > 0) {
                    return end;
                }
            }
        }
        return -1;
    }

    private static int endingAt(byte[] bytes, int start, int colon, int to, Front front) {
        int i = colon;
        if (TimeText.isMark(bytes[i - 1])) {
            i--;
        }
        boolean us = i - 2 > start && bytes[i - 1] == 's' && bytes[i - 2] == 'u';
        if (us) {
            i -= 2;
        }
        int digits = i;
        while (digits > start && (Ascii.isDigit(bytes[digits - 1]) || bytes[digits - 1] == '.')) {
            digits--;
        }
        if (digits == i || digits == start || !isBlank(bytes[digits - 1])) {
            return -1;
        }
        int tokenTo = Ascii.trimEnd(bytes, start, digits);
        int token = tokenTo;
        while (token > start && !isBlank(bytes[token - 1])) {
            token--;
        }
        int flags = Ascii.skipDigits(bytes, token, tokenTo);
        int end = front.time.read(bytes, digits, to);
        if (end < 0 || token == start) {
            return -1;
        }
        if (flags == tokenTo) {
            boolean perf = !us && isSystemAndEvent(bytes, end, to) && front.perfTask(bytes, start, tokenTo);
            return perf ? end : -1;
        }
        boolean cpu = flags > token && flags - token <= MAX_CPU_DIGITS && areFlags(bytes, flags, tokenTo);
        if (!cpu || !front.task(bytes, start, token)) {
            return -1;
        }
        front.cpu = (int) TimeText.number(bytes, token, flags);
        return end;
    }

    private static boolean areFlags(byte[] bytes, int from, int to) {
        if (to - from < 2 || to - from > MAX_FLAGS) {
            return false;
        }
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
            if (!letter && !Ascii.isDigit(b) && b != '.' && b != '#' && b != '*' && b != '!') {
                return false;
            }
        }
        return true;
    }

    private static boolean isSystemAndEvent(byte[] bytes, int from, int to) {
        int system = wordEnd(bytes, Ascii.skipBlanks(bytes, from, to), to);
        if (system >= to || bytes[system] != ':') {
            return false;
        }
        int event = wordEnd(bytes, system + 1, to);
        return event > system + 1 && event < to && bytes[event] == ':';
    }

    static int wordEnd(byte[] bytes, int from, int to) {
        int i = from;
        while (i < to && isNameByte(bytes[i])) {
            i++;
        }
        return i;
    }

    static boolean isNameByte(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || Ascii.isDigit(b) || b == '_';
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
