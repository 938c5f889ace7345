package org.dmafence.profile;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.NanoClock;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;

/**
 * What the instrument itself costs, measured on the thread that asks; medians of short rounds.
 *
 * @param clockNs one look at the runtime's clock
 * @param callbackNs what a job's callback adds on the thread that signals: the clock and the queue to the recorder
 * @param bytes what is allocated for following a job
 * @param rounds how many there were of each
 */
public record InstrumentCost(double clockNs, double callbackNs, double bytes, int rounds) {
    private static final int ROUNDS = 41;
    private static final int CALLS = 5_000;

    /** Takes a few milliseconds. */
    public static InstrumentCost measure(FenceRuntime runtime) {
        NanoClock clock = runtime.clock();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        DmaFence fence = runtime.stub();
        ManyToOneConcurrentArrayQueue<Probe> queue = new ManyToOneConcurrentArrayQueue<>(CALLS);
        Probe[] probes = new Probe[CALLS];
        long self = Thread.currentThread().getId();
        double[] bytes = new double[ROUNDS];
        double clockNs = median(() -> {
            long sum = 0;
            for (int i = 0; i < CALLS; i++) {
                sum += clock.nanoTime();
            }
            return sum;
        });
        int[] round = {0};
        double callbackNs = median(
                () -> {
                    long sum = 0;
                    for (Probe probe : probes) {
                        probe.onSignaled(fence);
                        sum += probe.callbackNs;
                    }
                    return sum;
                },
                () -> {
                    queue.clear();
                    long before = threads.getThreadAllocatedBytes(self);
                    for (int i = 0; i < CALLS; i++) {
                        probes[i] = new Probe(0, 0, clock, queue::offer);
                    }
                    bytes[round[0]++] = (threads.getThreadAllocatedBytes(self) - before) / (double) CALLS;
                });
        return new InstrumentCost(clockNs, callbackNs, middle(bytes), ROUNDS);
    }

    private static double median(LongSupplier body) {
        return median(body, () -> {});
    }

    private static double median(LongSupplier body, Runnable before) {
        double[] ns = new double[ROUNDS];
        long sum = 0;
        for (int i = 0; i < ROUNDS; i++) {
            before.run();
            long start = System.nanoTime();
            sum += body.getAsLong();
            ns[i] = (System.nanoTime() - start) / (double) CALLS;
        }
        return sum == 0 ? 0 : middle(ns); // the sum is what the compiler must not drop
    }

    private static double middle(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
