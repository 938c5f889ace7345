package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EntityHeapTest {
    private static final int STEPS = 20_000;

    private final SchedulerRig rig = new SchedulerRig(1, null);
    private final EntityHeap heap = new EntityHeap();

    @Test
    void shouldHaveTheFirstAtHandWhateverComesAndGoes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<SchedulerEntity> inside = new ArrayList<>();
        List<SchedulerEntity> outside = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            outside.add(rig.scheduler.newEntity("client " + i));
        }
        for (int step = 0; step < STEPS; step++) {
            boolean add = inside.isEmpty() || (!outside.isEmpty() && random.nextInt(3) == 0);
            List<SchedulerEntity> from = add ? outside : inside;
            SchedulerEntity entity = from.get(random.nextInt(from.size()));
            if (add) {
                outside.remove(entity);
                inside.add(entity);
                entity.place().key = key(random, entity);
                heap.add(entity);
            } else if (random.nextInt(3) == 0) {
                inside.remove(entity);
                outside.add(entity);
                heap.remove(entity);
            } else {
                entity.place().key = key(random, entity);
                heap.moved(entity);
            }
            assertThat(heap.first())
                    .as("seed %d, step %d", seed, step)
                    .isSameAs(inside.stream()
                            .min(Comparator.comparingLong(one -> one.place().key))
                            .orElse(null));
        }
        List<SchedulerEntity> all = new ArrayList<>();
        heap.addTo(all);
        assertThat(all).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(inside);
    }

    /** No two entities have the same one. */
    private static long key(Random random, SchedulerEntity entity) {
        return random.nextInt(100) * 1_000L + entity.fenceContext();
    }
}
