package org.dmafence.fuzz;

import java.util.SplittableRandom;

/** The inputs of a reader, each a function of the run's seed and its number. */
final class Inputs {
    private static final long MIX = 0x9e3779b97f4a7c15L;

    private final Subject subject;
    private final long seed;

    Inputs(Subject subject, long seed) {
        this.subject = subject;
        this.seed = seed;
    }

    /** The first ones are the seeds themselves. */
    byte[] input(long number) {
        int seeds = subject.seeds().size();
        if (number < seeds) {
            return subject.seeds().get((int) number);
        }
        SplittableRandom random =
                new SplittableRandom((seed * MIX + subject.name().hashCode()) * MIX + number);
        byte[] one = subject.seeds().get(random.nextInt(seeds));
        byte[] other = subject.seeds().get(random.nextInt(seeds));
        return subject.mutator().mutate(one, other, random);
    }
}
