package org.dmafence.fuzz;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Makes a bad input smaller as long as it stays bad: without halves, then quarters, down to single bytes, while there
 * are tries.
 */
final class Shrinker {
    private static final int TRIES = 400;

    private int tries;

    /** @param stillBad asked of smaller inputs; slow */
    byte[] shrink(byte[] input, Predicate<byte[]> stillBad) {
        byte[] smallest = input;
        for (int part = Math.max(1, input.length / 2); tries < TRIES; part = Math.max(1, part / 2)) {
            byte[] smaller = without(smallest, part, stillBad);
            boolean over = part == 1 && smaller.length == smallest.length;
            smallest = smaller;
            if (over || smallest.length == 0) {
                break;
            }
        }
        return smallest;
    }

    private byte[] without(byte[] input, int part, Predicate<byte[]> stillBad) {
        byte[] smallest = input;
        for (int at = 0; at < smallest.length && tries < TRIES; ) {
            int to = Math.min(smallest.length, at + part);
            byte[] head = Arrays.copyOf(smallest, at);
            byte[] smaller = Bytes.join(head, 0, at, new byte[0], smallest, to, smallest.length);
            tries++;
            if (stillBad.test(smaller)) {
                smallest = smaller;
            } else {
                at += part;
            }
        }
        return smallest;
    }
}
