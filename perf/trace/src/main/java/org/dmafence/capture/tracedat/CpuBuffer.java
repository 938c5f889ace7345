package org.dmafence.capture.tracedat;

import java.io.IOException;

/**
 * One CPU's ring buffer: steps from record to record. A record begins with 5 bits of type or length and 27 of time
 * since the one before; longer times have a record of their own.
 */
final class CpuBuffer {
    private static final int PADDING = 29;
    private static final int TIME_EXTEND = 30;
    private static final int TIME_STAMP = 31;
    private static final int MISSED_EVENTS = 1 << 31;
    private static final int MISSED_STORED = 1 << 30;
    private static final int COMMIT_MASK = (1 << 27) - 1;
    private static final long STAMP_BITS = (1L << 59) - 1;

    final int cpu;
    final Recording recording;

    /** How many bytes of the file it takes. */
    final long size;

    private final PageSource pages;
    private final PageLayout layout;
    private final boolean bigEndian;
    final byte[] page;

    private int at;
    private int end;
    private boolean first = true;

    /** The record's own time, not yet shifted. */
    long time;

    /** Where the record's bytes are in the page. */
    int from;

    int length;

    /** How many events the kernel lost before this record; -1 if it does not know, 0 if none. */
    long lost;

    /** Whether the last page was left in its middle because it makes no sense. */
    boolean damaged;

    CpuBuffer(
            int cpu,
            Recording recording,
            long size,
            PageSource pages,
            PageLayout layout,
            int pageSize,
            boolean bigEndian) {
        this.cpu = cpu;
        this.recording = recording;
        this.size = size;
        this.pages = pages;
        this.layout = layout;
        this.bigEndian = bigEndian;
        page = new byte[pageSize];
    }

    /** Goes to the next record; false at the end. */
    boolean next() throws IOException {
        lost = 0;
        damaged = false;
        while (true) {
            if (at >= end) {
                if (!nextPage()) {
                    return false;
                }
            } else if (record()) {
                return true;
            }
        }
    }

    private boolean nextPage() throws IOException {
        if (!pages.next(page)) {
            return false;
        }
        time = Numbers.unsigned(page, 0, 8, bigEndian);
        int low = layout.commitSize() == 8 && bigEndian ? layout.commitOffset() + 4 : layout.commitOffset();
        int commit = Numbers.u32(page, low, bigEndian);
        int used = commit & COMMIT_MASK;
        at = layout.dataOffset();
        end = (int) Math.min(page.length, (long) at + used);
        if ((commit & MISSED_EVENTS) != 0 && !first) {
            boolean stored = (commit & MISSED_STORED) != 0 && end <= page.length - layout.commitSize();
            lost = stored ? Numbers.unsigned(page, end, layout.commitSize(), bigEndian) : -1;
        }
        first = false;
        return true;
    }

    /** Takes what stands at the place; true if it is an event's record. */
    private boolean record() {
        if (end - at < 4) {
            at = end;
            return false;
        }
        int header = Numbers.u32(page, at, bigEndian);
        int type = bigEndian ? header >>> 27 : header & 0x1f;
        long delta = bigEndian ? header & 0x7ff_ffff : header >>> 5;
        at += 4;
        if (type > 0 && type < PADDING) {
            return data(4 * type, 4 * type, delta);
        }
        if (type == PADDING && delta == 0) {
            at = end; // the rest of the page
            return false;
        }
        if (end - at < 4) {
            damaged = true;
            at = end;
            return false;
        }
        long word = Numbers.u32(page, at, bigEndian) & 0xffff_ffffL;
        if (type == TIME_EXTEND) {
            time += (word << 27) + delta;
            at += 4;
            return false;
        }
        if (type == TIME_STAMP) {
            time = (time & ~STAMP_BITS) | ((word << 27) + delta);
            at += 4;
            return false;
        }
        if (word < 4 || word > end - at) {
            damaged = true;
            at = end;
            return false;
        }
        if (type == PADDING) { // an event that was taken back
            time += delta;
            at += (int) word;
            return false;
        }
        at += 4;
        int bytes = (int) word - 4;
        return data(bytes, (bytes + 3) & ~3, delta);
    }

    private boolean data(int bytes, int room, long delta) {
        if (bytes > end - at) {
            damaged = true;
            at = end;
            return false;
        }
        time += delta;
        from = at;
        length = bytes;
        at = Math.min(end, at + room);
        return true;
    }
}
