package org.dmafence.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Knows nothing of the structure: flips, drops, doubles, overwrites, splices. */
public final class Bytes implements Mutator {
    private static final int MOST_ROUNDS = 8;
    private static final int MOST_DOUBLED = 4_096;

    private static final byte[][] SPECIAL = {
        {0},
        {(byte) 0xff},
        {(byte) 0x80},
        {'\n'},
        {'\r', '\n'},
        {27, '[', '2', 'J'},
        {(byte) 0xe2, (byte) 0x80, (byte) 0xae}, // turns the direction of what follows
        {(byte) 0xc2, (byte) 0x9b}, // CSI in one character
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, // half a surrogate
        "99999999999999999999".getBytes(StandardCharsets.US_ASCII),
        "-1".getBytes(StandardCharsets.US_ASCII),
        "%s%n${x}@|red x|@".getBytes(StandardCharsets.US_ASCII),
    };

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        byte[] bytes = seed;
        for (int rounds = 1 + random.nextInt(MOST_ROUNDS); rounds > 0; rounds--) {
            bytes = once(bytes, other, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, byte[] other, SplittableRandom random) {
        int at = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, at + length(random));
        return switch (random.nextInt(8)) {
            case 0 -> changed(bytes, at, at < bytes.length ? bytes[at] ^ (1 << random.nextInt(8)) : 0);
            case 1 -> changed(bytes, at, random.nextInt(256));
            case 2 -> join(bytes, 0, at, new byte[0], bytes, to, bytes.length); // drop
            case 3 -> { // double
                byte[] part = Arrays.copyOfRange(bytes, at, Math.min(to, at + MOST_DOUBLED));
                yield join(bytes, 0, to, part, bytes, to, bytes.length);
            }
            case 4 -> join(bytes, 0, at, special(random), bytes, at, bytes.length);
            case 5 -> { // overwrite
                byte[] special = special(random);
                int behind = Math.min(bytes.length, at + special.length);
                yield join(bytes, 0, at, special, bytes, behind, bytes.length);
            }
            case 6 -> { // splice
                int from = random.nextInt(other.length + 1);
                yield join(bytes, 0, at, new byte[0], other, from, other.length);
            }
            default -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
        };
    }

    private static byte[] changed(byte[] bytes, int at, int to) {
        if (at == bytes.length) {
            return bytes;
        }
        byte[] changed = bytes.clone();
        changed[at] = (byte) to;
        return changed;
    }

    private static byte[] special(SplittableRandom random) {
        return SPECIAL[random.nextInt(SPECIAL.length)];
    }

    /** Short ones are more frequent. */
    private static int length(SplittableRandom random) {
        return 1 + random.nextInt(1 << random.nextInt(12));
    }

    static byte[] join(byte[] head, int from, int to, byte[] middle, byte[] tail, int tailFrom, int tailTo) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream(to - from + middle.length + tailTo - tailFrom);
        joined.write(head, from, to - from);
        joined.writeBytes(middle);
        joined.write(tail, tailFrom, tailTo - tailFrom);
        return joined.toByteArray();
    }
}
