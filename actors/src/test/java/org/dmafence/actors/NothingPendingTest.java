package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.UnloadPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * When the stage of an unloading, a shutdown or a termination completes, every fence of every job has ended. Beside a
 * thread that keeps a processor busy; {@code -Ddmafence.pending.rounds=200} for more than a look.
 */
final class NothingPendingTest {
    private static final int ROUNDS = Integer.getInteger("dmafence.pending.rounds", 2);
    private static final int CHAINED = 20_000;
    private static final int HANGING = 8;

    private static final Thread LOAD = new Thread(NothingPendingTest::burn, "load generator");
    private static volatile boolean burning = true;

    /** How the driver goes. */
    enum End {
        UNLOAD,
        FORCED_UNLOAD,
        SHUTDOWN,
        TERMINATE
    }

    private record Round(
            List<DmaFence> fences, FenceSubsystem subsystem, DriverHandle driver, ActorSystem<Void> system) {}

    @BeforeAll
    static void load() {
        LOAD.setDaemon(true);
        LOAD.start();
    }

    @AfterAll
    static void unload() throws InterruptedException {
        burning = false;
        LOAD.join();
    }

    private static void burn() {
        List<byte[]> garbage = new ArrayList<>();
        while (burning) {
            garbage.add(new byte[1 << 12]);
            if (garbage.size() == 1 << 10) {
                garbage.clear();
            }
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(End.values()).flatMap(end -> Stream.of(Arguments.of(end, true), Arguments.of(end, false)));
    }

    @ParameterizedTest(name = "{0}, chained: {1}")
    @MethodSource("cases")
    void shouldEndEveryFenceBeforeItSaysSo(End end, boolean chained) {
        int pending = 0;
        int lost = 0;
        long slowestNs = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Round round = begin(chained);
            long startNs = System.nanoTime();
            int[] left = new int[1];
            CompletionStage<?> counted = end(end, round).thenApply(done -> left[0] = unsignaled(round.fences));
            SubsystemTest.get(counted);
            slowestNs = Math.max(slowestNs, System.nanoTime() - startNs);
            pending += left[0];
            lost += lost(round.fences);
            round.fences.forEach(DmaFence::release);
            round.system.terminate();
            SubsystemTest.get(round.system.getWhenTerminated());
        }
        System.out.printf(
                "%-13s %6s jobs: %d rounds, %d fences pending at completion, %d lost, slowest %d ms%n",
                end, chained ? CHAINED : HANGING, ROUNDS, pending, lost, TimeUnit.NANOSECONDS.toMillis(slowestNs));
        assertThat(pending).as("pending at completion").isZero();
        assertThat(lost).as("lost").isZero();
    }

    /** The jobs' fences; the handles are released, as by a client that waits for the fences alone. */
    private static Round begin(boolean chained) {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "pending");
        FenceSubsystem subsystem = FenceSubsystem.create(
                system,
                FenceRuntime.builder().reporter((kind, message, cause) -> {}).build());
        DriverHandle driver = SubsystemTest.load(subsystem);
        SchedulerSpec spec = SchedulerSpec.of(SubsystemTest.ring("gfx"));
        SchedulerHandle gfx = SubsystemTest.get(subsystem.openScheduler(driver, chained ? spec : spec.withCredits(2)));
        List<EntityHandle> clients = IntStream.range(0, 3)
                .mapToObj(i -> subsystem.openEntity(gfx, "client " + i))
                .toList();
        List<DmaFence> fences = new ArrayList<>();
        for (int i = 0; i < (chained ? CHAINED : HANGING); i++) {
            JobSpec job = JobSpec.of(chained ? RingJob.lasting(i, 1_000) : new RingJob(i, RingJob.HANG, null));
            if (chained && i > 0) {
                job = job.after(fences.get(i - 1));
            }
            JobHandle handle = subsystem.submit(clients.get(i % clients.size()), job);
            fences.add(handle.finished().retain());
            handle.release();
        }
        return new Round(fences, subsystem, driver, system);
    }

    private static CompletionStage<?> end(End end, Round round) {
        UnloadPolicy atOnce = UnloadPolicy.orderly().withDrainTimeoutNs(0).withCollectTimeoutNs(0);
        return switch (end) {
            case UNLOAD -> round.subsystem.unload(round.driver, atOnce);
            case FORCED_UNLOAD -> round.subsystem.unload(round.driver, atOnce.withForce(true));
            case SHUTDOWN -> round.subsystem.shutdown();
            case TERMINATE -> {
                round.system.terminate();
                yield round.system.getWhenTerminated();
            }
        };
    }

    private static int unsignaled(List<DmaFence> fences) {
        return (int) fences.stream().filter(fence -> !fence.isSignaled()).count();
    }

    private static int lost(List<DmaFence> fences) {
        return (int) fences.stream()
                .filter(fence -> !fence.awaitUninterruptibly(SubsystemTest.SOON.toSeconds(), TimeUnit.SECONDS))
                .count();
    }
}
