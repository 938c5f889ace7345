package org.dmafence.fence.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.container.FenceCauses.Cause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever containers are made of whichever fences, and whenever: one that has a failed fence in it never succeeds, and
 * tells of exactly those that failed. In the kernel's mode it may do neither, but never invents an error.
 */
@Timeout(60)
class ErrorsKeptTest {
    private static final int CASES = 1500;
    private static final FenceError[] ERRORS = {FenceError.EIO, FenceError.ETIME, FenceError.ECANCELED};

    private ErrorPolicy policy = ErrorPolicy.KEEP_FIRST;

    /** What each container stands for: the leaves it was made of. */
    private final Map<DmaFence, Set<DmaFence>> leaves = new HashMap<>();

    private Mocks mocks = new Mocks();
    private Random random = new Random(0);
    private final List<DmaFence> open = new ArrayList<>();
    private final List<DmaFence> all = new ArrayList<>();

    @Test
    void shouldNeverTurnAnErrorIntoSuccess() {
        long seed = System.nanoTime();
        System.out.println("ErrorsKeptTest seed " + seed);
        int failed = 0;
        for (int i = 0; i < CASES; i++) {
            failed += run(seed + i);
        }
        assertThat(failed).as("containers that failed").isGreaterThan(CASES);
    }

    @Test
    void shouldLoseErrorsOnlyInTheKernelsMode() {
        policy = ErrorPolicy.KERNEL;
        long seed = System.nanoTime();
        System.out.println("ErrorsKeptTest seed " + seed + " in the kernel's mode");
        int lost = 0;
        for (int i = 0; i < CASES; i++) {
            lost += run(seed + i);
        }
        assertThat(lost).as("containers that should have failed and did not").isPositive();
    }

    /** One random history; how many of its containers ended with an error, or should have in the kernel's mode. */
    private int run(long seed) {
        random = new Random(seed);
        mocks = new Mocks();
        leaves.clear();
        open.clear();
        all.clear();
        long contexts = mocks.runtime.allocateContexts(3);
        for (int i = 0; i < 8; i++) {
            // Numbers may be equal, as they may not be; but no two fences of a context are the same.
            DmaFence leaf = mocks.fence(contexts + random.nextInt(3), i * 5 + random.nextInt(5));
            open.add(leaf);
            all.add(leaf);
            leaves.put(leaf, Set.of(leaf));
        }
        for (int step = 0; step < 25; step++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> signalOne();
                case 2 -> any().pollSignaled();
                case 3 -> any().enableSignaling();
                case 4 -> makeArray();
                case 5 -> makeChain();
                case 6 -> makeMerge();
                default -> FenceChain.walk(any().retain());
            }
        }
        while (!open.isEmpty()) {
            signalOne();
        }
        return policy == ErrorPolicy.KEEP_FIRST ? checkKept(seed) : countLost(seed);
    }

    private int checkKept(long seed) {
        int failed = 0;
        for (DmaFence fence : all) {
            Set<Cause> expected = failedLeavesOf(fence);
            assertThat(fence.pollSignaled()).as("seed %d, %s", seed, fence).isTrue();
            FenceError error = fence.pollStatus().error();
            assertThat(error != null).as("seed %d, %s", seed, fence).isEqualTo(!expected.isEmpty());
            FenceCauses causes = FenceCauses.of(fence);
            assertThat(causes.first()).as("seed %d, %s", seed, fence).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(causes.omitted()).as("seed %d, %s", seed, fence).isZero();
            if (error != null) {
                assertThat(causes.first())
                        .as("seed %d, %s", seed, fence)
                        .extracting(Cause::error)
                        .contains(error);
                failed++;
            }
        }
        return failed;
    }

    private int countLost(long seed) {
        int lost = 0;
        for (DmaFence fence : all) {
            boolean expected = !failedLeavesOf(fence).isEmpty();
            assertThat(fence.pollSignaled()).as("seed %d, %s", seed, fence).isTrue();
            boolean isError = fence.pollStatus().isError();
            assertThat(isError && !expected).as("seed %d, %s", seed, fence).isFalse();
            lost += expected && !isError ? 1 : 0;
        }
        return lost;
    }

    private Set<Cause> failedLeavesOf(DmaFence fence) {
        Set<Cause> failed = new HashSet<>();
        for (DmaFence leaf : leavesOf(fence)) {
            if (leaf.errno() != 0) {
                failed.add(new Cause(
                        leaf.context(), leaf.seqno(), "mock-driver", "mock-timeline", FenceError.of(leaf.errno())));
            }
        }
        return failed;
    }

    private Set<DmaFence> leavesOf(DmaFence fence) {
        return leaves.getOrDefault(fence, Set.of());
    }

    private DmaFence any() {
        return all.get(random.nextInt(all.size()));
    }

    private void signalOne() {
        if (!open.isEmpty()) {
            DmaFence fence = open.remove(random.nextInt(open.size()));
            if (random.nextInt(3) == 0) {
                mocks.signal(fence, ERRORS[random.nextInt(ERRORS.length)]);
            } else {
                mocks.signal(fence);
            }
        }
    }

    private void made(DmaFence fence, List<DmaFence> from) {
        Set<DmaFence> union = new HashSet<>(leavesOf(fence));
        from.forEach(each -> union.addAll(leavesOf(each)));
        leaves.put(fence, union);
        all.add(fence);
    }

    private List<DmaFence> some() {
        List<DmaFence> some = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            some.add(any());
        }
        return some;
    }

    private void makeArray() {
        List<DmaFence> from = some();
        from.forEach(DmaFence::retain);
        long context = mocks.runtime.allocateContexts(1);
        made(FenceArray.create(from, context, 1, policy).fence(), from);
    }

    private void makeChain() {
        DmaFence prev = any();
        DmaFence fence = any();
        made(
                FenceChain.create(prev.retain(), fence.retain(), random.nextInt(6) + 1, policy)
                        .fence(),
                List.of(prev, fence));
    }

    private void makeMerge() {
        List<DmaFence> from = some();
        DmaFence merged = FenceMerge.merge(from, policy);
        if (all.contains(merged)) {
            // A plain fence that was left: it has to stand for all, so all that it does not contain has succeeded.
            Set<DmaFence> left = new HashSet<>();
            from.forEach(each -> left.addAll(leavesOf(each)));
            left.removeAll(leavesOf(merged));
            if (policy == ErrorPolicy.KEEP_FIRST) {
                assertThat(left).allMatch(leaf -> leaf.isSignaled() && leaf.errno() == 0);
            }
        } else {
            made(merged, from);
        }
    }
}
