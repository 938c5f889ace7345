package org.dmafence.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.FenceCauses;
import org.dmafence.fence.container.FenceChain;

/**
 * What a long chain costs: time of adding points, of signalling them in several orders and of waiting for the last, and
 * the heap a point takes. Not a JMH benchmark, because the state is the matter: each round makes a new chain.
 *
 * <pre>
 * java -Xmx4g -cp perf/jmh/target/bench.jar org.dmafence.bench.ChainScale [points [rounds]]
 * </pre>
 */
public final class ChainScale {
    private static final int POINTS = 1_000_000;
    private static final int ROUNDS = 7;
    private static final long SEED = 42;
    private static final long PATIENCE_S = 600;

    private final int points;
    private final FenceContext context =
            FenceContext.builder(FenceRuntime.builder().build()).build();
    private final BenchOps ops = new BenchOps();

    /** Figures of each line of the table, one a round. */
    private final Map<String, List<long[]>> lines = new LinkedHashMap<>();

    private DmaFence[] fences = {};
    private DmaFence last = context.runtime().stub();
    private long heapBefore;

    private ChainScale(int points) {
        this.points = points;
    }

    /** Prints the table. */
    public static void main(String[] args) {
        int points = args.length > 0 ? Integer.parseInt(args[0]) : POINTS;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
        ChainScale scale = new ChainScale(points);
        int[] inOrder = new int[points];
        Arrays.setAll(inOrder, i -> i);
        int[] reverse = new int[points];
        Arrays.setAll(reverse, i -> points - 1 - i);
        int[] random = shuffled(points);
        for (int round = 0; round < rounds; round++) {
            scale.addThenSignal("in order", inOrder);
            scale.addThenSignal("in reverse", reverse);
            scale.addThenSignal("at random", random);
            scale.addThenFail(inOrder);
        }
        scale.print(rounds);
    }

    private static int[] shuffled(int points) {
        List<Integer> order = IntStream.range(0, points).boxed().collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(order, new Random(SEED));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Adds the points, has a thread wait for the last, and signals. */
    private void addThenSignal(String how, int[] order) {
        add();
        Thread waiter = new Thread(() -> last.awaitUninterruptibly(PATIENCE_S, TimeUnit.SECONDS), "waiter");
        last.enableSignaling();
        waiter.start();
        long start = System.nanoTime();
        for (int i : order) {
            context.signal(fences[i]);
        }
        long signaled = System.nanoTime();
        join(waiter);
        long woken = System.nanoTime();
        if (!last.isSignaled()) {
            throw new IllegalStateException("the last point has not signalled");
        }
        record("signal " + how + ", one waits on the last", signaled - start, left());
        record("until that one is through (" + how + ")", woken - start, -1);
    }

    /** Adds the points, signals all with an error while nobody waits, and looks at the last. */
    private void addThenFail(int[] order) {
        add();
        long start = System.nanoTime();
        for (int i : order) {
            context.signal(fences[i], FenceError.EIO);
        }
        long signaled = System.nanoTime();
        if (last.status().error() == null) {
            throw new IllegalStateException("the error was lost");
        }
        long polled = System.nanoTime();
        record("signal in order with an error, nobody waits", signaled - start, -1);
        record("then poll the last, which unlinks all others", polled - signaled, left());
        FenceCauses causes = FenceCauses.of(last);
        if (causes.first().size() + causes.omitted() != points) {
            throw new IllegalStateException("of " + points + " failures were counted " + causes.omitted());
        }
    }

    private void add() {
        fences = new DmaFence[points];
        last = context.runtime().stub();
        heapBefore = usedHeap();
        long start = System.nanoTime();
        DmaFence at = null;
        for (int i = 0; i < points; i++) {
            DmaFence fence = context.newFence(ops, i);
            fences[i] = fence;
            at = FenceChain.create(at, fence.retain(), i + 1).fence();
        }
        long end = System.nanoTime();
        last = Objects.requireNonNull(at);
        record("add (make the fence and its point)", end - start, usedHeap() - heapBefore);
    }

    /** What the chain holds when the issuer has let go of its fences. */
    private long left() {
        Arrays.fill(fences, null);
        return usedHeap() - heapBefore;
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void join(Thread waiter) {
        try {
            waiter.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void record(String line, long ns, long bytes) {
        lines.computeIfAbsent(line, name -> new ArrayList<>()).add(new long[] {ns, bytes});
    }

    private void print(int rounds) {
        System.out.printf(Locale.ROOT, "%,d points, %d rounds, Java %s%n%n", points, rounds, Runtime.version());
        System.out.printf("%-48s %10s %9s %9s %11s%n", "", "ms, median", "best", "ns/point", "bytes/point");
        lines.forEach((line, figures) -> {
            long[] ns = sorted(figures, 0);
            long[] bytes = sorted(figures, 1);
            long median = ns[ns.length / 2];
            long taken = bytes[bytes.length / 2];
            String each = taken < 0 ? "" : String.format(Locale.ROOT, "%.1f", (double) taken / points);
            System.out.printf(
                    Locale.ROOT,
                    "%-48s %10.1f %9.1f %9.1f %11s%n",
                    line,
                    median / 1e6,
                    ns[0] / 1e6,
                    (double) median / points,
                    each);
        });
    }

    private static long[] sorted(List<long[]> figures, int column) {
        return figures.stream().mapToLong(figure -> figure[column]).sorted().toArray();
    }
}
