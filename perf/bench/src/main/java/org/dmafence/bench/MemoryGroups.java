package org.dmafence.bench;

import com.google.common.util.concurrent.SettableFuture;
import io.netty.util.concurrent.DefaultPromise;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.openjdk.jol.info.ClassLayout;

/** Sizes of objects, and of millions of them. */
final class MemoryGroups {
    static final String CALLBACK = "callback";

    private static final int LIVE = 10_000_000;
    private static final int LIVE_QUICK = 2_000_000;
    private static final int COMPACT_SINCE = 25;

    private MemoryGroups() {}

    /** A callback that carries nothing. */
    private static final class Bare extends FenceCallback {
        @Override
        protected void onSignaled(DmaFence fence) {}
    }

    static List<Group> all() {
        boolean compact = Runtime.version().feature() >= COMPACT_SINCE;
        return List.of(
                Group.once("sizes", List.of(), MemoryGroups::sizes),
                Group.once(
                        "sizes-compact",
                        compact ? List.of("-XX:+UseCompactObjectHeaders") : List.of(),
                        compact ? MemoryGroups::sizes : MemoryGroups::noCompactHeaders),
                Group.severalTimes("live", List.of("-Xmx4g"), MemoryGroups::live));
    }

    private static void sizes(Lineup lineup) {
        size(lineup, FenceGroups.FENCE, DmaFence.class);
        size(lineup, CALLBACK, Bare.class);
        size(lineup, FenceGroups.FUTURE, CompletableFuture.class);
        size(lineup, FenceGroups.GUAVA, SettableFuture.class);
        size(lineup, FenceGroups.NETTY, DefaultPromise.class);
    }

    private static void noCompactHeaders(Lineup lineup) {
        for (String name : List.of(FenceGroups.FENCE, CALLBACK)) {
            lineup.miss(name, "compact object headers need JDK " + COMPACT_SINCE);
        }
    }

    private static void size(Lineup lineup, String name, Class<?> type) {
        lineup.add(new Contender(name) {
            @Override
            void window(Sink sink) {
                sink.add(Metric.BYTES, (double) ClassLayout.parseClass(type).instanceSize());
            }
        });
    }

    private static void live(Lineup lineup) {
        int count = lineup.plan().quick() ? LIVE_QUICK : LIVE;
        FenceContext context = FenceContext.create("bench");
        BenchOps ops = new BenchOps();
        lineup.add(new Live(FenceGroups.FENCE, count, (all, i) -> {
            DmaFence fence = context.newFence(ops, i);
            fence.addCallback(new Bare());
            all[i] = fence;
        }));
        Runnable nothing = () -> {};
        lineup.add(new Live(FenceGroups.FUTURE, count, (all, i) -> {
            CompletableFuture<Void> future = new CompletableFuture<>();
            CompletableFuture<Void> unused = future.thenRun(nothing);
            all[i] = future;
        }));
    }

    /** Makes one more. */
    private interface Filler {
        void fill(Object[] all, int i);
    }

    /** What so many take of the heap, each. */
    private static final class Live extends Contender {
        private final int count;
        private final Filler maker;

        Live(String name, int count, Filler maker) {
            super(name);
            this.count = count;
            this.maker = maker;
        }

        @Override
        void window(Sink sink) {
            Object[] all = new Object[count];
            long before = used();
            try {
                for (int i = 0; i < count; i++) {
                    maker.fill(all, i);
                }
                sink.add(Metric.BYTES, (double) (used() - before) / count);
            } finally {
                Reference.reachabilityFence(all);
            }
        }

        private static long used() {
            System.gc();
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        }
    }
}
