package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.sync.SyncObjWait.Flag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of the JVM on one object, in real time. */
@Timeout(60)
class SyncObjRaceTest {
    private static final int POINTS = 300;

    private final FenceRuntime runtime = FenceRuntime.builder().build();
    private final SyncTimeline hardware = SyncTimeline.create(runtime, "hardware");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();

    @AfterEach
    void close() {
        threads.shutdownNow();
    }

    private interface Body {
        void run() throws Exception;
    }

    private void start(Body body) {
        running.add(threads.submit(() -> {
            body.run();
            return null;
        }));
    }

    private void join() throws Exception {
        for (Future<?> each : running) {
            each.get(50, TimeUnit.SECONDS);
        }
    }

    /** Points are submitted and reached while others wait for each of them in both ways. */
    @Test
    void shouldWakeEverybodyForEveryPoint() throws Exception {
        SyncObj object = SyncObj.create(runtime);
        List<CompletableFuture<FenceStatus>> reached = new ArrayList<>();
        for (int point = 1; point <= POINTS; point++) {
            reached.add(object.whenSignaled(point));
            reached.add(object.whenAvailable(point));
        }
        for (Flag flag : List.of(Flag.FOR_SUBMIT, Flag.AVAILABLE)) {
            start(() -> {
                for (int point = 1; point <= POINTS; point++) {
                    assertThat(SyncObjWait.on(new SyncObjPoint(object, point))
                                    .with(flag)
                                    .await()
                                    .reached())
                            .isTrue();
                }
            });
        }
        start(() -> {
            for (int point = 1; point <= POINTS; point++) {
                DmaFence fence = hardware.point(point);
                object.addPoint(fence, point);
                fence.release();
            }
        });
        start(() -> {
            for (int point = 1; point <= POINTS; point++) {
                hardware.increment(1);
                assertThat(object.pollReachedPoint()).isLessThanOrEqualTo(point);
            }
        });
        join();
        for (CompletableFuture<FenceStatus> each : reached) {
            assertThat(each.get(10, TimeUnit.SECONDS)).isNotNull();
        }
        assertThat(object.pollReachedPoint()).isEqualTo(POINTS);
    }

    /** Several threads add points at once: none is lost, and no reference either. */
    @Test
    void shouldLinkAllPointsOfSeveralThreads() throws Exception {
        SyncObj object = SyncObj.create(runtime);
        List<DmaFence> fences = new ArrayList<>();
        for (int i = 0; i < 2 * POINTS; i++) {
            fences.add(hardware.point(i + 1));
        }
        for (int thread = 0; thread < 2; thread++) {
            List<DmaFence> mine = fences.subList(thread * POINTS, (thread + 1) * POINTS);
            int offset = thread;
            start(() -> {
                for (int i = 0; i < POINTS; i++) {
                    object.addPoint(mine.get(i), 2L * i + offset + 1);
                }
            });
        }
        join();
        for (DmaFence fence : fences) {
            assertThat(fence.references()).isEqualTo(2); // ours and its link's
        }
        assertThat(object.lastSubmittedPoint()).isEqualTo(2 * POINTS);
        DmaFence last = SyncObjRig.at(object, 0);
        hardware.increment(2 * POINTS - 1);
        assertThat(last.pollSignaled()).isFalse();
        hardware.increment(1);
        assertThat(last.pollSignaled()).isTrue();
        last.release();
        object.release();
        for (DmaFence fence : fences) {
            assertThat(fence.references()).isEqualTo(1);
            fence.release();
        }
    }

    /** The payload is replaced, reset and signalled while others wait, give up and are interrupted. */
    @Test
    void shouldLeakNoReferenceWhenEverybodyGivesUp() throws Exception {
        long seed = System.nanoTime();
        SyncObj object = SyncObj.create(runtime);
        DmaFence[] fences = new DmaFence[8];
        for (int i = 0; i < fences.length; i++) {
            fences[i] = hardware.point(i + 1);
        }
        for (int thread = 0; thread < 2; thread++) {
            Random random = new Random(seed + thread);
            start(() -> {
                for (int i = 0; i < 2000; i++) {
                    switch (random.nextInt(4)) {
                        case 0 -> object.reset();
                        case 1 -> object.addPoint(fences[random.nextInt(fences.length)], random.nextInt(20));
                        default -> object.replaceFence(fences[random.nextInt(fences.length)]);
                    }
                }
            });
            start(() -> {
                for (int i = 0; i < 1000; i++) {
                    SyncObjPoint at = new SyncObjPoint(object, random.nextInt(2));
                    SyncObjWait wait = SyncObjWait.on(at, at).with(Flag.FOR_SUBMIT);
                    boolean reached = wait.awaitUntil(runtime.clock().nanoTime() + random.nextInt(20_000))
                            .reached();
                    assertThat(reached).as("seed %d", seed).isFalse();
                    SyncObjEvent.whenSignaled(at, status -> {}).cancel();
                }
            });
        }
        join();
        object.reset();
        hardware.increment(fences.length); // links that were enabled stay until then
        for (DmaFence fence : fences) {
            assertThat(fence.references()).as("seed %d, %s", seed, fence).isEqualTo(1);
        }
    }
}
