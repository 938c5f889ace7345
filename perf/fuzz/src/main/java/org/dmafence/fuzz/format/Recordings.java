package org.dmafence.fuzz.format;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.dmafence.fuzz.Bytes;
import org.dmafence.fuzz.Mutator;

/** Knows that a flight recording is chunks, and that a chunk's head says how long it is. */
public final class Recordings implements Mutator {
    private static final int HEAD = 68;
    private static final int SIZE_AT = 8;

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        byte[] bytes = seed.clone();
        switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> pokes(bytes, random.nextInt(8) == 0 ? 0 : HEAD, random);
            case 4 -> {
                int cut = HEAD + random.nextInt(bytes.length);
                byte[] changed = new Bytes().mutate(Arrays.copyOfRange(bytes, HEAD, bytes.length), other, random);
                bytes = Arrays.copyOf(bytes, HEAD + changed.length);
                System.arraycopy(changed, 0, bytes, HEAD, changed.length);
                sized(bytes, random.nextInt(4) == 0 ? cut : bytes.length);
            }
            case 5 -> {
                bytes = Arrays.copyOf(bytes, HEAD + random.nextInt(bytes.length - HEAD));
                sized(bytes, bytes.length);
            }
            case 6 -> { // two chunks
                bytes = Arrays.copyOf(bytes, bytes.length + other.length);
                System.arraycopy(other, 0, bytes, seed.length, other.length);
                pokes(bytes, seed.length, random);
            }
            default -> bytes = new Bytes().mutate(seed, other, random);
        }
        return bytes;
    }

    private static void pokes(byte[] bytes, int from, SplittableRandom random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            HostileNumbers.poke(bytes, from, random);
        }
    }

    private static void sized(byte[] bytes, long size) {
        if (bytes.length >= HEAD) {
            ByteBuffer.wrap(bytes).putLong(SIZE_AT, size);
        }
    }
}
