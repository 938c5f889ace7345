package org.dmafence.fuzz;

import java.util.SplittableRandom;

/** Mostly by structure, sometimes by bytes, sometimes the envelope, now and then the seed as it is. */
public final class Mixed implements Mutator {
    private final Mutator structure;
    private final Mutator bytes = new Bytes();
    private final Mutator envelope = new Envelope();

    public Mixed(Mutator structure) {
        this.structure = structure;
    }

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        int percent = random.nextInt(100);
        if (percent < 70) {
            return structure.mutate(seed, other, random);
        }
        if (percent < 84) {
            return bytes.mutate(seed, other, random);
        }
        if (percent < 88) {
            return bytes.mutate(structure.mutate(seed, other, random), other, random);
        }
        return percent < 98 ? envelope.mutate(seed, other, random) : seed;
    }
}
