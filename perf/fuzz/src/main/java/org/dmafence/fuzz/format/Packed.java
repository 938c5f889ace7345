package org.dmafence.fuzz.format;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.dmafence.fuzz.Bytes;
import org.dmafence.fuzz.Mutator;

/**
 * Changes what is inside, and packs it again, so that the readers behind the unpackers are reached; or damages the
 * packing itself.
 */
public final class Packed implements Mutator {
    private static final int MOST_LAYERS = 6;
    private static final int RARELY = 2_000;
    private static final int BOMB = 300 << 20;

    /** One form of capture. */
    public record Inside(List<byte[]> seeds, Mutator mutator) {}

    private final List<Inside> insides;

    /** @param insides what is packed, in turns */
    public Packed(List<Inside> insides) {
        this.insides = List.copyOf(insides);
    }

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            return new Bytes().mutate(seed, other, random);
        }
        Inside inside = insides.get(random.nextInt(insides.size()));
        byte[] one = inside.seeds.get(random.nextInt(inside.seeds.size()));
        byte[] two = inside.seeds.get(random.nextInt(inside.seeds.size()));
        byte[] content = random.nextInt(4) == 0 ? one : inside.mutator.mutate(one, two, random);
        if (random.nextInt(RARELY) == 0) {
            content = bomb(random);
        }
        int layers = random.nextInt(8) == 0 ? random.nextInt(MOST_LAYERS) : 1;
        for (int i = 0; i < layers; i++) {
            content = packed(content, random);
        }
        switch (random.nextInt(8)) {
            case 0 -> HostileNumbers.poke(content, random.nextInt(8), random);
            case 1 -> content = Arrays.copyOf(content, random.nextInt(content.length + 1));
            default -> {
                // As it is.
            }
        }
        return content;
    }

    private static byte[] packed(byte[] content, SplittableRandom random) {
        if (random.nextInt(8) == 0) {
            byte[] before = new byte[random.nextInt(1 << random.nextInt(1, 18))];
            String[] names = {"a\u001b[2J", "../../x", "capture", "z"};
            return Packing.zip(names, new byte[][] {before, before, content, content});
        }
        return Packing.ALL.get(random.nextInt(Packing.ALL.size())).pack(content);
    }

    /** Comments without end, that are packed to next to nothing. */
    private static byte[] bomb(SplittableRandom random) {
        byte[] line = new byte[1 << 15];
        Arrays.fill(line, (byte) '#');
        line[line.length - 1] = '\n';
        return Packing.ALL.get(random.nextInt(Packing.ALL.size())).repeated(line, BOMB / line.length);
    }
}
