package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Threads against each other, round after round: fences of a container signal (one with an error) while others enable,
 * poll or walk it. Guards the count of an array, its error before its last decrement, and the unlinking of chains.
 */
@Timeout(60)
class ContainerRaceTest {
    private static final int ROUNDS = 3000;

    private final Mocks mocks = new Mocks();
    private final long seed = System.nanoTime();

    /** Runs tasks at once, on threads that stay; a failed one fails the test. */
    private static void race(ExecutorService threads, List<Runnable> tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.size());
        List<Callable<Integer>> calls = new ArrayList<>();
        for (Runnable task : tasks) {
            calls.add(() -> {
                start.await(20, TimeUnit.SECONDS);
                task.run();
                return 0;
            });
        }
        for (Future<Integer> done : threads.invokeAll(calls)) {
            int unused = done.get();
        }
    }

    @Test
    void shouldCompleteAnArrayOnceWithItsErrorWhoeverIsLast() throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                DmaFence[] f = mocks.fences(2);
                DmaFence array =
                        FenceArray.create(List.of(f[0].retain(), f[1].retain())).fence();
                AtomicInteger runs = new AtomicInteger();
                boolean[] added = {false};
                boolean polls = random.nextBoolean();
                race(
                        threads,
                        List.of(
                                () -> mocks.signal(f[0], FenceError.EIO),
                                () -> mocks.signal(f[1]),
                                () -> added[0] = array.addCallback(FenceCallback.of(fence -> runs.incrementAndGet())),
                                () -> {
                                    if (polls) {
                                        array.pollSignaled();
                                    }
                                }));
                assertThat(array.isSignaled())
                        .as("round %d of seed %d", round, seed)
                        .isTrue();
                assertThat(array.pollStatus().error())
                        .as("round %d of seed %d", round, seed)
                        .isEqualTo(FenceError.EIO);
                assertThat(FenceCauses.of(array).first())
                        .as("round %d of seed %d", round, seed)
                        .hasSize(1);
                assertThat(runs).as("round %d of seed %d", round, seed).hasValue(added[0] ? 1 : 0);
                assertThat(array.references()).isEqualTo(1);
                array.release();
                assertThat(f[0].references() + f[1].references()).isEqualTo(2);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(mocks.reports).isEmpty();
    }

    @Test
    void shouldKeepErrorsAndReferencesWhenAChainIsWalkedBySeveral() throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                DmaFence[] f = mocks.fences(5);
                DmaFence last = null;
                for (int i = 0; i < f.length; i++) {
                    last = FenceChain.create(last, f[i].retain(), i + 1).fence();
                }
                DmaFence head = java.util.Objects.requireNonNull(last);
                int failing = random.nextInt(f.length);
                int rotation = random.nextInt(f.length);
                long point = random.nextLong(f.length) + 1;
                race(
                        threads,
                        List.of(
                                () -> {
                                    for (int i = 0; i < f.length; i++) {
                                        int at = (i + rotation) % f.length;
                                        if (at == failing) {
                                            mocks.signal(f[at], FenceError.ETIME);
                                        } else {
                                            mocks.signal(f[at]);
                                        }
                                    }
                                },
                                () -> walkThrough(head),
                                () -> find(head, point),
                                head::enableSignaling));
                assertThat(head.isSignaled())
                        .as("round %d of seed %d", round, seed)
                        .isTrue();
                assertThat(head.pollStatus().error())
                        .as("round %d of seed %d", round, seed)
                        .isEqualTo(FenceError.ETIME);
                FenceCauses causes = FenceCauses.of(head);
                assertThat(causes.first().size() + causes.omitted())
                        .as("round %d of seed %d", round, seed)
                        .isEqualTo(1);
                assertThat(head.references())
                        .as("round %d of seed %d", round, seed)
                        .isEqualTo(1);
                head.release();
                for (DmaFence fence : f) {
                    assertThat(fence.references())
                            .as("round %d of seed %d", round, seed)
                            .isEqualTo(1);
                }
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(mocks.reports).isEmpty();
    }

    private static void walkThrough(DmaFence head) {
        for (DmaFence at = head.retain(); at != null; ) {
            at = FenceChain.walk(at);
        }
    }

    private static void find(DmaFence head, long point) {
        FenceChain.Found found = FenceChain.findSeqno(head, point);
        if (found == null) {
            throw new AssertionError("point " + point + " not found");
        }
        if (found.fence() != null) {
            found.fence().release();
        }
    }
}
