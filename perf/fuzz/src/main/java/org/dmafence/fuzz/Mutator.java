package org.dmafence.fuzz;

import java.util.SplittableRandom;

/** Makes a hostile input of a good one. Without state: all chance comes from the argument. */
@FunctionalInterface
public interface Mutator {
    /**
     * Another input.
     *
     * @param seed a good one; not changed
     * @param other another good one of the same reader, to take parts from
     */
    byte[] mutate(byte[] seed, byte[] other, SplittableRandom random);
}
