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
        switch (random.nextInt(8)) {
            case 0: // flip a bit
                if (at < bytes.length) {
                    byte[] flipped = bytes.clone();
                    flipped[at] ^= (byte) (1 << random.nextInt(8));
                    return flipped;
                }
                return bytes;
            case 1: // any byte
                if (at < bytes.length) {
                    byte[] changed = bytes.clone();
                    changed[at] = (byte) random.nextInt(256);
                    return changed;
                }
                return bytes;
            case 2: // drop
                return join(bytes, 0, at, new byte[0], bytes, to, bytes.length);
            case 3: // double
                byte[] part = Arrays.copyOfRange(bytes, at, Math.min(to, at + MOST_DOUBLED));
                return join(bytes, 0, to, part, bytes, to, bytes.length);
            case 4: // insert what others stumble over
                return join(bytes, 0, at, SPECIAL[random.nextInt(SPECIAL.length)], bytes, at, bytes.length);
            case 5: // overwrite with it
                byte[] special = SPECIAL[random.nextInt(SPECIAL.length)];
                int behind = Math.min(bytes.length, at + special.length);
                return join(bytes, 0, at, special, bytes, behind, bytes.length);
            case 6: // splice
                int from = random.nextInt(other.length + 1);
                return join(bytes, 0, at, new byte[0], other, from, other.length);
            default: // cut
                return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
        }
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
