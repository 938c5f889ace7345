package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.fence.FenceFixture.fork;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FenceSlotsTest {
    private final FenceFixture fixture = new FenceFixture();
    private final FenceSlots slots = new FenceSlots();

    private DmaFence fence(long seqno) {
        return fixture.context.newFence(TestOps.with(), seqno);
    }

    private Set<DmaFence> met() {
        Set<DmaFence> met = new HashSet<>();
        slots.forEach(
                fence -> assertThat(met.add(fence)).as("met twice: %s", fence).isTrue());
        assertThat(slots.size()).isEqualTo(met.size());
        return met;
    }

    @Test
    void shouldHoldMoreFencesThanItHasSlotsWhateverTheirNumbers() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<DmaFence> fences = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            DmaFence fence = fence(random.nextInt(4) == 0 ? 7 : i);
            fences.add(fence);
            slots.add(fence, fence.seqno());
        }
        assertThat(met()).as("seed %d", seed).isEqualTo(new HashSet<>(fences));

        Collections.shuffle(fences, random);
        for (DmaFence fence : fences.subList(0, 5_000)) {
            assertThat(slots.remove(fence, fence.seqno())).as("seed %d", seed).isTrue();
            assertThat(slots.remove(fence, fence.seqno())).as("seed %d", seed).isFalse();
        }
        assertThat(met()).as("seed %d", seed).isEqualTo(new HashSet<>(fences.subList(5_000, 10_000)));
    }

    @Test
    void shouldStayInTheNewWindowWhenItOverlapsTheOld() {
        List<DmaFence> neighbours = new ArrayList<>();
        for (int number = 5; number < 12; number++) {
            DmaFence neighbour = fence(number);
            neighbours.add(neighbour);
            slots.add(neighbour, number);
        }
        DmaFence moved = fence(5);
        slots.add(moved, 5); // 5 to 11 are taken, so it goes to the slot of 12
        assertThat(slots.remove(neighbours.get(1), 6)).isTrue();
        for (int number = 0; number < 6; number++) {
            slots.add(fence(number), number);
        }
        slots.renumber(moved, 5, 0); // to the slot of 6, which is in both windows

        assertThat(met()).contains(moved);
        assertThat(slots.remove(moved, 0)).isTrue();
        assertThat(met()).doesNotContain(moved);
    }

    @Test
    void shouldFindAFenceByItsNewNumberOnly() {
        DmaFence fence = fence(0);
        slots.add(fence, 0);
        slots.renumber(fence, 0, 1234);
        assertThat(met()).containsExactly(fence);
        assertThat(slots.remove(fence, 1234)).isTrue();
        assertThat(met()).isEmpty();
    }

    @Test
    void shouldKeepAFenceWhenItsNewPlaceOrItsOldOneIsInTheTable() {
        List<DmaFence> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            DmaFence fence = fence(0);
            crowd.add(fence);
            slots.add(fence, 0);
        }
        for (DmaFence fence : crowd) {
            slots.renumber(fence, 0, 100);
        }
        assertThat(met()).isEqualTo(new HashSet<>(crowd));
        for (DmaFence fence : crowd) {
            assertThat(slots.remove(fence, 100)).isTrue();
        }
        assertThat(met()).isEmpty();
    }

    @Test
    void shouldLoseNothingWhenThreadsAddAndRemoveAtTheSameTime() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            FenceContext context = FenceContext.builder(fixture.runtime).build();
            threads.add(fork("adder-" + i, () -> {
                DmaFence[] held = new DmaFence[64];
                for (int n = 0; n < 100_000; n++) {
                    int at = n % held.length;
                    if (n >= held.length) {
                        assertThat(slots.remove(held[at], held[at].seqno())).isTrue();
                    }
                    held[at] = context.newFence(TestOps.with(), n);
                    slots.add(held[at], n);
                }
            }));
        }
        threads.forEach(FenceFixture::join);
        assertThat(slots.size()).isEqualTo(4 * 64);
    }
}
