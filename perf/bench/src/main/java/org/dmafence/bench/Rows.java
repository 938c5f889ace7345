package org.dmafence.bench;

import static org.dmafence.bench.Bar.atLeast;
import static org.dmafence.bench.Bar.atMost;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table's lines and their bars. */
final class Rows {
    /** So many wait in the table's rows. */
    static final int CROWD = 100_000;

    private static final List<Row> FIXED = List.of(
            cpu(
                            "rcu-read-handle",
                            "RCU read section, handle",
                            "rcu-read",
                            RcuGroups.HANDLE,
                            RcuGroups.URCU_MEMB,
                            atMost(0.33))
                    .limitedBy(RcuGroups.HAND_TOKEN),
            cpu(
                    "rcu-read-handle-limit",
                    "RCU read section, handle, beside the limit",
                    "rcu-read",
                    RcuGroups.HANDLE,
                    RcuGroups.HAND_TOKEN,
                    atMost(1.15).stretch(1.05)),
            cpu(
                            "rcu-read-own-thread",
                            "RCU read section, own thread class",
                            "rcu-read",
                            RcuGroups.OWN,
                            RcuGroups.URCU_MEMB,
                            atMost(0.45))
                    .limitedBy(RcuGroups.HAND_TOKEN),
            cpu(
                    "rcu-read-foreign-thread",
                    "RCU read section, foreign thread",
                    "rcu-read",
                    RcuGroups.FOREIGN,
                    RcuGroups.URCU_MEMB,
                    atMost(1.1)),
            cpu(
                    "rcu-read-fallback",
                    "RCU read section without membarrier",
                    "rcu-read-fallback",
                    RcuGroups.HANDLE,
                    RcuGroups.URCU_MB,
                    atMost(0.2)),
            row(
                    "rcu-synchronize",
                    "synchronize beside a busy reader",
                    "rcu-synchronize",
                    Metric.WALL_NS,
                    RcuGroups.DMAFENCE,
                    RcuGroups.URCU_MEMB,
                    atMost(0.65).stretch(0.5)),
            cpu(
                    "rcu-callbacks",
                    "RCU callback, through the barrier",
                    "rcu-callbacks",
                    RcuGroups.DMAFENCE,
                    RcuGroups.URCU_MEMB,
                    atMost(0.45).stretch(0.3)),
            cpu(
                    "fence-signal",
                    "create, add a callback, signal",
                    "fence-signal",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.62).stretch(0.55)),
            cpu(
                    "fence-signal-at",
                    "create, add a callback, signal at a given time",
                    "fence-signal-at",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.53)),
            cpu(
                    "fence-signal-limit",
                    "create, add a callback, signal, beside the limit",
                    "fence-signal",
                    FenceGroups.FENCE,
                    FenceGroups.HAND,
                    unknown(Direction.AT_MOST)),
            cpu(
                    "fence-signal-at-limit",
                    "create, add a callback, signal at a given time, beside the limit",
                    "fence-signal-at",
                    FenceGroups.FENCE,
                    FenceGroups.HAND,
                    unknown(Direction.AT_MOST)),
            cpu(
                    "fence-callback-at-creation",
                    "create with a callback, signal at a given time",
                    "fence-signal-at",
                    FenceGroups.AT_CREATION,
                    FenceGroups.FUTURE,
                    atMost(0.53).stretch(0.4)),
            cpu(
                            "fence-is-signaled",
                            "isSignaled",
                            "fence-is-signaled",
                            FenceGroups.FENCE,
                            FenceGroups.FUTURE,
                            atMost(0.8))
                    .limitedBy(FenceGroups.FLAG),
            cpu(
                    "fence-1000-callbacks",
                    "1000 callbacks, create to signal",
                    "fence-many-callbacks",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.30)),
            cpu(
                    "fence-batch",
                    "64 fences with callbacks, signaled by one call",
                    "fence-batch",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.4)),
            cpu(
                    "fence-1000-callbacks-limit",
                    "1000 callbacks, create to signal, beside the limit",
                    "fence-many-callbacks",
                    FenceGroups.FENCE,
                    FenceGroups.HAND,
                    unknown(Direction.AT_MOST)),
            cpu(
                    "fence-batch-limit",
                    "64 fences with callbacks, signaled by one call, beside the limit",
                    "fence-batch",
                    FenceGroups.FENCE,
                    FenceGroups.HAND,
                    unknown(Direction.AT_MOST)),
            row(
                    "wake-up",
                    "waking a thread, there and back",
                    "wake-up",
                    Metric.HAND_OVER_NS,
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(1.0)),
            bytes("size-fence", "size of a fence", "sizes", FenceGroups.FENCE, atMost(48)),
            bytes("size-callback", "size of a callback", "sizes", MemoryGroups.CALLBACK, atMost(16)),
            bytes(
                    "size-fence-compact",
                    "size of a fence, compact headers",
                    "sizes-compact",
                    FenceGroups.FENCE,
                    atMost(48).stretch(40)),
            row(
                    "live",
                    "millions of live fences with a callback",
                    "live",
                    Metric.BYTES,
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.75)),
            row(
                    "unload",
                    "unload, 10 k fences alive, beside the limit",
                    "unload",
                    Metric.WALL_US,
                    SystemGroups.FEW,
                    SystemGroups.LOADER,
                    unknown(Direction.AT_MOST)),
            row(
                    "unload-many",
                    "unload, 1 M fences alive",
                    "unload",
                    Metric.WALL_US,
                    SystemGroups.MANY,
                    SystemGroups.FEW_OF_MANY,
                    atMost(1.2)),
            row(
                    "pipeline",
                    "jobs without fences, from actor to actor",
                    "pipeline",
                    Metric.RATE,
                    PipelineContender.DOORBELLS,
                    PipelineContender.AKKA_TWO,
                    atLeast(4)),
            row(
                    "pipeline-limit",
                    "jobs without fences, beside the limit",
                    "pipeline",
                    Metric.RATE,
                    PipelineContender.DOORBELLS,
                    PipelineContender.DISRUPTOR,
                    atLeast(0.45)),
            row(
                    "pipeline-rate",
                    "jobs with three fences",
                    "pipeline",
                    Metric.RATE,
                    PipelineContender.OURS,
                    PipelineContender.AKKA_FENCES,
                    unknown(Direction.AT_LEAST)),
            row(
                    "pipeline-rate-default",
                    "jobs with three fences",
                    "pipeline",
                    Metric.RATE,
                    PipelineContender.OURS,
                    PipelineContender.AKKA_DEFAULT_FENCES,
                    unknown(Direction.AT_LEAST)),
            row(
                    "pipeline-rate-futures",
                    "jobs with three fences, beside three futures",
                    "pipeline",
                    Metric.RATE,
                    PipelineContender.OURS,
                    PipelineContender.FUTURES,
                    atLeast(2)),
            cpu(
                    "pipeline-cpu-futures",
                    "CPU time of a job with three fences, beside three futures",
                    "pipeline",
                    PipelineContender.OURS,
                    PipelineContender.FUTURES,
                    unknown(Direction.AT_MOST)),
            cpu(
                    "pipeline-cpu",
                    "CPU time of a job with three fences",
                    "pipeline",
                    PipelineContender.OURS,
                    PipelineContender.AKKA_FENCES,
                    unknown(Direction.AT_MOST)),
            row(
                    "pipeline-bytes",
                    "bytes of a job beyond its fences",
                    "pipeline",
                    Metric.BYTES,
                    PipelineContender.OURS,
                    PipelineContender.FENCES,
                    Bar.atMostBeyond(10)));

    private Rows() {}

    /** Where nobody has said what it should be, and no rule says it. */
    private static Bar unknown(Direction direction) {
        return Bar.none(direction);
    }

    private static Row cpu(String name, String what, String group, String ours, String peer, Bar bar) {
        return row(name, what, group, Metric.CPU_NS, ours, peer, bar);
    }

    private static Row row(String name, String what, String group, Metric metric, String ours, String peer, Bar bar) {
        return new Row(name, what, group, metric, ours, peer, bar, null);
    }

    private static Row alone(String name, String what, String group, Metric metric, String ours, Bar bar) {
        return new Row(name, what, group, metric, ours, null, bar, null);
    }

    private static Row bytes(String name, String what, String group, String ours, Bar bar) {
        return alone(name, what, group, Metric.BYTES, ours, bar);
    }

    /** The table. */
    static List<Row> all() {
        List<Row> all = new ArrayList<>(FIXED);
        all.addAll(waiters(CROWD));
        return all;
    }

    /** Very many who wait for one fence: no slower than with a latch, and in half as much memory again. */
    static List<Row> waiters(int count) {
        String crowd = String.format(Locale.ROOT, "%,d virtual threads", count);
        String inVain = String.format(Locale.ROOT, "%,d virtual threads", Crowd.inVain(count));
        return List.of(
                waiters("waiters", crowd + " wait and are woken", Metric.WALL_MS, Crowd.UNTIMED, atMost(1.0)),
                waiters(
                        "waiters-timed",
                        crowd + " wait with a time limit and are woken",
                        Metric.WALL_MS,
                        Crowd.TIMED,
                        atMost(1.0)),
                waiters("waiters-heap", "heap of a waiter, of " + crowd, Metric.BYTES, Crowd.UNTIMED, atMost(1.5)),
                waiters(
                        "waiters-heap-timed",
                        "heap of a waiter with a time limit, of " + crowd,
                        Metric.BYTES,
                        Crowd.TIMED,
                        atMost(1.5)),
                waiters(
                        "waiters-in-vain",
                        inVain + " wait in vain: how late the last is",
                        Metric.WALL_MS,
                        Crowd.IN_VAIN,
                        atMost(1.0)));
    }

    private static Row waiters(String name, String what, Metric metric, String how, Bar bar) {
        return row(name, what, Crowd.GROUP, metric, FenceGroups.FENCE + how, Crowd.LATCH + how, bar);
    }
}
