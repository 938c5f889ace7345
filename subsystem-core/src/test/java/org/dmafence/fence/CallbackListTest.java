package org.dmafence.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CallbackListTest {
    static Stream<Long> seeds() {
        return Stream.of(1L, 2L, 3L, System.nanoTime());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void shouldHoldWhatAPlainListDoesWhenWaitersAndOthersComeAndGo(long seed) {
        Random random = new Random(seed);
        Deque<FenceCallback> model = new ArrayDeque<>();
        FenceCallback last = null;
        for (int step = 0; step < 2_000; step++) {
            boolean adds = model.isEmpty() || random.nextInt(100) < (step < 1_000 ? 60 : 40);
            if (adds) {
                FenceCallback node = random.nextBoolean() ? waiter() : FenceCallback.of(fence -> {});
                if (random.nextBoolean()) {
                    last = CallbackList.addFirst(last, node);
                    model.addFirst(node);
                } else {
                    last = CallbackList.addLast(last, node);
                    model.addLast(node);
                }
            } else {
                FenceCallback node = new ArrayList<>(model).get(random.nextInt(model.size()));
                assertThat(CallbackList.contains(last, node)).isTrue();
                last = CallbackList.remove(java.util.Objects.requireNonNull(last), node);
                model.remove(node);
                assertThat(node.next).isNull();
                assertThat(CallbackList.contains(last, node)).isFalse();
            }
            assertThat(nodes(last)).containsExactlyElementsOf(model);
        }
    }

    private static FenceCallback waiter() {
        return new Waiter(Thread.currentThread(), Parking.THREADS);
    }

    /** From the first to the last; each waiter must know what is before it. */
    private static List<FenceCallback> nodes(@Nullable FenceCallback last) {
        List<FenceCallback> nodes = new ArrayList<>();
        if (last != null) {
            FenceCallback before = last;
            do {
                FenceCallback at = CallbackList.next(before);
                if (at instanceof Waiter waiter) {
                    assertThat(waiter.before).isSameAs(before);
                }
                nodes.add(at);
                before = at;
            } while (before != last);
        }
        return nodes;
    }
}
