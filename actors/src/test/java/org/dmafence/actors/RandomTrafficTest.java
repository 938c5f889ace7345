package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;

/** Several clients, two rings, dependencies among them, errors and kills, on real threads and in real time. */
final class RandomTrafficTest extends SubsystemTest {
    private static final int CLIENTS = 3;
    private static final int JOBS_EACH = 700;

    private final List<JobHandle> jobs = new CopyOnWriteArrayList<>();
    private final List<AtomicInteger> signals = new CopyOnWriteArrayList<>();

    @Test
    void shouldEndEveryJobOnceAndConserveCounts() throws InterruptedException {
        long seed = System.nanoTime();
        SchedulerHandle gfx = open(SchedulerSpec.of(ring("gfx")).withCredits(4));
        SchedulerHandle copy = open(SchedulerSpec.of(ring("copy")).withCredits(2));
        List<Thread> clients = new ArrayList<>();
        for (int c = 0; c < CLIENTS; c++) {
            Random random = new Random(seed + c);
            long firstId = (long) c * JOBS_EACH;
            Thread client = new Thread(() -> traffic(random, firstId, List.of(gfx, copy)), "client-" + c);
            clients.add(client);
            client.start();
        }
        for (Thread client : clients) {
            client.join();
        }

        jobs.forEach(job -> {
            awaitSignaled(job.finished());
            assertThat(job.scheduled().isSignaled()).as("seed %d", seed).isTrue();
        });
        quiesce();
        awaitConserved(gfx);
        awaitConserved(copy);
        assertThat(gfx.stats().submitted() + copy.stats().submitted())
                .as("seed %d", seed)
                .isEqualTo(jobs.size());
        assertThat(signals)
                .as("seed %d", seed)
                .allSatisfy(count -> assertThat(count).hasValue(1));
        assertThat(reports).as("seed %d", seed).isEmpty();
    }

    private void traffic(Random random, long firstId, List<SchedulerHandle> schedulers) {
        List<EntityHandle> entities = new ArrayList<>();
        schedulers.forEach(scheduler -> entities.add(subsystem.openEntity(scheduler, "client")));
        for (long id = firstId; id < firstId + JOBS_EACH; id++) {
            int which = random.nextInt(entities.size());
            JobSpec spec = JobSpec.of(
                            new RingJob(id, random.nextInt(20_000), random.nextInt(10) == 0 ? FenceError.EIO : null))
                    .withCredits(1 + random.nextInt(2));
            for (int i = random.nextInt(3); i > 0 && !jobs.isEmpty(); i--) {
                spec = spec.after(earlier(random));
            }
            JobHandle job = subsystem.submit(entities.get(which), spec);
            AtomicInteger count = new AtomicInteger();
            if (!job.finished().addCallback(FenceCallback.of(f -> count.incrementAndGet()))) {
                count.incrementAndGet();
            }
            jobs.add(job);
            signals.add(count);
            if (random.nextInt(100) == 0) {
                entities.get(which).kill();
                entities.set(which, subsystem.openEntity(schedulers.get(which), "client"));
            }
        }
    }

    private DmaFence earlier(Random random) {
        JobHandle job = jobs.get(random.nextInt(jobs.size()));
        return random.nextBoolean() ? job.finished() : job.scheduled();
    }
}
