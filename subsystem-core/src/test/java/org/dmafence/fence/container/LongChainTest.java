package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chains of up to a million links: nothing recurses, and each way through them takes time in proportion. */
@Timeout(60)
class LongChainTest {
    private static final int LINKS = 1_000_000;
    private static final int FEWER = 100_000;
    private static final int SHUFFLED = 20_000;

    private final FenceContext context =
            FenceContext.builder(FenceRuntime.builder().build()).build();

    private DmaFence[] fences(int count) {
        DmaFence[] fences = new DmaFence[count];
        Plain ops = new Plain();
        for (int i = 0; i < count; i++) {
            fences[i] = context.newFence(ops, i);
        }
        return fences;
    }

    /** The last link; nobody but the next holds the others. */
    private static DmaFence chain(DmaFence[] fences) {
        DmaFence last = null;
        for (int i = 0; i < fences.length; i++) {
            last = FenceChain.create(last, fences[i].retain(), i + 1).fence();
        }
        return Objects.requireNonNull(last);
    }

    @Test
    void shouldSignalWhenSignaledInOrder() {
        DmaFence[] fences = fences(LINKS);
        DmaFence last = chain(fences);
        last.enableSignaling();
        context.signal(fences[0], FenceError.EIO);
        for (int i = 1; i < LINKS - 1; i++) {
            context.signal(fences[i]);
        }
        assertThat(last.pollSignaled()).isFalse();

        context.signal(fences[LINKS - 1]);

        assertThat(last.isSignaled()).isTrue();
        assertThat(last.pollStatus().error()).isEqualTo(FenceError.EIO);
        assertThat(fences[0].references()).as("history is let go").isEqualTo(1);
    }

    @Test
    void shouldWakeAWaiterWhenSignaledInReverse() throws InterruptedException {
        DmaFence[] fences = fences(FEWER);
        DmaFence last = chain(fences);
        last.enableSignaling();
        boolean[] woken = {false};
        Thread waiter =
                new Thread(() -> woken[0] = last.awaitUninterruptibly(50, TimeUnit.SECONDS), "waits-for-the-last-link");
        waiter.start();
        for (int i = FEWER - 1; i > 0; i--) {
            context.signal(fences[i]);
        }
        assertThat(last.isSignaled()).isFalse();

        context.signal(fences[0]);

        waiter.join();
        assertThat(woken[0]).isTrue();
    }

    @Test
    void shouldForgetNeitherAPointNorAFailureWhenSignaledPolledAndWalkedInAnyOrder() {
        long seed = System.nanoTime();
        System.out.println("LongChainTest seed " + seed);
        Random random = new Random(seed);
        DmaFence[] fences = fences(SHUFFLED);
        DmaFence[] links = new DmaFence[SHUFFLED];
        for (int i = 0; i < SHUFFLED; i++) {
            DmaFence before = i == 0 ? null : links[i - 1].retain();
            links[i] = FenceChain.create(before, fences[i].retain(), i + 1).fence();
        }
        DmaFence last = links[SHUFFLED - 1];
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < SHUFFLED; i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        int failed = 0;
        for (int i : order) {
            assertThat(last.isSignaled()).as("seed %d", seed).isFalse();
            boolean fails = random.nextInt(100) == 0;
            failed += fails ? 1 : 0;
            if (fails) {
                context.signal(fences[i], FenceError.EIO);
            } else {
                context.signal(fences[i]);
            }
            int other = random.nextInt(SHUFFLED);
            DmaFence link = links[other];
            // Mostly short ways: what was walked stays walked.
            switch (random.nextInt(4)) {
                case 0 -> link.pollSignaled();
                case 1 -> release(FenceChain.walk(link.retain()));
                case 2 -> link.enableSignaling();
                default -> release(find(link, other + 1));
            }
        }

        assertThat(last.pollSignaled()).as("seed %d", seed).isTrue();
        assertThat(last.pollStatus().isError()).as("seed %d", seed).isEqualTo(failed > 0);
        FenceCauses causes = FenceCauses.of(last);
        assertThat(causes.first().size() + causes.omitted()).as("seed %d", seed).isEqualTo(failed);
        assertThat(causes.first())
                .as("seed %d", seed)
                .isSortedAccordingTo(Comparator.comparing(FenceCauses.Cause::seqno));
        for (DmaFence link : links) {
            assertThat(link.pollSignaled()).as("seed %d", seed).isTrue();
            link.release();
        }
        assertThat(fences).as("seed %d", seed).allMatch(fence -> fence.references() == 1);
    }

    private static void release(@Nullable DmaFence fence) {
        if (fence != null) {
            fence.release();
        }
    }

    private static @Nullable DmaFence find(DmaFence head, long point) {
        return Objects.requireNonNull(FenceChain.findSeqno(head, point), "a point up to the head")
                .fence();
    }

    @Test
    void shouldReleaseAllLinksWhenNothingSignals() {
        DmaFence[] fences = fences(FEWER);
        DmaFence last = chain(fences);

        last.release();

        assertThat(fences[0].references()).isEqualTo(1);
        assertThat(fences[fences.length - 1].references()).isEqualTo(1);
        assertThat(last.isFreed()).isTrue();
    }

    @Test
    void shouldNotKeepHistoryWhenEachLinkIsWalkedAsItIsMade() {
        DmaFence[] fences = fences(FEWER);
        DmaFence last = null;
        for (int i = 0; i < fences.length; i++) {
            last = FenceChain.create(last, fences[i].retain(), i + 1).fence();
            if (i >= 2) {
                context.signal(fences[i - 2]);
            }
            walkThrough(last);
        }
        assertThat(fences[0].references()).isEqualTo(1);
        assertThat(Mocks.unwrapped(Objects.requireNonNull(last))).hasSize(2);
    }

    private static void walkThrough(@Nullable DmaFence head) {
        DmaFence at = head == null ? null : head.retain();
        while (at != null) {
            at = FenceChain.walk(at);
        }
    }

    private static final class Plain extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "plain-driver";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "plain-timeline";
        }
    }
}
