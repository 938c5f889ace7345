package org.dmafence.fuzz.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.dmafence.fuzz.Bytes;
import org.dmafence.fuzz.Mutator;

/**
 * Knows {@code trace.dat}: writes whole files of odd content, exchanges numbers in the descriptions of events, pages
 * for pages, and numbers where nothing moves by it.
 */
public final class TraceDats implements Mutator {
    private static final int HEAD = 12;
    private static final int MOST_PAGES = 6;
    private static final String[] KINDS = {"none", "zlib", "zstd"};
    private static final String[] NAMES = {
        "", "drm_sched", "amd_sched", "gfx", "a b", "x\u001b[2J", "dma_fence_array", "Ä"
    };

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        byte[] bytes = seed.clone();
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                bytes = odd(random);
                if (random.nextBoolean()) {
                    pokes(bytes, random);
                }
            }
            case 3 -> digits(bytes, random);
            case 4, 5, 6 -> pokes(bytes, random);
            case 7 -> pages(bytes, random);
            case 8 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length / 512 + 1) * 512);
            default -> bytes = new Bytes().mutate(seed, other, random);
        }
        return bytes;
    }

    private static void pokes(byte[] bytes, SplittableRandom random) {
        for (int i = random.nextInt(6); i >= 0; i--) {
            HostileNumbers.poke(bytes, random.nextInt(8) == 0 ? 0 : HEAD, random);
        }
    }

    /** Other digits for those of the descriptions, so many as before. */
    private static void digits(byte[] bytes, SplittableRandom random) {
        for (int tries = 1 + random.nextInt(6); tries > 0; tries--) {
            int at = indexOf(bytes, random.nextBoolean() ? "offset:" : "size:", random.nextInt(bytes.length)) + 5;
            for (int i = at; i < Math.min(at + 5, bytes.length); i++) {
                if (bytes[i] >= '0' && bytes[i] <= '9') {
                    bytes[i] = (byte) ('0' + random.nextInt(10));
                }
            }
        }
        if (random.nextInt(8) == 0) {
            int kind = indexOf(bytes, "flyrecord", 0);
            byte[] latency = "latency  ".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(latency, 0, bytes, kind, Math.min(latency.length, bytes.length - kind));
        }
    }

    /** The place of a word behind another place, or before if there is none behind; 0 if there is none at all. */
    private static int indexOf(byte[] bytes, String word, int from) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int behind = text.indexOf(word, from);
        return Math.max(0, behind < 0 ? text.indexOf(word) : behind);
    }

    private static void pages(byte[] bytes, SplittableRandom random) {
        int count = bytes.length / TraceDatWriter.PAGE;
        if (count > 1) {
            int from = random.nextInt(count) * TraceDatWriter.PAGE;
            int to = random.nextInt(count) * TraceDatWriter.PAGE;
            System.arraycopy(bytes, from, bytes, to, TraceDatWriter.PAGE);
        }
        pokes(bytes, random);
    }

    /** A sound file of odd numbers and names. */
    private static byte[] odd(SplittableRandom random) {
        int version = 6 + random.nextInt(2);
        TraceDatWriter dat = new TraceDatWriter(
                version, random.nextInt(4) == 0, random.nextInt(4) == 0 ? 4 : 8, KINDS[random.nextInt(KINDS.length)]);
        dat.clocks(random.nextBoolean() ? "local" : "mono", random.nextBoolean() ? "local" : "x86-tsc");
        for (int i = random.nextInt(4); i > 0; i--) {
            option(dat, random);
        }
        for (int i = 1 + random.nextInt(MOST_PAGES); i > 0; i--) {
            RingPage page = page(dat, random);
            if (random.nextInt(8) == 0) {
                dat.instance(random.nextInt(3), page);
            } else {
                dat.cpu(random.nextInt(random.nextInt(16) == 0 ? 200 : 3), page);
            }
        }
        return dat.write();
    }

    private static void option(TraceDatWriter dat, SplittableRandom random) {
        switch (random.nextInt(5)) {
            case 0 -> dat.option(1 + random.nextInt(20), Long.toString(HostileNumbers.extreme(random)));
            case 1 -> dat.option(7, "0x" + Long.toHexString(HostileNumbers.extreme(random)));
            case 2 -> {
                ByteWriter cycles = dat.bytes().number(HostileNumbers.extreme(random), 4);
                dat.option(14, cycles.number(random.nextInt(70), 4).number(HostileNumbers.extreme(random), 8));
            }
            case 3 -> {
                ByteWriter shift = dat.bytes().number(9, 8).number(0, 4).number(1 + random.nextInt(3), 4);
                shift.number(random.nextInt(4), 4);
                for (int i = random.nextInt(12); i > 0; i--) {
                    shift.number(HostileNumbers.extreme(random), 8);
                }
                dat.option(12, shift);
            }
            default -> dat.option(random.nextInt(1 << 16), dat.bytes().number(random.nextLong(), 8));
        }
    }

    private static RingPage page(TraceDatWriter dat, SplittableRandom random) {
        long ns = random.nextInt(8) == 0 ? HostileNumbers.extreme(random) : CaptureSeeds.T + random.nextInt(1000);
        RingPage page = dat.page(ns);
        if (random.nextInt(8) == 0) {
            page.lost(random.nextInt(3) - 1);
        }
        for (int i = random.nextInt(12); i > 0; i--) {
            ns += random.nextInt(1 << random.nextInt(1, 30));
            int pid = random.nextInt(4) == 0 ? random.nextInt() : 77;
            String name = NAMES[random.nextInt(NAMES.length)];
            long context = random.nextInt(4) == 0 ? HostileNumbers.extreme(random) : 104 + random.nextInt(2);
            long seqno = random.nextInt(4) == 0 ? HostileNumbers.extreme(random) : random.nextInt(5);
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> page.signaled(ns, pid, NAMES[random.nextInt(NAMES.length)], name, context, seqno);
                case 3, 4, 5 -> page.job(ns, pid, HostileNumbers.extreme(random), name, context, seqno);
                case 6 -> page.other(ns, random.nextInt(200));
                default -> {
                    if (random.nextBoolean()) {
                        page.discarded(ns);
                    } else {
                        page.stamped(ns);
                    }
                }
            }
        }
        return page;
    }
}
