package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.Test;

/**
 * A timeline against a model that knows no wrapping: a point is so many steps ahead, and each increment takes some off.
 */
class SyncTimelineRandomTest {
    private static final int RUNS = 60;
    private static final int STEPS = 400;
    private static final long TURN = 1L << 32;

    /** A fence, and how far ahead of the timeline it is in the model; 0 or less when it has signalled. */
    private static final class Modelled {
        final DmaFence fence;
        long ahead;

        Modelled(DmaFence fence, long ahead) {
            this.fence = fence;
            this.ahead = ahead;
        }
    }

    private final List<String> reports = new CopyOnWriteArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(kind + " " + message))
            .build();
    private final List<Modelled> alive = new ArrayList<>();
    private final List<DmaFence> signaled = new ArrayList<>();

    @Test
    void shouldAgreeWithTheModelWhateverIsAskedOfIt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int run = 0; run < RUNS; run++) {
            SyncTimeline timeline = SyncTimeline.create(runtime, "random");
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(4)) {
                    case 0, 1 -> make(timeline, random);
                    case 2 -> increment(timeline, random);
                    default -> release(random);
                }
                for (Modelled each : alive) {
                    assertThat(each.fence.isSignaled())
                            .as("seed %d, run %d, step %d: %s", seed, run, step, each.fence)
                            .isEqualTo(each.ahead <= 0);
                }
            }
            timeline.close();
            alive.forEach(each -> each.fence.release());
            alive.clear();
            signaled.clear();
        }
        assertThat(reports).isEmpty();
    }

    private void make(SyncTimeline timeline, Random random) {
        int distance = random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(40) - 10;
        DmaFence fence = timeline.point(timeline.value() + distance);
        for (Modelled each : alive) {
            boolean same = each.ahead > 0 && each.ahead == distance;
            assertThat(each.fence == fence).as("%s again", fence).isEqualTo(same);
            if (same) {
                fence.release();
                return;
            }
        }
        Modelled made = new Modelled(fence, distance);
        alive.add(made);
        boolean added = fence.addCallback(FenceCallback.of(signaled::add));
        assertThat(added).isEqualTo(distance > 0);
    }

    private void increment(SyncTimeline timeline, Random random) {
        long count = random.nextInt(3) == 0 ? random.nextLong(TURN) : random.nextInt(20);
        List<DmaFence> expected = new ArrayList<>();
        alive.stream()
                .filter(each -> each.ahead > 0 && each.ahead <= count)
                .sorted((a, b) -> Long.compare(a.ahead, b.ahead))
                .forEach(each -> expected.add(each.fence));
        signaled.clear();
        timeline.increment(count);
        assertThat(signaled).as("in one order").containsExactlyElementsOf(expected);
        alive.forEach(each -> each.ahead = each.ahead <= 0 ? 0 : each.ahead - count);
    }

    private void release(Random random) {
        if (alive.isEmpty()) {
            return;
        }
        Modelled gone = alive.get(random.nextInt(alive.size()));
        if (gone.ahead <= 0) { // one with a callback pending must not be let go
            alive.remove(gone);
            gone.fence.release();
        }
    }
}
