package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dmafence.driver.RingJob;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JobDequeTest {
    private final SchedulerEntity entity = new SchedulerRig(1, null).scheduler.newEntity("client");
    private final JobDeque deque = new JobDeque();
    private final ArrayDeque<SchedulerJob> model = new ArrayDeque<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldDoAsADequeDoes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    SchedulerJob job = entity.newJob(RingJob.external(i), 1);
                    deque.addLast(job);
                    model.addLast(job);
                }
                case 3 -> {
                    SchedulerJob job = entity.newJob(RingJob.external(i), 1);
                    deque.addFirst(job);
                    model.addFirst(job);
                }
                case 4, 5, 6 -> assertThat(deque.pollFirst()).isSameAs(model.pollFirst());
                default -> removeOne(random);
            }
            assertSame(seed);
        }
    }

    private void removeOne(Random random) {
        if (model.isEmpty()) {
            return;
        }
        SchedulerJob one = new ArrayList<>(model).get(random.nextInt(model.size()));
        model.remove(one);
        assertThat(deque.remove(one)).isTrue();
        assertThat(deque.remove(one)).isFalse();
    }

    private void assertSame(long seed) {
        List<SchedulerJob> all = new ArrayList<>();
        deque.forEach(all::add);
        assertThat(all).as("seed %d", seed).containsExactlyElementsOf(model);
        assertThat(deque.size()).isEqualTo(model.size());
        assertThat(deque.peekFirst()).isSameAs(model.peekFirst());
    }

    @Test
    void shouldKeepNothingOfWhatIsOut() {
        for (int i = 0; i < 100; i++) {
            deque.addLast(entity.newJob(RingJob.external(i), 1));
        }
        while (deque.pollFirst() != null) {}
        assertThat(deque.isEmpty()).isTrue();
        assertThat(deque.peekFirst()).isNull();
    }
}
