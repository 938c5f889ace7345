package org.dmafence.ftrace;

/**
 * Recognises a line and takes its front apart: {@code comm-pid (tgid) [cpu] flags seconds.fraction: event: arguments}.
 * The tgid and the flags may be absent. A comm may contain anything, so the front is found from {@code [cpu]}, which
 * must follow {@code -pid}.
 */
final class LineParser {
    enum Kind {
        BLANK,
        COMMENT,
        NOTE,
        LOST,
        EVENT,
        MALFORMED,
        UNEXPLAINED
    }

    private static final byte[] TRACER = Ascii.of("# tracer:");
    private static final byte[] CPU_COLON = Ascii.of("CPU:");
    private static final byte[] CPU_BLANK = Ascii.of("CPU ");
    private static final byte[] CPUS = Ascii.of("cpus=");
    private static final byte[] VERSION = Ascii.of("version = ");
    private static final byte[] IS_EMPTY = Ascii.of(" is empty");
    private static final byte[] LOST = Ascii.of("LOST ");
    private static final byte[] EVENTS = Ascii.of("EVENTS");
    private static final int MAX_FLAGS = 12;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final long MAX_SECONDS = Long.MAX_VALUE / NS_PER_S - 1;

    private byte[] bytes = new byte[0];
    private int to;

    int commFrom;
    int commTo;
    int pid;
    int cpu;
    long timeNs;
    int nameFrom;
    int nameTo;
    int argsFrom;
    boolean traceHeader;
    String reason = "";

    /** Classifies a line; for {@link Kind#EVENT} the fields tell its parts, for {@link Kind#MALFORMED} the reason. */
    Kind parse(byte[] line, int from, int end) {
        bytes = line;
        to = Ascii.trimEnd(line, from, end);
        traceHeader = false;
        int start = Ascii.skipBlanks(line, from, to);
        if (start == to) {
            return Kind.BLANK;
        }
        if (bytes[start] == '#') {
            traceHeader = Ascii.startsWith(bytes, start, to, TRACER);
            return Kind.COMMENT;
        }
        int bracket = findCpu(start);
        if (bracket < 0) {
            return note(start);
        }
        return afterCpu(bracket) ? Kind.EVENT : Kind.MALFORMED;
    }

    private Kind note(int start) {
        boolean numbers;
        if (Ascii.startsWith(bytes, start, to, CPU_COLON)) {
            int i = Ascii.skipBlanks(bytes, Ascii.skipDigits(bytes, start + CPU_COLON.length, to), to);
            boolean lost = i < to
                    && bytes[i] == '['
                    && bytes[to - 1] == ']'
                    && (Ascii.indexOf(bytes, i, to, LOST) > 0 || Ascii.indexOf(bytes, i, to, EVENTS) > 0);
            return lost ? Kind.LOST : Kind.UNEXPLAINED;
        }
        if (Ascii.startsWith(bytes, start, to, CPU_BLANK)) {
            int i = Ascii.skipDigits(bytes, start + CPU_BLANK.length, to);
            numbers = Ascii.startsWith(bytes, i, to, IS_EMPTY);
        } else if (Ascii.startsWith(bytes, start, to, CPUS)) {
            numbers = Ascii.skipDigits(bytes, start + CPUS.length, to) == to;
            traceHeader = numbers;
        } else {
            numbers = Ascii.startsWith(bytes, start, to, VERSION)
                    && Ascii.skipDigits(bytes, start + VERSION.length, to) == to;
        }
        return numbers ? Kind.NOTE : Kind.UNEXPLAINED;
    }

    /** Finds {@code [cpu]} after {@code comm-pid} and an optional tgid; the place after it, or -1. */
    private int findCpu(int start) {
        for (int open = start + 1; open < to; open++) {
            if (bytes[open] != '[') {
                continue;
            }
            int close = Ascii.skipDigits(bytes, open + 1, to);
            if (close == open + 1 || close - open > 7 || close >= to || bytes[close] != ']') {
                continue;
            }
            if (taskBefore(start, open)) {
                cpu = (int) number(open + 1, close);
                return close + 1;
            }
        }
        return -1;
    }

    private boolean taskBefore(int start, int open) {
        int end = Ascii.trimEnd(bytes, start, open);
        if (end > start && bytes[end - 1] == ')') {
            int paren = end - 2;
            while (paren >= start && (Ascii.isDigit(bytes[paren]) || bytes[paren] == '-' || bytes[paren] == ' ')) {
                paren--;
            }
            if (paren < start || bytes[paren] != '(') {
                return false;
            }
            end = Ascii.trimEnd(bytes, start, paren);
        }
        int digits = end;
        while (digits > start && Ascii.isDigit(bytes[digits - 1])) {
            digits--;
        }
        if (digits == end || end - digits > 10 || digits == start || bytes[digits - 1] != '-') {
            return false;
        }
        commFrom = start;
        commTo = digits - 1;
        pid = (int) number(digits, end);
        return true;
    }

    private boolean afterCpu(int afterCpu) {
        int at = Ascii.skipBlanks(bytes, afterCpu, to);
        int end = timestamp(at);
        if (end < 0) {
            int flags = at;
            while (flags < to && bytes[flags] != ' ' && bytes[flags] != '\t') {
                flags++;
            }
            if (flags - at > MAX_FLAGS) {
                reason = "no timestamp after the CPU";
                return false;
            }
            at = Ascii.skipBlanks(bytes, flags, to);
            end = timestamp(at);
        }
        if (end < 0) {
            int digits = Ascii.skipDigits(bytes, at, to);
            reason = digits > at && digits < to && bytes[digits] == ':'
                    ? "the timestamp is not in seconds (use a trace_clock of local, global, boot or mono)"
                    : "no timestamp after the CPU";
            return false;
        }
        nameFrom = Ascii.skipBlanks(bytes, end, to);
        nameTo = nameFrom;
        while (nameTo < to && isNameByte(bytes[nameTo])) {
            nameTo++;
        }
        if (nameTo == to) {
            reason = nameFrom == to ? "ends after the timestamp" : "ends in the name of the event";
            return false;
        }
        argsFrom = bytes[nameTo] == ':' ? Ascii.skipBlanks(bytes, nameTo + 1, to) : nameTo;
        return true;
    }

    /** Reads {@code seconds.fraction:} into {@link #timeNs}; the place after it, or -1. */
    private int timestamp(int at) {
        int dot = Ascii.skipDigits(bytes, at, to);
        if (dot == at || dot - at > 10 || dot >= to || bytes[dot] != '.') {
            return -1;
        }
        int colon = Ascii.skipDigits(bytes, dot + 1, to);
        int digits = colon - dot - 1;
        if (digits < 1 || digits > 9 || colon >= to || bytes[colon] != ':') {
            return -1;
        }
        long seconds = number(at, dot);
        if (seconds > MAX_SECONDS) {
            return -1;
        }
        long fraction = number(dot + 1, colon);
        for (int i = digits; i < 9; i++) {
            fraction *= 10;
        }
        timeNs = seconds * NS_PER_S + fraction;
        return colon + 1;
    }

    /** The value of a run of at most ten digits. */
    private long number(int from, int end) {
        long value = 0;
        for (int i = from; i < end; i++) {
            value = value * 10 + (bytes[i] - '0');
        }
        return value;
    }

    private static boolean isNameByte(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || Ascii.isDigit(b) || b == '_';
    }
}
