package org.dmafence.bench;

import java.util.SplittableRandom;

/**
 * How far to trust a figure that comes of many rounds: the same figure of rounds drawn from them, over and over. What
 * one round says is no measure of that; the figure is a quantile of all, and stays where it is when a few rounds are
 * disturbed. Of contenders that were measured in turn the same rounds are drawn.
 */
final class Resampling {
    private static final int TIMES = 400;
    private static final long SEED = 1;

    private Resampling() {}

    /** The spread of a comparison; of a single round there is none. */
    static Summary of(double[] ours, double[] peers, Metric.Statistic statistic, Bar bar) {
        SplittableRandom random = new SplittableRandom(SEED);
        double[] figures = new double[TIMES];
        double[] mine = new double[ours.length];
        double[] theirs = new double[ours.length];
        for (int i = 0; i < TIMES; i++) {
            for (int k = 0; k < ours.length; k++) {
                int round = random.nextInt(ours.length);
                mine[k] = ours[round];
                theirs[k] = peers[round];
            }
            figures[i] = bar.compare(
                    Summary.of(mine).of(statistic), Summary.of(theirs).of(statistic));
        }
        return Summary.of(figures);
    }
}
