package org.dmafence.capture.tracedat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Turns the times of the ring buffer into nanoseconds, as the file's options say. */
final class Clock {
    /** Corrections of a guest's clock to its host's. */
    private static final class Shift {
        final long[] times;
        final long[] offsets;

        Shift(int count) {
            times = new long[count];
            offsets = new long[count];
        }
    }

    private static final int MAX_CORRECTIONS = 1 << 16;

    private String name = "";
    private long offset;
    private long multiplier;
    private int shift;
    private final Map<Integer, Shift> shifts = new HashMap<>();

    /** {@code TRACECLOCK}: all clocks there are, with brackets around the one that was used. */
    void named(String clocks) {
        int open = clocks.indexOf('[');
        int close = clocks.indexOf(']', open + 1);
        name = open >= 0 && close > open ? clocks.substring(open + 1, close) : clocks.strip();
    }

    /** What the kernel calls it; empty if the file does not tell. */
    String name() {
        return name;
    }

    /** {@code OFFSET}: nanoseconds to add, as a text. */
    void offset(String text) {
        offset += number(text);
    }

    /** {@code DATE}: microseconds to add, as a text. */
    void date(String text) {
        offset += number(text) * 1000;
    }

    /** {@code TSC2NSEC}: the clock counts cycles. */
    void cycles(Cursor option) throws IOException {
        multiplier = option.u32();
        shift = (int) option.u32() & 63;
    }

    /** {@code TIME_SHIFT}: corrections per CPU, each from a time on. */
    void shift(Cursor option) throws IOException {
        option.u64();
        option.u32();
        long cpus = option.u32();
        for (int cpu = 0; cpu < cpus && !option.atEnd(); cpu++) {
            long count = option.u32();
            if (count > MAX_CORRECTIONS) {
                return;
            }
            Shift read = new Shift((int) count);
            fill(read.times, option);
            fill(read.offsets, option);
            option.skip(8 * count); // how the clocks' speeds differ, which is next to nothing
            if (count > 0) {
                shifts.put(cpu, read);
            }
        }
    }

    private static void fill(long[] column, Cursor option) throws IOException {
        for (int i = 0; i < column.length; i++) {
            column[i] = option.u64();
        }
    }

    long ns(long time, int cpu) {
        long ns = time;
        Shift correction = shifts.isEmpty() ? null : shifts.get(cpu);
        if (correction != null) {
            ns = shifted(ns, correction);
        }
        if (multiplier != 0) {
            ns = multiplied(ns);
        }
        return ns + offset;
    }

    private static long shifted(long time, Shift correction) {
        int latest = 0;
        while (latest + 1 < correction.times.length && correction.times[latest + 1] <= time) {
            latest++;
        }
        return time + correction.offsets[latest];
    }

    /** {@code time * multiplier >> shift}, in 96 bits. */
    private long multiplied(long time) {
        long high = Math.multiplyHigh(time, multiplier);
        long low = time * multiplier;
        return shift == 0 ? low : high << (64 - shift) | low >>> shift;
    }

    private static long number(String text) {
        String digits = text.strip();
        try {
            return digits.isEmpty() ? 0 : Long.decode(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
