package org.dmafence.capture.text;

import org.dmafence.capture.Ascii;

/**
 * Recognises a line and takes its front apart. The common form is
 * {@code comm-pid (tgid) [cpu] flags seconds.fraction: event: arguments}; the tgid and the flags may be absent. A comm
 * may contain anything, so the front is found from {@code [cpu]}, which must follow {@code -pid}. A line without it may
 * have its CPU and flags in one token ({@link PlainFront}), or be the function graph tracer's.
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
    private static final byte[] ENTRIES = Ascii.of("# entries-in-buffer/entries-written:");
    private static final byte[] BUFFER_OF = Ascii.of("##### CPU ");
    private static final byte[] BUFFER_STARTED = Ascii.of(" buffer started");
    private static final byte[] CPU_COLON = Ascii.of("CPU:");
    private static final byte[] CPU_BLANK = Ascii.of("CPU ");
    private static final byte[] CPUS = Ascii.of("cpus=");
    private static final byte[] VERSION = Ascii.of("version = ");
    private static final byte[] IS_EMPTY = Ascii.of(" is empty");
    private static final byte[] LOST = Ascii.of("LOST ");
    private static final byte[] EVENTS = Ascii.of("EVENTS");
    private static final byte[] CALLED_BY = Ascii.of("=> ");
    private static final byte[] DUMPING = Ascii.of("Dumping ftrace buffer");
    private static final byte[] EMPTY = Ascii.of("(ftrace buffer empty)");
    private static final int SHORTEST_ADDRESS = 6;
    private static final byte[] GRAPH_EVENT = Ascii.of("/*");
    private static final byte[] GRAPH_EVENT_END = Ascii.of("*/");
    private static final int MAX_FLAGS = 12;
    private static final int LONGEST_COMM = 15;

    final Front front = new Front();
    byte[] bytes = new byte[0];
    int to;
    int nameFrom;
    int nameTo;
    int argsFrom;
    boolean traceHeader;
    String reason = "";

    /** The CPU whose buffer begins with a comment, or -1. */
    int bufferOf;

    /** How many events the kernel overwrote, as the comment says. */
    long overwritten;

    /** The line is the first of a web page. */
    boolean page;

    /** Where the line begins without what is around it. */
    int start;

    /** Where the line ends, be its event in a comment that ends before. */
    private int lineTo;

    private byte[] decoded = new byte[0];

    /** Classifies a line; for {@link Kind#EVENT} the fields tell its parts, for {@link Kind#MALFORMED} the reason. */
    Kind parse(byte[] line, int from, int end) {
        bytes = line;
        traceHeader = false;
        page = false;
        bufferOf = -1;
        overwritten = 0;
        to = Wrapping.end(line, from, end);
        lineTo = to;
        start = Wrapping.begin(line, from, to);
        if (start == to) {
            return Kind.BLANK;
        }
        if (bytes[start] == '#') {
            return comment();
        }
        if (bytes[start] == '<' && Wrapping.isPage(bytes, start, to)) {
            page = true;
            return Kind.NOTE;
        }
        Kind kind = front();
        boolean log = kind == Kind.UNEXPLAINED || Wrapping.isSystemLog(bytes, front.commFrom, front.commTo);
        if (!log) {
            dropOrigin();
            return kind;
        }
        int afterLog = Wrapping.afterSystemLog(bytes, start, to);
        if (afterLog < 0) {
            return kind == Kind.UNEXPLAINED ? note() : kind;
        }
        start = Ascii.skipBlanks(bytes, afterLog, to);
        kind = front();
        dropOrigin();
        return kind == Kind.UNEXPLAINED ? note() : kind;
    }

    /** Replaces what a web page writes for some characters, and the like; false if there is nothing of that. */
    boolean decode() {
        if (!Wrapping.isEncoded(bytes, start, lineTo)) {
            return false;
        }
        to = lineTo;
        if (decoded.length < to - start) {
            decoded = new byte[Math.max(4096, to - start)];
        }
        to = Wrapping.decode(bytes, start, to, decoded);
        bytes = decoded;
        start = 0;
        return true;
    }

    private Kind comment() {
        traceHeader = Ascii.startsWith(bytes, start, to, TRACER);
        if (Ascii.startsWith(bytes, start, to, BUFFER_OF)) {
            int digits = start + BUFFER_OF.length;
            int end = Ascii.skipDigits(bytes, digits, to);
            if (end > digits && end - digits < 6 && Ascii.startsWith(bytes, end, to, BUFFER_STARTED)) {
                bufferOf = (int) TimeText.number(bytes, digits, end);
                traceHeader = true;
            }
        } else if (Ascii.startsWith(bytes, start, to, ENTRIES)) {
            int in = Ascii.skipBlanks(bytes, start + ENTRIES.length, to);
            int slash = Ascii.skipDigits(bytes, in, to);
            int end = slash < to && bytes[slash] == '/' ? Ascii.skipDigits(bytes, slash + 1, to) : slash;
            if (end > slash + 1 && slash > in && end - in < 36) {
                traceHeader = true;
                overwritten = TimeText.number(bytes, slash + 1, end) - TimeText.number(bytes, in, slash);
            }
        }
        return Kind.COMMENT;
    }

    /**
     * Steps over the name of a file or buffer that a tool put in front of a comm, which is no longer than 15 letters.
     */
    private void dropOrigin() {
        int colon = front.commTo - front.commFrom > LONGEST_COMM ? front.commTo - 2 : front.commFrom;
        while (colon > front.commFrom && (bytes[colon] != ':' || !isBlank(bytes[colon + 1]))) {
            colon--;
        }
        if (colon > front.commFrom) {
            front.commFrom = Ascii.skipBlanks(bytes, colon + 1, front.commTo);
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private Kind front() {
        front.reset();
        int bracket = findCpu();
        if (bracket >= 0 && front.perf) {
            return afterCpu(bracket) ? Kind.EVENT : Kind.MALFORMED;
        }
        if (bracket >= 0 && afterCpu(bracket)) {
            return Kind.EVENT;
        }
        String why = reason;
        front.perf = false;
        int plain = PlainFront.find(bytes, start, to, front);
        if (plain >= 0) {
            return name(plain) ? Kind.EVENT : Kind.MALFORMED;
        }
        reason = why;
        return bracket >= 0 ? Kind.MALFORMED : graph();
    }

    /** Finds {@code [cpu]} after {@code comm-pid} and an optional tgid; the place after it, or -1. */
    private int findCpu() {
        for (int open = start + 1; open < to; open++) {
            if (bytes[open] != '[') {
                continue;
            }
            int close = Ascii.skipDigits(bytes, open + 1, to);
            if (close == open + 1 || close - open > 7 || close >= to || bytes[close] != ']') {
                continue;
            }
            boolean task = front.task(bytes, start, open)
                    || (front.time.read(bytes, Ascii.skipBlanks(bytes, close + 1, to), to) > 0
                            && front.perfTask(bytes, start, open));
            if (task) {
                front.cpu = (int) TimeText.number(bytes, open + 1, close);
                return close + 1;
            }
        }
        return -1;
    }

    private boolean afterCpu(int afterCpu) {
        int at = Ascii.skipBlanks(bytes, afterCpu, to);
        int end = front.time.read(bytes, at, to);
        if (end < 0 && !TimeText.isCounter(bytes, at, to)) {
            int flags = at;
            while (flags < to && bytes[flags] != ' ' && bytes[flags] != '\t') {
                flags++;
            }
            if (flags - at > MAX_FLAGS) {
                reason = "no timestamp after the CPU";
                return false;
            }
            at = Ascii.skipBlanks(bytes, flags, to);
            end = front.time.read(bytes, at, to);
        }
        if (end < 0) {
            reason = TimeText.isCounter(bytes, at, to)
                    ? "the timestamp is not in seconds (use a trace_clock of local, global, boot or mono)"
                    : "no timestamp after the CPU";
            return false;
        }
        return name(end);
    }

    private boolean name(int after) {
        nameFrom = afterDifference(Ascii.skipBlanks(bytes, after, to));
        nameTo = PlainFront.wordEnd(bytes, nameFrom, to);
        if (front.perf) {
            perfName();
        }
        if (nameTo == to) {
            reason = nameFrom == to ? "ends after the timestamp" : "ends in the name of the event";
            return false;
        }
        argsFrom = bytes[nameTo] == ':' ? Ascii.skipBlanks(bytes, nameTo + 1, to) : nameTo;
        return true;
    }

    /** Steps over {@code (+12)}, the time since the event before, of {@code trace-cmd report --ts-diff}. */
    private int afterDifference(int at) {
        if (at + 3 >= to || bytes[at] != '(' || (bytes[at + 1] != '+' && bytes[at + 1] != '-')) {
            return at;
        }
        int close = at + 2;
        while (close < to && (Ascii.isDigit(bytes[close]) || bytes[close] == '.')) {
            close++;
        }
        boolean closed = close > at + 2 && close < to && bytes[close] == ')';
        return closed ? Ascii.skipBlanks(bytes, close + 1, to) : at;
    }

    /** Steps over a count of events and the system in front of the name. */
    private void perfName() {
        int digits = Ascii.skipDigits(bytes, nameFrom, to);
        if (digits == nameTo && digits < to && bytes[digits] == ' ') {
            nameFrom = Ascii.skipBlanks(bytes, digits, to);
            nameTo = PlainFront.wordEnd(bytes, nameFrom, to);
        }
        if (nameTo < to && bytes[nameTo] == ':') {
            int event = PlainFront.wordEnd(bytes, nameTo + 1, to);
            if (event > nameTo + 1 && event < to && bytes[event] == ':') {
                nameFrom = nameTo + 1;
                nameTo = event;
            }
        }
    }

    /** {@code 12.345678 |   3)  comm-pid  |   /* event: arguments *}{@code /}: only with a time is it more than a remark. */
    private Kind graph() {
        int at = start;
        int time = front.time.value(bytes, at, to);
        if (time >= 0) {
            time = Ascii.skipBlanks(bytes, time, to);
            time = time < to && bytes[time] == '|' ? Ascii.skipBlanks(bytes, time + 1, to) : -1;
            at = time < 0 ? start : time;
        }
        int paren = Ascii.skipDigits(bytes, at, to);
        if (paren == at || paren - at > 5 || paren >= to || bytes[paren] != ')') {
            return isRule() ? Kind.NOTE : Kind.UNEXPLAINED;
        }
        int open = time < 0 ? -1 : Ascii.indexOf(bytes, paren, to, GRAPH_EVENT);
        int close = open < 0 ? -1 : Ascii.lastIndexOf(bytes, open, to, GRAPH_EVENT_END);
        if (open >= 0 && close < 0) {
            reason = "ends before its event does";
            return Kind.MALFORMED;
        }
        if (close < 0) {
            return Kind.NOTE;
        }
        front.cpu = (int) TimeText.number(bytes, at, paren);
        int taskFrom = Ascii.skipBlanks(bytes, paren + 1, to);
        int bar = taskFrom;
        while (bar < open && bytes[bar] != '|') {
            bar++;
        }
        if (!front.task(bytes, taskFrom, bar)) {
            front.commFrom = paren;
            front.commTo = paren;
            front.pid = -1;
        }
        to = close;
        return name(open + GRAPH_EVENT.length) ? Kind.EVENT : Kind.NOTE;
    }

    /** The function graph tracer draws a line where a CPU changes its task, and says which in between. */
    private boolean isRule() {
        for (int i = start; i < to; i++) {
            if (bytes[i] != '-') {
                return false;
            }
        }
        return to - start > 8;
    }

    /** {@code => drm_sched_main} or, of perf, {@code ffffffffc0a1b2c3 drm_sched_main+0x12 ([gpu_sched])}. */
    private boolean isFrame() {
        if (Ascii.startsWith(bytes, start, to, CALLED_BY)) {
            return true;
        }
        int digits = start;
        while (digits < to && Character.digit(bytes[digits], 16) >= 0) {
            digits++;
        }
        return digits - start >= SHORTEST_ADDRESS && digits < to && bytes[digits] == ' ' && bytes[to - 1] == ')';
    }

    private Kind note() {
        boolean numbers;
        if (Ascii.startsWith(bytes, start, to, CPU_COLON)) {
            int i = Ascii.skipBlanks(bytes, Ascii.skipDigits(bytes, start + CPU_COLON.length, to), to);
            boolean lost = i < to
                    && bytes[i] == '['
                    && bytes[to - 1] == ']'
                    && (Ascii.indexOf(bytes, i, to, LOST) > 0 || Ascii.indexOf(bytes, i, to, EVENTS) > 0);
            return lost ? Kind.LOST : Kind.UNEXPLAINED;
        }
        if (isFrame() || Ascii.startsWith(bytes, start, to, DUMPING) || Ascii.startsWith(bytes, start, to, EMPTY)) {
            return Kind.NOTE;
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
}
