package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.Test;

/** The engine, the hardware and the host on threads of their own: a reset meets a job at any point of its way there. */
final class HardwareRunRaceTest {
    private static final int ROUNDS = 1500;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    /** One round: a job is handed out, taken, signalled, recalled and released, each by whoever comes first. */
    private static final class Round {
        final FenceRuntime runtime =
                FenceRuntime.builder().reporter((kind, message, cause) -> {}).build();
        final SchedulerRig hardware = new SchedulerRig(1, null, runtime);
        final ConcurrentLinkedQueue<SchedulerEvent> events = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<SchedulerJob> handed = new ConcurrentLinkedQueue<>();
        final AtomicInteger freed = new AtomicInteger();
        final AtomicInteger ended = new AtomicInteger();
        final GpuScheduler scheduler = GpuScheduler.builder(runtime, "dev", "ring", new SchedulerPort() {
                    @Override
                    public void post(SchedulerEvent event) {
                        events.add(event);
                    }

                    @Override
                    public void run(SchedulerJob job) {
                        handed.add(job);
                    }

                    @Override
                    public void freed(SchedulerJob job) {
                        freed.incrementAndGet();
                    }
                })
                .build();

        void host() {
            do {
                for (SchedulerEvent event = events.poll(); event != null; event = events.poll()) {
                    scheduler.handle(event);
                }
            } while (scheduler.runWork() || !events.isEmpty());
        }
    }

    @Test
    void shouldEndOnceAndHoldNothingWhereverTheResetMeetsTheJob() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            Round round = new Round();
            round.hardware.arming = i % 2 == 1;
            race(round, random.nextInt(200), random.nextInt(200), "seed " + seed + ", round " + i);
        }
    }

    /** One side has the fence and is about to store it, the other signals it. */
    @Test
    void shouldStoreTheParentBeforeScheduledSignalsWhoeverComesFirst() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Round round = new Round();
            AtomicReference<DmaFence> made = new AtomicReference<>();
            round.hardware.arming = true;
            round.hardware.beforeItIsHad = made::set;
            SchedulerEntity entity = round.scheduler.newEntity("client");
            SchedulerJob job = entity.newJob(RingJob.external(1), 1).arm();
            job.finished().retain();
            AtomicReference<DmaFence> parent = new AtomicReference<>();
            job.scheduled()
                    .addCallback(
                            FenceCallback.of(fence -> parent.set(job.fence().parent())));
            job.finished().addCallback(FenceCallback.of(fence -> round.ended.incrementAndGet()));
            round.scheduler.push(job);
            round.host();
            Thread interrupt = new Thread(
                    () -> {
                        long patienceNs = System.nanoTime() + PATIENCE_NS;
                        while (made.get() == null && System.nanoTime() < patienceNs) {
                            Thread.onSpinWait();
                        }
                        if (made.get() != null) {
                            round.hardware.finish(0, null);
                        }
                    },
                    "interrupt");
            interrupt.start();
            Objects.requireNonNull(round.handed.poll()).runOn(round.hardware);
            interrupt.join();
            round.host();

            assertThat(parent.get()).as("round %d", i).isSameAs(round.hardware.flying(0));
            assertThat(round.ended).as("round %d: ends", i).hasValue(1);
            assertThat(round.freed).as("round %d: frees", i).hasValue(1);
            round.scheduler.fini(entity);
            job.finished().release();
            assertThat(round.hardware.flying(0).references())
                    .as("round %d: references to the hardware fence but the test's", i)
                    .isEqualTo(1);
        }
    }

    /** The pair may have gone when the engine comes with its parent. */
    @Test
    void shouldHoldNoHardwareFenceWhenTornDownWhileTheEngineHasTheJob() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Round round = new Round();
            round.hardware.arming = i % 2 == 1;
            SchedulerJob job = round.scheduler
                    .newEntity("client")
                    .newJob(RingJob.external(1), 1)
                    .arm();
            round.scheduler.push(job);
            round.host();
            SchedulerJob handed = Objects.requireNonNull(round.handed.poll());
            CyclicBarrier start = new CyclicBarrier(2);
            List<Throwable> failures = new ArrayList<>();
            Thread engine = new Thread(
                    () -> {
                        try {
                            start.await();
                            handed.runOn(round.hardware);
                        } catch (Throwable e) {
                            failures.add(e);
                        }
                    },
                    "engine");
            engine.start();
            start.await();
            spin(i % 200);
            round.scheduler.tearDown(FenceError.ECANCELED);
            engine.join();

            assertThat(failures).as("round %d", i).isEmpty();
            assertThat(round.freed).as("round %d: frees", i).hasValue(1);
            assertThat(job.finished().isFreed()).as("round %d", i).isTrue();
            if (round.hardware.inFlight() > 0) {
                assertThat(round.hardware.flying(0).references())
                        .as("round %d: references to the hardware fence but the test's", i)
                        .isEqualTo(1);
            }
        }
    }

    private static void race(Round round, int engineSpins, int hostSpins, String what) throws Exception {
        SchedulerEntity entity = round.scheduler.newEntity("client");
        SchedulerJob job = entity.newJob(RingJob.external(1), 1).arm();
        job.finished().retain();
        job.finished().addCallback(FenceCallback.of(fence -> round.ended.incrementAndGet()));
        round.scheduler.push(job);
        round.host();
        CyclicBarrier start = new CyclicBarrier(2);
        List<Throwable> failures = new ArrayList<>();
        Thread engine = new Thread(
                () -> {
                    try {
                        start.await();
                        spin(engineSpins);
                        Objects.requireNonNull(round.handed.poll()).runOn(round.hardware);
                        if (round.hardware.inFlight() > 0) {
                            round.hardware.finish(0, null);
                        }
                    } catch (Throwable e) {
                        failures.add(e);
                    }
                },
                "engine");
        engine.start();
        start.await();
        spin(hostSpins);
        round.scheduler.recovery().stop(null);
        round.scheduler.recovery().start(FenceError.EIO);
        round.host();
        engine.join();
        round.host();

        assertThat(failures).as(what).isEmpty();
        assertThat(round.ended).as("%s: ends", what).hasValue(1);
        assertThat(round.freed).as("%s: frees", what).hasValue(1);
        assertThat(round.scheduler.usedCredits()).as("%s: credits", what).isZero();
        round.scheduler.fini(entity);
        job.finished().release();
        if (round.hardware.inFlight() > 0) {
            assertThat(round.hardware.flying(0).references())
                    .as("%s: references to the hardware fence but the test's", what)
                    .isEqualTo(1);
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
