package org.dmafence.fuzz.format;

import static org.dmafence.fuzz.format.PerfettoWriter.bundle;
import static org.dmafence.fuzz.format.PerfettoWriter.event;
import static org.dmafence.fuzz.format.PerfettoWriter.signaled;
import static org.dmafence.fuzz.format.PerfettoWriter.trace;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Good captures in each binary form, with some jobs or fences in each. */
public final class CaptureSeeds {
    static final long T = 5_000_000_000_000L;

    private CaptureSeeds() {}

    /** {@code trace.dat} in both versions, byte orders and sizes of long, packed in each way. */
    public static List<byte[]> traceDats() {
        return List.of(
                dat(new TraceDatWriter(6, false, 8, "")),
                dat(new TraceDatWriter(6, true, 4, "")),
                dat(new TraceDatWriter(7, false, 8, "none")),
                dat(new TraceDatWriter(7, true, 8, "zlib")),
                dat(new TraceDatWriter(7, false, 4, "zstd")));
    }

    private static byte[] dat(TraceDatWriter dat) {
        dat.option(2, "CPU: 0").option(7, "1000").option(8, "an old tool's own");
        RingPage first = dat.page(T);
        RingPage second = dat.page(T + 5);
        for (int i = 0; i < 4; i++) {
            long at = T + i * 100L;
            first.job(at + 10, 77, 900 + i, "gfx", 105, i).other(at + 11, 20);
            second.signaled(at + 30, 0, "drm_sched", "gfx", 104, i).signaled(at + 60, 0, "drm_sched", "gfx", 105, i);
        }
        return dat.cpu(0, first, dat.page(T + 4_000).lost(3).signaled(T + 5_000, 1, "d", "t", 7, 8))
                .cpu(2, second)
                .instance(0, dat.page(T).stamped(T + 1).discarded(T + 2).signaled(T + 3, 78, "msm", "gpu ring", 5, 6))
                .write();
    }

    /** Perfetto's traces: typed, described and generic events, the compact form, zipped packets, other clocks. */
    public static List<byte[]> perfettos() {
        WireMessage job = new WireMessage().number(1, 0xffff_ff80_86fa_e500L).number(2, 0xffff_ff80_b033_bc40L);
        job.number(4, 13_481).text(6, "ring0");
        WireMessage queue =
                new WireMessage().text(1, "gfx").number(2, 3).number(3, 4).text(4, "0000:04:00.0");
        queue.number(5, 401).number(6, 1).number(7, 13);
        WireMessage ended = new WireMessage().number(1, 401).number(2, 1);
        byte[] typed = trace(
                bundle(
                        0,
                        event(T, 365, 411, job),
                        event(T + 10, 365, 412, job),
                        event(T + 90, 0, 413, new WireMessage().number(1, 0xffff_ff80_b033_bc40L)),
                        event(T + 95, 3, 417, signaled(9, 8)),
                        event(T + 96, 0, 416, signaled(9, 8)),
                        event(T + 99, 3, 418, signaled(9, 8))),
                bundle(1, event(T + 1, 1, 593, queue), event(T + 2, 2, 594, queue), event(T + 3, 0, 592, ended)));
        byte[] zipped = new WireMessage()
                .message(1, new WireMessage().bytes(50, Packing.deflated(typed)))
                .bytes();
        return List.of(typed, zipped, described(), compact());
    }

    private static byte[] described() {
        WireMessage done = new WireMessage().text(1, "drm_sched_job_done");
        done.message(2, new WireMessage().text(1, "fence_context").number(5, 1L << 40));
        done.message(2, new WireMessage().text(1, "fence_seqno").number(5, 9));
        WireMessage descriptor = new WireMessage().text(1, "drm_sched_job_done");
        descriptor.message(2, new WireMessage().text(1, "fence_context").number(3, 1));
        descriptor.message(2, new WireMessage().text(1, "fence_seqno").number(3, 2));
        WireMessage described =
                bundle(0).message(11, new WireMessage().number(1, 70_000).message(2, descriptor));
        return trace(
                described,
                bundle(
                        2,
                        event(T + 1, 1, 327, done),
                        event(T + 2, 1, 70_000, new WireMessage().number(1, 5).number(2, 6)),
                        event(T + 3, 1, 1999, new WireMessage().number(1, 1))));
    }

    private static byte[] compact() {
        WireMessage compact = new WireMessage().text(5, "gfx").text(5, "Xorg");
        compact.packed(1, T, 10).packed(2, 1, 0).packed(3, 190, 812).packed(4, 120, 120);
        compact.packed(6, 0, 1).packed(7, T + 5).packed(8, 812).packed(9, 0).packed(10, 120);
        compact.packed(11, 1);
        WireMessage snapshot =
                new WireMessage().message(1, new WireMessage().number(1, 5).number(2, 100));
        snapshot.message(1, new WireMessage().number(1, 6).number(2, 700));
        WireMessage tree = new WireMessage()
                .message(
                        2,
                        new WireMessage().number(1, 191).text(2, "gpu worker").number(3, 1));
        WireMessage file = new WireMessage().message(1, new WireMessage().message(6, snapshot));
        file.message(1, new WireMessage().message(2, tree));
        WireMessage told = bundle(1, event(T + 6, 191, 416, signaled(1, 2))).message(4, compact);
        file.message(
                1,
                new WireMessage()
                        .message(
                                1,
                                told.number(3, 1).number(5, 2).number(6, 1000).number(7, 1500)));
        WireMessage raw = bundle(3, event(T, 1, 414, signaled(1, 2))).number(5, 4);
        return file.message(1, new WireMessage().message(1, raw)).bytes();
    }

    /** What the flight recorder wrote of a scheduler's job, and of a ring's. */
    public static List<byte[]> recordings() {
        return List.of(unpacked("recording.jfr.gz"));
    }

    /** One of each form, in each packing, and some packed twice. */
    public static List<byte[]> packed(byte[] text) {
        List<byte[]> packed = new ArrayList<>();
        for (Packing packing : Packing.values()) {
            packed.add(packing.pack(text));
            packed.add(packing.pack(traceDats().get(0)));
            packed.add(packing.pack(perfettos().get(0)));
            packed.add(Packing.ZIP.pack(packing.pack(text)));
        }
        packed.add(Packing.GZIP.pack(recordings().get(0)));
        packed.add(Packing.zip(
                new String[] {"README", "dir/t"},
                new byte[][] {new byte[] {'a', '\n'}, traceDats().get(2)}));
        return packed;
    }

    private static byte[] unpacked(String name) {
        try (InputStream in = CaptureSeeds.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in this program");
            }
            return new GZIPInputStream(in).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
