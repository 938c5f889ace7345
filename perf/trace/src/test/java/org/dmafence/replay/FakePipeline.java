package org.dmafence.replay;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceJob;
import org.jspecify.annotations.Nullable;

/** First come first served, in order, on one thread: everything happens in {@link #settle}. */
final class FakePipeline implements Pipeline {
    /** What the fake does wrong on purpose. */
    enum Fault {
        NONE,
        /** Of each entity, the newest job that is ready runs first. */
        LAST_IN_FIRST_OUT,
        /** The ring of the second job and of all later ones has ended. */
        ENDED,
        /** Whatever is asked takes half a minute. */
        BLOCKS
    }

    private static final long BLOCKED_NS = TimeUnit.SECONDS.toNanos(30);

    private long nowNs;
    private final FenceRuntime runtime =
            FenceRuntime.builder().clock(() -> nowNs).build();
    private final FenceContext context =
            FenceContext.builder(runtime).name("fake").build();
    private final Map<RingId, Integer> depths;
    private final Fault fault;
    private final Map<RingId, FakeLane> lanes = new LinkedHashMap<>();
    private long seqno;

    FakePipeline(Map<RingId, Integer> depths, Fault fault) {
        this.depths = depths;
        this.fault = fault;
    }

    @Override
    public FenceRuntime runtime() {
        return runtime;
    }

    @Override
    public Lane open(RingId ring) {
        FakeLane lane = new FakeLane(depths.getOrDefault(ring, 1));
        lanes.put(ring, lane);
        return lane;
    }

    @Override
    public void settle() {
        nowNs += fault == Fault.BLOCKS ? BLOCKED_NS : 0;
        boolean moved;
        do {
            moved = false;
            for (FakeLane lane : lanes.values()) {
                moved |= lane.runOne();
            }
        } while (moved);
    }

    /** What unloading does: ends everything with an error. */
    void kill(FenceError error) {
        lanes.values().forEach(lane -> {
            lane.running.forEach(job -> end(job, error));
            lane.running.clear();
            lane.queues.values().forEach(queue -> queue.forEach(job -> end(job, error)));
            lane.queues.clear();
        });
    }

    private void end(FakeJob job, @Nullable FenceError error) {
        signal(job.scheduled, null);
        if (job.hardware != null) {
            signal(job.hardware, error);
        }
        signal(job.finished, error);
    }

    private void signal(DmaFence fence, @Nullable FenceError error) {
        if (error == null) {
            context.signal(fence);
        } else {
            context.signal(fence, error);
        }
    }

    private DmaFence fence() {
        return context.newFence(new Names(), ++seqno);
    }

    private final class FakeLane implements Lane {
        private final int depth;
        private final Map<Long, ArrayDeque<FakeJob>> queues = new HashMap<>();
        private final ArrayDeque<FakeJob> running = new ArrayDeque<>();

        FakeLane(int depth) {
            this.depth = depth;
        }

        @Override
        public @Nullable Submission submit(TraceJob trace, List<DmaFence> dependencies) {
            if (fault == Fault.ENDED && !queues.isEmpty()) {
                return null;
            }
            FakeJob job = new FakeJob(trace.key(), fence(), fence(), new ArrayList<>(dependencies));
            queues.computeIfAbsent(trace.entity(), e -> new ArrayDeque<>()).add(job);
            return job;
        }

        @Override
        public void complete(long jobKey, @Nullable FenceError error) {
            if (running.stream().noneMatch(job -> job.key == jobKey)) {
                return;
            }
            FakeJob job;
            do {
                job = running.removeFirst();
                end(job, job.key == jobKey ? error : null);
            } while (job.key != jobKey);
        }

        private boolean runOne() {
            if (running.size() >= depth) {
                return false;
            }
            ArrayDeque<FakeJob> queue = queues.values().stream()
                    .filter(q -> !q.isEmpty() && next(q).ready())
                    .min(Comparator.comparingLong(q -> next(q).key))
                    .orElse(null);
            if (queue == null) {
                return false;
            }
            FakeJob job = fault == Fault.LAST_IN_FIRST_OUT ? queue.removeLast() : queue.removeFirst();
            running.add(job);
            job.hardware = fence();
            signal(job.scheduled, null);
            return true;
        }

        private FakeJob next(ArrayDeque<FakeJob> queue) {
            return fault == Fault.LAST_IN_FIRST_OUT ? queue.getLast() : queue.getFirst();
        }
    }

    private static final class FakeJob implements Submission {
        private final long key;
        private final DmaFence scheduled;
        private final DmaFence finished;
        private final List<DmaFence> dependencies;
        private @Nullable DmaFence hardware;

        FakeJob(long key, DmaFence scheduled, DmaFence finished, List<DmaFence> dependencies) {
            this.key = key;
            this.scheduled = scheduled;
            this.finished = finished;
            this.dependencies = dependencies;
        }

        boolean ready() {
            return dependencies.stream().allMatch(DmaFence::isSignaled);
        }

        @Override
        public DmaFence scheduled() {
            return scheduled;
        }

        @Override
        public DmaFence finished() {
            return finished;
        }

        @Override
        public @Nullable DmaFence hardware() {
            return hardware;
        }

        @Override
        public void release() {
            scheduled.release();
            finished.release();
        }
    }

    private static final class Names extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "fake";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "fake";
        }
    }
}
