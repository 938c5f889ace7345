package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel's suite {@code st-dma-fence-chain}, case by case. */
@Timeout(60)
class FenceChainKernelSuiteTest {
    private static final int CHAIN_SZ = 4096;

    private final Mocks mocks = new Mocks();
    private DmaFence[] fences = new DmaFence[0];
    private FenceChain[] chains = new FenceChain[0];

    /** Enabled fences, each the point {@code step * i + first} of one chain. */
    private void build(int count, int step) {
        fences = mocks.fences(count);
        chains = new FenceChain[count];
        for (int i = 0; i < count; i++) {
            DmaFence prev = i == 0 ? null : chains[i - 1].fence().retain();
            chains[i] = FenceChain.create(prev, fences[i].retain(), (long) step * (i + 1));
            chains[i].fence().enableSignaling();
        }
    }

    private FenceChain tail() {
        return chains[chains.length - 1];
    }

    /** The link found, {@code null} if the point was reached; fails if there is no such point. */
    private static @Nullable DmaFence find(FenceChain from, long seqno) {
        FenceChain.Found found = Objects.requireNonNull(FenceChain.findSeqno(from.fence(), seqno), "-EINVAL");
        if (found.fence() != null) {
            found.fence().release();
        }
        return found.fence();
    }

    @Test
    void test_sanitycheck() {
        DmaFence fence = mocks.fence();
        FenceChain chain = FenceChain.create(null, fence.retain(), 1);
        chain.fence().enableSignaling();

        mocks.signal(fence);
        fence.release();
        chain.fence().release();

        assertThat(chain.fence().isSignaled()).isTrue();
        assertThat(fence.isFreed()).isTrue();
        assertThat(mocks.reports).isEmpty();
    }

    @Test
    void test_find_seqno() {
        build(64, 1);
        assertThat(find(tail(), 0)).isSameAs(tail().fence());
        for (int i = 0; i < 64; i++) {
            assertThat(find(tail(), i + 1)).isSameAs(chains[i].fence());
            assertThat(find(chains[i], i + 1)).isSameAs(chains[i].fence());
            assertThat(FenceChain.findSeqno(chains[i].fence(), i + 2)).isNull();
            assertThat(find(chains[i], i)).isSameAs(i > 0 ? chains[i - 1].fence() : chains[i].fence());
        }
    }

    @Test
    void test_find_signaled() {
        build(2, 1);
        mocks.signal(fences[0]);

        DmaFence found = find(tail(), 1);

        assertThat(found == null || found == chains[0].fence()).isTrue();
    }

    @Test
    void test_find_out_of_order() {
        build(3, 1);
        mocks.signal(fences[1]);

        assertThat(find(tail(), 2)).isSameAs(chains[0].fence());
    }

    @Test
    void test_find_gap() {
        build(64, 2);
        for (int i = 0; i < 64; i++) {
            assertThat(find(tail(), 2L * i + 1)).isSameAs(chains[i].fence());
            assertThat(find(tail(), 2L * i + 2)).isSameAs(chains[i].fence());
        }
    }

    @Test
    void test_find_race() throws InterruptedException {
        build(CHAIN_SZ, 1);
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(700);
        AtomicInteger errors = new AtomicInteger();
        AtomicInteger finds = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        long seed = System.nanoTime();
        for (int t = 0; t < Math.max(2, Runtime.getRuntime().availableProcessors()); t++) {
            SplittableRandom random = new SplittableRandom(seed + t);
            Thread thread = new Thread(
                    () -> {
                        while (System.nanoTime() < endNs) {
                            findRandomly(random, errors);
                            finds.incrementAndGet();
                        }
                    },
                    "find-race-" + t);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(errors).as("seed %d", seed).hasValue(0);
        assertThat(finds.get()).isPositive();
        assertThat(tail().fence().isSignaled()).isFalse();
        assertThat(mocks.reports).isEmpty();
    }

    private void findRandomly(SplittableRandom random, AtomicInteger errors) {
        long seqno = random.nextLong(CHAIN_SZ - 1) + 1;
        FenceChain.Found found = FenceChain.findSeqno(tail().fence(), seqno);
        if (found == null) {
            errors.incrementAndGet();
        } else if (found.fence() != null) {
            DmaFence link = found.fence();
            if (link.seqno() == seqno) {
                FenceChain.Found again = FenceChain.findSeqno(link, seqno);
                if (again == null || again.fence() != link) {
                    errors.incrementAndGet();
                }
                if (again != null && again.fence() != null) {
                    again.fence().release();
                }
            }
            link.release();
        }
        mocks.signal(fences[random.nextInt(CHAIN_SZ - 1)]);
    }

    @Test
    void test_signal_forward() {
        build(64, 1);
        for (int i = 0; i < 64; i++) {
            mocks.signal(fences[i]);
            assertThat(chains[i].fence().pollSignaled()).isTrue();
            assertThat(i + 1 < 64 && chains[i + 1].fence().pollSignaled()).isFalse();
        }
    }

    @Test
    void test_signal_backward() {
        build(64, 1);
        for (int i = 63; i >= 0; i--) {
            mocks.signal(fences[i]);
            assertThat(i > 0 && chains[i].fence().pollSignaled()).isFalse();
        }
        for (FenceChain chain : chains) {
            assertThat(chain.fence().pollSignaled()).isTrue();
        }
    }

    @Test
    void test_wait_forward() throws Exception {
        waitFor(indexes());
    }

    @Test
    void test_wait_backward() throws Exception {
        List<Integer> order = indexes();
        Collections.reverse(order);
        waitFor(order);
    }

    @Test
    void test_wait_random() throws Exception {
        long seed = System.nanoTime();
        System.out.println("test_wait_random seed " + seed);
        List<Integer> order = indexes();
        Collections.shuffle(order, new Random(seed));
        waitFor(order);
    }

    private static List<Integer> indexes() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < CHAIN_SZ; i++) {
            order.add(i);
        }
        return order;
    }

    private void waitFor(List<Integer> order) throws Exception {
        build(CHAIN_SZ, 1);
        boolean[] done = {false};
        Thread waiter = new Thread(
                () -> done[0] = tail().fence().awaitUninterruptibly(50, TimeUnit.SECONDS), "waits-for-the-tail");
        waiter.start();
        for (int i : order) {
            assertThat(tail().fence().isSignaled()).isFalse();
            mocks.signal(fences[i]);
        }
        waiter.join();
        assertThat(done[0]).isTrue();
        assertThat(mocks.reports).isEmpty();
    }
}
