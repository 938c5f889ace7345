package org.dmafence.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a cost grows with the number of something. Its sizes are powers of two and its contenders are the sizes, measured
 * by increasing size in a process of their own.
 *
 * @param name what the command line chooses it by
 * @param what for people: what is done
 * @param grows what there are more and more of
 * @param from the exponent of the smallest size
 * @param to the exponent of the largest
 * @param quickTo the same for a quick run
 * @param maker makes what measures, in the curve's process
 */
record Curve(String name, String what, String grows, int from, int to, int quickTo, Maker maker) {
    /** What it costs in nanoseconds, at a size; set-up is not counted. */
    interface Cost {
        double ns(int size) throws Exception;
    }

    /** Makes the measurement, and says what has to be closed. */
    interface Maker {
        Cost make(Lineup lineup) throws Exception;
    }

    /** How the group of a curve is called. */
    static final String PREFIX = "scaling-";

    private static final int ROUNDS = 3;
    private static final double ENOUGH_NS = 2e6;

    /** As a group whose contenders are the sizes. */
    Group group() {
        return new Group(PREFIX + name, List.of("-Xmx3g"), ROUNDS, 1, false, this::lineUp);
    }

    private void lineUp(Lineup lineup) throws Exception {
        Cost cost = maker.make(lineup);
        Budget budget = new Budget(lineup.plan().quick() ? 1_500_000_000L : 4_000_000_000L);
        cost.ns(1 << from); // what is set up once is no part of the smallest size
        for (int size : sizes(lineup.plan().quick())) {
            lineup.add(new Size(size, cost, budget));
        }
    }

    List<Integer> sizes(boolean quick) {
        List<Integer> sizes = new ArrayList<>();
        for (int power = from; power <= (quick ? quickTo : to); power++) {
            sizes.add(1 << power);
        }
        return sizes;
    }

    /** How long one size may take; beyond that no larger one is tried. */
    private static final class Budget {
        final long wallNs;
        int largest = Integer.MAX_VALUE;

        Budget(long wallNs) {
            this.wallNs = wallNs;
        }
    }

    private static final class Size extends Contender {
        private final int size;
        private final Cost cost;
        private final Budget budget;

        Size(int size, Cost cost, Budget budget) {
            super(String.valueOf(size));
            this.size = size;
            this.cost = cost;
            this.budget = budget;
        }

        @Override
        void window(Sink sink) throws Exception {
            if (size > budget.largest) {
                return;
            }
            long start = System.nanoTime();
            double ns = 0;
            int times = 0;
            while (ns < ENOUGH_NS && (times == 0 || System.nanoTime() - start < budget.wallNs)) {
                ns += cost.ns(size);
                times++;
            }
            if (System.nanoTime() - start > budget.wallNs) {
                budget.largest = size;
            }
            sink.add(Metric.CPU_NS, ns / times);
        }
    }

    /** The curve as measured: the best round of each size. */
    ScalingReport.CurveResult result(Samples samples, boolean quick, @Nullable String failure) {
        List<ScalingReport.Point> points = new ArrayList<>();
        for (int size : sizes(quick)) {
            double[] rounds = samples.of(String.valueOf(size), Metric.CPU_NS);
            if (rounds.length > 0) {
                points.add(new ScalingReport.Point(size, Summary.of(rounds).min(), rounds.length));
            }
        }
        if (failure != null || points.size() < Growth.FEWEST) {
            String reason = failure == null ? "only " + points.size() + " sizes were measured" : failure;
            return new ScalingReport.CurveResult(
                    name, what, grows, points, null, null, null, null, Verdict.FAILED, reason);
        }
        Growth growth = Growth.of(points);
        return new ScalingReport.CurveResult(
                name,
                what,
                grows,
                points,
                growth.exponent(),
                growth.low(),
                growth.high(),
                growth.bound(),
                growth.verdict(),
                null);
    }
}
