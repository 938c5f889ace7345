package org.dmafence.capture.text;

import org.dmafence.capture.Ascii;
import org.dmafence.capture.CaptureEvent;

/** The parts of a line in front of its event's name, as places in the line. */
final class Front {
    final TimeText time = new TimeText();
    int commFrom;
    int commTo;
    int pid;
    int cpu;

    /** Written by {@code perf script}, which names an event with its system. */
    boolean perf;

    void reset() {
        cpu = CaptureEvent.NO_CPU;
        perf = false;
        commFrom = 0;
        commTo = 0;
    }

    /** Reads {@code comm-pid} or {@code comm-pid (tgid)} that ends at {@code open}. */
    boolean task(byte[] bytes, int start, int open) {
        int end = Ascii.trimEnd(bytes, start, open);
        if (end > start && bytes[end - 1] == ')') {
            int paren = end - 2;
            while (paren >= start && isInTgid(bytes[paren])) {
                paren--;
            }
            if (paren < start || bytes[paren] != '(') {
                return false;
            }
            end = Ascii.trimEnd(bytes, start, paren);
        }
        int digits = digitsBefore(bytes, start, end);
        if (digits == end || end - digits > 10 || digits == start || bytes[digits - 1] != '-') {
            return false;
        }
        set(bytes, start, digits - 1, digits, end);
        return true;
    }

    private static boolean isInTgid(byte b) {
        return Ascii.isDigit(b) || b == '-' || b == ' ' || b == '\t';
    }

    /** Reads {@code comm pid} or {@code comm tgid/pid}, as {@code perf script} writes it, that ends at {@code open}. */
    boolean perfTask(byte[] bytes, int start, int open) {
        int end = Ascii.trimEnd(bytes, start, open);
        int digits = digitsBefore(bytes, start, end);
        int before = digits;
        if (digits > start && bytes[digits - 1] == '/') {
            before = digitsBefore(bytes, start, digits - 1);
        }
        boolean number = digits < end && end - digits <= 10 && before > start;
        if (!number || (bytes[before - 1] != ' ' && bytes[before - 1] != '\t')) {
            return false;
        }
        set(bytes, start, Ascii.trimEnd(bytes, start, before), digits, end);
        perf = true;
        return commTo > commFrom;
    }

    private void set(byte[] bytes, int start, int newCommTo, int digits, int end) {
        commFrom = start;
        commTo = newCommTo;
        pid = (int) TimeText.number(bytes, digits, end);
    }

    private static int digitsBefore(byte[] bytes, int start, int end) {
        int digits = end;
        while (digits > start && Ascii.isDigit(bytes[digits - 1])) {
            digits--;
        }
        return digits;
    }
}
