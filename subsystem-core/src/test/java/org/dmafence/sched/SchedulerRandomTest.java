package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.SchedulerRig.ForeignFence;
import org.junit.jupiter.api.Test;

/** Random traffic over two schedulers: every job ends once, in order per entity on the ring, and is freed once. */
final class SchedulerRandomTest {
    private static final int RUNS = 60;
    private static final int STEPS = 400;

    @Test
    void shouldEndEveryJobOnceWhateverHappens() {
        for (int run = 0; run < RUNS; run++) {
            long seed = System.nanoTime();
            try {
                new Traffic(new Random(seed)).run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static final class Traffic {
        private final Random random;
        private final SchedulerRig first = new SchedulerRig(3, null);
        private final SchedulerRig second = new SchedulerRig(2, null, first.runtime);
        private final List<SchedulerRig> rigs = List.of(first, second);
        private final List<SchedulerEntity> entities = new ArrayList<>();
        private final List<SchedulerJob> jobs = new ArrayList<>();
        private final List<ForeignFence> foreign = new ArrayList<>();
        private final Map<SchedulerJob, Integer> ends = new HashMap<>();
        private final Map<SchedulerRig, Integer> retired = new HashMap<>();
        private final List<SchedulerEntity> killed = new ArrayList<>();
        private long lastId;

        Traffic(Random random) {
            this.random = random;
            for (int i = 0; i < 6; i++) {
                entities.add(rigs.get(i % 2).scheduler.newEntity("client " + i));
            }
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                SchedulerRig rig = rigs.get(random.nextInt(2));
                switch (random.nextInt(10)) {
                    case 0, 1, 2, 3 -> submit();
                    case 4, 5 -> finishNext(rig);
                    case 6 -> signalOne();
                    case 7 -> killSometimes();
                    default -> rig.step();
                }
            }
            settle();
            for (SchedulerJob job : jobs) {
                assertThat(ends).as(job.toString()).containsEntry(job, 1);
            }
            assertThat(first.freed.size() + second.freed.size()).isEqualTo(jobs.size());
            assertThat(first.scheduler.usedCredits() + second.scheduler.usedCredits())
                    .isZero();
            entities.forEach(this::assertRanInOrder);
        }

        private void submit() {
            SchedulerEntity entity = entities.get(random.nextInt(entities.size()));
            SchedulerRig rig = rig(entity);
            if (killed.contains(entity)) {
                return;
            }
            List<DmaFence> dependencies = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                dependencies.add(dependency());
            }
            SchedulerJob job =
                    rig.pushCosting(entity, ++lastId, 1 + random.nextInt(3), dependencies.toArray(DmaFence[]::new));
            jobs.add(job);
            job.finished().addCallback(FenceCallback.of(f -> ends.merge(job, 1, Integer::sum)));
        }

        /** Of an earlier job, so that nobody waits in a circle, or of somebody else. */
        private DmaFence dependency() {
            if (jobs.isEmpty() || random.nextInt(3) == 0) {
                ForeignFence fence = first.foreign();
                foreign.add(fence);
                return fence.fence();
            }
            SchedulerJob job = jobs.get(random.nextInt(jobs.size()));
            return random.nextBoolean() ? job.finished() : job.scheduled();
        }

        private void finishNext(SchedulerRig rig) {
            int next = retired.getOrDefault(rig, 0);
            if (next < rig.inFlight()) {
                retired.put(rig, next + 1);
                rig.finish(next, random.nextInt(5) == 0 ? FenceError.EIO : null);
            }
        }

        private void signalOne() {
            if (!foreign.isEmpty()) {
                foreign.remove(random.nextInt(foreign.size())).signal();
            }
        }

        private void killSometimes() {
            if (random.nextInt(20) == 0) {
                SchedulerEntity entity = entities.get(random.nextInt(entities.size()));
                killed.add(entity);
                rig(entity).scheduler.kill(entity);
            }
        }

        private void settle() {
            while (!foreign.isEmpty()) {
                signalOne();
            }
            for (int i = 0; i < 4 * jobs.size() + 4; i++) {
                rigs.forEach(SchedulerRig::step);
                rigs.forEach(this::finishNext);
            }
            rigs.forEach(SchedulerRig::step);
        }

        private void assertRanInOrder(SchedulerEntity entity) {
            List<Long> ids = rig(entity).ran.stream()
                    .filter(job -> job.entity() == entity)
                    .map(job -> job.work().id())
                    .toList();
            assertThat(ids).isSorted();
        }

        private SchedulerRig rig(SchedulerEntity entity) {
            return entity.scheduler() == first.scheduler ? first : second;
        }
    }
}
