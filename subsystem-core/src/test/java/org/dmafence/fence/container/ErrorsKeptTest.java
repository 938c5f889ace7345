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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever containers are made of whichever fences, and whenever: one that has a failed fence in it never succeeds. */
@Timeout(60)
class ErrorsKeptTest {
    private static final int CASES = 1500;
    private static final FenceError[] ERRORS = {FenceError.EIO, FenceError.ETIME, FenceError.ECANCELED};

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

    /** One random history; how many of its containers ended with an error. */
    private int run(long seed) {
        random = new Random(seed);
        mocks = new Mocks();
        leaves.clear();
        open.clear();
        all.clear();
        long contexts = mocks.runtime.allocateContexts(3);
        for (int i = 0; i < 8; i++) {
            DmaFence leaf = mocks.fence(contexts + random.nextInt(3), random.nextInt(5));
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
        int failed = 0;
        for (DmaFence fence : all) {
            boolean expected = leavesOf(fence).stream().anyMatch(leaf -> leaf.errno() != 0);
            assertThat(fence.pollSignaled()).as("seed %d, %s", seed, fence).isTrue();
            assertThat(fence.status().isError()).as("seed %d, %s", seed, fence).isEqualTo(expected);
            failed += expected ? 1 : 0;
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
        made(FenceArray.create(from).fence(), from);
    }

    private void makeChain() {
        DmaFence prev = any();
        DmaFence fence = any();
        made(
                FenceChain.create(prev.retain(), fence.retain(), random.nextInt(6) + 1)
                        .fence(),
                List.of(prev, fence));
    }

    private void makeMerge() {
        List<DmaFence> from = some();
        DmaFence merged = FenceMerge.merge(from, ErrorPolicy.KEEP_FIRST);
        if (all.contains(merged)) {
            // A plain fence that was left: it has to stand for all, so all that it does not contain has succeeded.
            Set<DmaFence> left = new HashSet<>();
            from.forEach(each -> left.addAll(leavesOf(each)));
            left.removeAll(leavesOf(merged));
            assertThat(left).allMatch(leaf -> leaf.isSignaled() && leaf.errno() == 0);
        } else {
            made(merged, from);
        }
    }
}
