package org.dmafence.bench;

import java.nio.file.Path;

/**
 * How much to measure.
 *
 * @param quick rather soon than exactly
 * @param natives where the programs written in C are
 * @param drivers where the jars of drivers are
 * @param peers where the jars of the peers are; need not exist if they are on the class path
 * @param waiters how many wait for one fence
 */
record BenchPlan(boolean quick, Path natives, Path drivers, Path peers, int waiters) {
    private static final long MS = 1_000_000;

    /** How long a window of CPU time is. */
    long windowNs() {
        return (quick ? 10 : 20) * MS;
    }

    /** Windows of each contender that count, in each process. */
    int rounds() {
        return quick ? 40 : 60;
    }

    /** How long each contender runs before that. */
    long warmUpNs() {
        return (quick ? 600 : 1200) * MS;
    }

    /** How many processes a group is measured in, one after the other: each compiles its code anew. */
    int forks() {
        return quick ? 1 : 2;
    }
}
