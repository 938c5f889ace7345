package org.dmafence.fairness;

import java.util.Arrays;

/** How evenly something is shared. */
public final class Fairness {
    private Fairness() {}

    /**
     * Jain's index of what each got: 1 if all got the same, 1/n if one of n got everything. 1 as well if nobody got
     * anything.
     *
     * @param amounts none negative; relative to what each was due, if that differs
     */
    public static double jain(double... amounts) {
        double sum = Arrays.stream(amounts).sum();
        double squares = Arrays.stream(amounts).map(x -> x * x).sum();
        return squares == 0 ? 1 : sum * sum / (amounts.length * squares);
    }

    /**
     * Shares one whole among those who demand parts of it, max-min fair: nobody gets more than they demand, and whoever
     * gets less gets as much as anybody else.
     */
    public static double[] maxMin(double... demands) {
        double[] ascending = demands.clone();
        Arrays.sort(ascending);
        double left = 1;
        double level = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ascending.length; i++) {
            double even = left / (ascending.length - i);
            if (ascending[i] > even) {
                level = even;
                break;
            }
            left -= ascending[i];
        }
        double most = level;
        return Arrays.stream(demands).map(demand -> Math.min(demand, most)).toArray();
    }
}
