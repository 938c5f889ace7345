package org.dmafence.fuzz.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A page of a CPU's ring buffer, as the kernel writes it. */
public final class RingPage {
    private final long startNs;
    private final boolean bigEndian;
    private final int longSize;
    private final ByteWriter records;
    private long lastNs;
    private boolean missed;
    private long lost = -1;

    RingPage(long startNs, boolean bigEndian, int longSize) {
        this.startNs = startNs;
        this.bigEndian = bigEndian;
        this.longSize = longSize;
        records = new ByteWriter(bigEndian);
        lastNs = startNs;
    }

    /** Events were lost before the page; how many, if not negative. */
    public RingPage lost(long count) {
        missed = true;
        lost = count;
        return this;
    }

    /** A {@code dma_fence_signaled}. */
    public RingPage signaled(long ns, int pid, String driver, String timeline, long context, long seqno) {
        ByteWriter record = head(TraceDatWriter.SIGNALED, pid);
        byte[] first = (driver + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] second = (timeline + "\0").getBytes(StandardCharsets.UTF_8);
        record.number((long) first.length << 16 | 24, 4);
        record.number((long) second.length << 16 | (24 + first.length), 4);
        record.number(context, 4).number(seqno, 4).raw(first).raw(second).pad(4);
        return record(ns, record.bytes());
    }

    /** An {@code amdgpu_cs_ioctl}, whose ring's name is a pointer. */
    public RingPage job(long ns, int pid, long id, String timeline, long context, long seqno) {
        ByteWriter record = head(TraceDatWriter.JOB, pid);
        byte[] name = (timeline + "\0").getBytes(StandardCharsets.UTF_8);
        int behind = 32 + longSize + (longSize == 8 ? 8 : 4);
        record.number(id, 8).number((long) name.length << 16 | behind, 4);
        record.number(context, 4).number(seqno, 4).number(0, 4).number(0xabcdef10L, longSize);
        record.number(3, 4).pad(longSize);
        assert record.size() <= behind;
        while (record.size() < behind) {
            record.number(0, 1);
        }
        return record(ns, record.raw(name).pad(4).bytes());
    }

    /** An event nobody knows. */
    public RingPage other(long ns, int size) {
        return record(ns, Arrays.copyOf(head(TraceDatWriter.OTHER, 1).bytes(), size));
    }

    /** An event that was taken back. */
    public RingPage discarded(long ns) {
        step(ns);
        header(29, ns - lastNs == 0 ? 1 : ns - lastNs);
        records.number(12, 4).number(0, 4).number(0, 4);
        lastNs = Math.max(ns, lastNs + 1);
        return this;
    }

    /** The kernel's absolute time. */
    public RingPage stamped(long ns) {
        header(31, ns & 0x7ff_ffff);
        records.number((ns >>> 27) & 0xffff_ffffL, 4);
        lastNs = ns;
        return this;
    }

    private ByteWriter head(int type, int pid) {
        return new ByteWriter(bigEndian)
                .number(type, 2)
                .number(0, 1)
                .number(0, 1)
                .number(pid, 4);
    }

    private RingPage record(long ns, byte[] bytes) {
        step(ns);
        if (bytes.length % 4 == 0 && bytes.length <= 112) {
            header(bytes.length / 4, ns - lastNs);
            records.raw(bytes);
        } else {
            header(0, ns - lastNs);
            records.number(bytes.length + 4L, 4).raw(bytes).pad(4);
        }
        lastNs = ns;
        return this;
    }

    private void step(long ns) {
        if (ns - lastNs >= 1 << 27) {
            header(30, (ns - lastNs) & 0x7ff_ffff);
            records.number((ns - lastNs) >>> 27, 4);
            lastNs = ns;
        }
    }

    private void header(int type, long delta) {
        records.number(bigEndian ? ((long) type << 27) | delta : (delta << 5) | type, 4);
    }

    byte[] bytes() {
        ByteWriter page = new ByteWriter(bigEndian);
        long flags = (missed ? 1L << 31 : 0L) | ((missed && lost >= 0) ? 1L << 30 : 0L);
        page.number(startNs, 8).number(records.size() | flags, longSize).raw(records.bytes());
        if (missed && lost >= 0) {
            page.number(lost, longSize);
        }
        return Arrays.copyOf(page.bytes(), TraceDatWriter.PAGE);
    }
}
