package org.dmafence.uapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.container.ErrorPolicy;
import org.dmafence.testkit.VirtualCpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The subtests of IGT's {@code tests/sw_sync.c}, by their names. Where IGT forks, a thread shares the table of files,
 * or gets the file into a table of its own as from a socket; where it measures a second, there is a bounded number of
 * rounds. What is only timed runs on a virtual CPU.
 */
abstract class SwSyncSuite {
    private static final int ACTIVE = 0;
    private static final int SIGNALED = 1;
    private static final int CONSUMER_ROUNDS = 512;
    private static final int PRODUCER_ROUNDS = 256;
    private static final int MERGES = 1024;

    private final ErrorPolicy policy;
    private final VirtualCpu cpu = VirtualCpu.create();
    private final UserProcess process;
    private final SyncCalls calls;

    SwSyncSuite(ErrorPolicy policy) {
        this.policy = policy;
        process = UserProcess.create(cpu.runtime(), policy);
        calls = new SyncCalls(process);
    }

    @AfterEach
    void closeAll() {
        process.files().closeAll();
        cpu.close();
    }

    @Test
    @DisplayName("alloc_timeline")
    void allocTimeline() {
        calls.close(calls.timeline());
    }

    @Test
    @DisplayName("alloc_fence")
    void allocFence() {
        int timeline = calls.timeline();
        calls.close(calls.fence(timeline, 0), timeline);
    }

    @Test
    @DisplayName("alloc_fence_invalid_timeline")
    void allocFenceInvalidTimeline() {
        assertThat(calls.tryFence(-1, 0)).isNegative();
    }

    @Test
    @DisplayName("timeline_closed")
    void timelineClosed() {
        int timeline = calls.timeline();
        int fence = calls.fence(timeline, 1);
        calls.close(timeline);
        assertThat(calls.await(fence, 0)).isZero();
        assertThat(calls.status(fence)).isEqualTo(Errno.ENOENT);
    }

    @Test
    @DisplayName("timeline_closed_signaled")
    void timelineClosedSignaled() {
        int timeline = calls.timeline();
        int fence = calls.fence(timeline, 1);
        calls.inc(timeline, 1);
        assertThat(calls.await(fence, 0)).isZero();
        calls.close(timeline);
        assertThat(calls.await(fence, 0)).isZero();
    }

    @Test
    @DisplayName("alloc_merge_fence")
    void allocMergeFence() {
        int one = calls.fence(calls.timeline(), 1);
        int other = calls.fence(calls.timeline(), 1);
        int merged = calls.merge(one, other);
        calls.close(merged, other, one);
    }

    @Test
    @DisplayName("sync_busy")
    void syncBusy() {
        int timeline = calls.timeline();
        int fence = calls.fence(timeline, 5);
        assertThat(calls.await(fence, 0)).isEqualTo(Errno.ETIME);
        calls.inc(timeline, 1);
        assertThat(calls.await(fence, 0)).isEqualTo(Errno.ETIME);
        calls.inc(timeline, 4);
        assertThat(calls.await(fence, 0)).isZero();
        calls.inc(timeline, 5);
        assertThat(calls.await(fence, 0)).isZero();
        int point = 10;
        for (int prime : primesBelow(100)) {
            point += prime;
            int next = calls.fence(timeline, point);
            assertThat(calls.await(next, 0)).isEqualTo(Errno.ETIME);
            calls.inc(timeline, prime);
            assertThat(calls.await(next, 0)).isZero();
            calls.close(next);
        }
    }

    @Test
    @DisplayName("sync_busy_fork")
    void syncBusyFork() {
        int timeline = calls.timeline();
        int fence = calls.fence(timeline, 1);
        assertThat(calls.await(fence, 0)).isEqualTo(Errno.ETIME);
        cpu.start("child", () -> {
            sleepMs(1000);
            calls.inc(timeline, 1);
        });
        assertThat(calls.await(fence, 2000)).isZero();
        assertThat(cpu.clock().nanoTime()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    @DisplayName("sync_busy_fork_unixsocket")
    void syncBusyForkUnixsocket() {
        UserProcess child = UserProcess.create(cpu.runtime(), policy);
        int timeline = calls.timeline();
        int fence = calls.fence(timeline, 1);
        cpu.start("child", () -> {
            OpenFile received = Objects.requireNonNull(process.files().get(timeline));
            int mine = child.files().install(received);
            assertThat(calls.await(fence, 0)).isEqualTo(Errno.ETIME);
            new SyncCalls(child).inc(mine, 1);
            assertThat(child.close(mine)).isZero();
        });
        assertThat(calls.await(fence, 2000)).isZero();
        assertThat(calls.status(fence))
                .as("the parent has the timeline open still")
                .isEqualTo(SIGNALED);
    }

    @Test
    @DisplayName("sync_merge_invalid")
    void syncMergeInvalid() {
        int fence = calls.fence(calls.timeline(), 1);
        assertThat(calls.tryMerge(fence, -1)).isNegative();
        int other = process.files().install(new OtherFile());
        assertThat(calls.tryMerge(fence, other)).isNegative();
        assertThat(calls.tryMerge(fence, other)).isNegative();
    }

    @Test
    @DisplayName("sync_merge")
    void syncMerge() {
        int timeline = calls.timeline();
        int first = calls.fence(timeline, 1);
        int second = calls.fence(timeline, 2);
        int third = calls.fence(timeline, 3);
        int merged = calls.merge(calls.merge(first, second), third);
        assertThat(calls.count(merged, ACTIVE)).isEqualTo(1);
        for (int value = 1; value <= 3; value++) {
            assertThat(calls.status(merged)).isEqualTo(ACTIVE);
            calls.inc(timeline, 1);
        }
        assertThat(calls.status(first)).isEqualTo(SIGNALED);
        assertThat(calls.status(second)).isEqualTo(SIGNALED);
        assertThat(calls.status(third)).isEqualTo(SIGNALED);
        assertThat(calls.status(merged)).isEqualTo(SIGNALED);
    }

    @Test
    @DisplayName("sync_merge_same")
    void syncMergeSame() {
        int timeline = calls.timeline();
        int fence = calls.fence(timeline, 1);
        int merged = calls.merge(fence, fence);
        assertThat(calls.await(merged, 0)).isEqualTo(Errno.ETIME);
        calls.inc(timeline, 1);
        assertThat(calls.await(merged, 0)).isZero();
    }

    @Test
    @DisplayName("sync_multi_timeline_wait")
    void syncMultiTimelineWait() {
        int[] timelines = {calls.timeline(), calls.timeline(), calls.timeline()};
        int merged = calls.fence(timelines[0], 5);
        for (int i = 1; i < timelines.length; i++) {
            merged = calls.merge(merged, calls.fence(timelines[i], 5));
        }
        assertThat(calls.count(merged, ACTIVE)).isEqualTo(3);
        assertThat(calls.await(merged, 0)).isEqualTo(Errno.ETIME);
        for (int i = 0; i < timelines.length; i++) {
            calls.inc(timelines[i], 5);
            assertThat(calls.count(merged, ACTIVE)).isEqualTo(2 - i);
            assertThat(calls.count(merged, SIGNALED)).isEqualTo(i + 1);
        }
        assertThat(calls.await(merged, 100)).isZero();
    }

    @Test
    @DisplayName("sync_multi_consumer")
    void syncMultiConsumer() {
        SyncCalls real = realCalls();
        int timeline = real.timeline();
        int threads = threads();
        AtomicInteger counter = new AtomicInteger();
        Semaphore consumed = new Semaphore(0);
        List<Runnable> bodies = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int id = t;
            bodies.add(() -> {
                for (int i = 0; i < CONSUMER_ROUNDS; i++) {
                    int point = i * threads + id;
                    int fence = real.fence(timeline, point);
                    assertThat(real.await(fence, 10_000)).isZero();
                    assertThat(counter.get()).isEqualTo(point);
                    consumed.release();
                    real.close(fence);
                }
            });
        }
        bodies.add(() -> {
            for (int i = 0; i < threads * CONSUMER_ROUNDS; i++) {
                acquire(consumed);
                counter.incrementAndGet();
                real.inc(timeline, 1);
            }
        });
        Together.run(bodies);
        assertThat(counter.get()).isEqualTo(threads * CONSUMER_ROUNDS);
    }

    @Test
    @DisplayName("sync_multi_consumer_producer")
    void syncMultiConsumerProducer() {
        SyncCalls real = realCalls();
        int timeline = real.timeline();
        int threads = threads();
        AtomicInteger counter = new AtomicInteger();
        List<Runnable> bodies = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int id = t;
            bodies.add(() -> {
                for (int i = 0; i < CONSUMER_ROUNDS; i++) {
                    int point = i * threads + id;
                    int fence = real.fence(timeline, point);
                    assertThat(real.await(fence, 10_000)).isZero();
                    assertThat(counter.getAndIncrement()).isEqualTo(point);
                    real.inc(timeline, 1);
                    real.close(fence);
                }
            });
        }
        Together.run(bodies);
        assertThat(counter.get()).isEqualTo(threads * CONSUMER_ROUNDS);
    }

    @Test
    @DisplayName("sync_multi_producer_single_consumer")
    void syncMultiProducerSingleConsumer() {
        SyncCalls real = realCalls();
        int producers = 5;
        int consumed = real.timeline();
        int[] produced = new int[producers];
        Arrays.setAll(produced, i -> real.timeline());
        AtomicInteger counter = new AtomicInteger();
        List<Runnable> bodies = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            int id = p;
            bodies.add(() -> {
                for (int i = 0; i < PRODUCER_ROUNDS; i++) {
                    int fence = real.fence(consumed, i);
                    awaitEither(real, fence, (i + id) % 8 != 0);
                    counter.incrementAndGet();
                    real.inc(produced[id], 1);
                    real.close(fence);
                }
            });
        }
        bodies.add(() -> {
            for (int i = 1; i <= PRODUCER_ROUNDS; i++) {
                int merged = real.fence(produced[0], i);
                for (int p = 1; p < producers; p++) {
                    int before = merged;
                    int next = real.fence(produced[p], i);
                    merged = real.merge(before, next);
                    real.close(before, next);
                }
                awaitEither(real, merged, i % 8 != 0);
                assertThat(counter.get()).isEqualTo(producers * i);
                real.inc(consumed, 1);
                real.close(merged);
            }
        });
        Together.run(bodies);
    }

    @Test
    @DisplayName("sync_expired_merge")
    void syncExpiredMerge() {
        int timeline = calls.timeline();
        calls.inc(timeline, 100);
        int expired = calls.fence(timeline, 1);
        assertThat(calls.await(expired, 0)).isZero();
        for (int i = 0; i < MERGES; i++) {
            int merged = calls.merge(expired, expired);
            assertThat(calls.await(merged, 0)).isZero();
            calls.close(expired);
            expired = merged;
        }
        assertThat(calls.status(expired)).isEqualTo(SIGNALED);
    }

    @Test
    @DisplayName("sync_random_merge")
    void syncRandomMerge() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int[] timelines = new int[32];
        Arrays.setAll(timelines, i -> calls.timeline());
        int[] last = new int[timelines.length];
        int first = random.nextInt(timelines.length);
        last[first] = 1 + random.nextInt(Integer.MAX_VALUE - 1);
        int merged = calls.fence(timelines[first], last[first]);
        for (int i = 0; i < MERGES; i++) {
            int at = random.nextInt(timelines.length);
            int point = 1 + random.nextInt(Integer.MAX_VALUE - 1);
            last[at] = Math.max(last[at], point);
            int before = merged;
            int next = calls.fence(timelines[at], point);
            merged = calls.merge(before, next);
            calls.close(before, next);
        }
        for (int i = 0; i < timelines.length; i++) {
            if (last[i] != 0) {
                assertThat(calls.await(merged, 0)).as("seed %d", seed).isEqualTo(Errno.ETIME);
                calls.inc(timelines[i], last[i]);
            }
        }
        assertThat(calls.await(merged, 0)).as("seed %d", seed).isZero();
    }

    private SyncCalls realCalls() {
        return new SyncCalls(UserProcess.create(FenceRuntime.builder().build(), policy));
    }

    private static int threads() {
        return Math.min(8, Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    private static void awaitEither(SyncCalls calls, int fence, boolean sleeping) {
        if (sleeping) {
            assertThat(calls.await(fence, 10_000)).isZero();
        } else {
            while (calls.status(fence) != SIGNALED) {
                Thread.onSpinWait();
            }
        }
    }

    private static void acquire(Semaphore semaphore) {
        try {
            assertThat(semaphore.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void sleepMs(long ms) {
        long untilNs = cpu.clock().nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        for (long left = untilNs; left > 0; left = untilNs - cpu.clock().nanoTime()) {
            cpu.runtime().parking().parkNanos(this, left);
        }
    }

    private static List<Integer> primesBelow(int end) {
        List<Integer> primes = new ArrayList<>();
        for (int n = 2; n < end; n++) {
            int candidate = n;
            if (primes.stream().noneMatch(prime -> candidate % prime == 0)) {
                primes.add(n);
            }
        }
        return primes;
    }
}
