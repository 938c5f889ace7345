package org.dmafence.fuzz.format;

import java.util.SplittableRandom;

/** Numbers that lengths, offsets, counts and times are made of in hostile files. */
final class HostileNumbers {
    private static final long[] EXTREMES = {
        0,
        1,
        -1,
        2,
        3,
        4,
        7,
        8,
        16,
        127,
        128,
        255,
        256,
        4095,
        4096,
        4097,
        65535,
        65536,
        1 << 20,
        1 << 24,
        1 << 27,
        1 << 30,
        Integer.MAX_VALUE,
        1L << 31,
        0xffff_ffffL,
        1L << 32,
        1L << 40,
        1L << 59,
        1L << 62,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private HostileNumbers() {}

    static long extreme(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(1 << random.nextInt(1, 16));
            case 1 -> random.nextLong();
            default -> EXTREMES[random.nextInt(EXTREMES.length)];
        };
    }

    /** Writes one over what stands somewhere; nothing moves. */
    static void poke(byte[] bytes, int from, SplittableRandom random) {
        if (from >= bytes.length) {
            return;
        }
        int size = 1 << random.nextInt(4);
        int at = from + random.nextInt(bytes.length - from);
        at = random.nextBoolean() ? Math.max(from, at & -size) : at;
        long number = extreme(random);
        boolean bigEndian = random.nextInt(4) == 0;
        for (int i = 0; i < size && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (number >>> (8 * (bigEndian ? size - 1 - i : i)));
        }
    }
}
