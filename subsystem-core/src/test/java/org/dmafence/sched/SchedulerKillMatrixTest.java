package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever dies at whichever step of a job's life: its fences end, once, with an error that says why, and it is freed
 * once.
 */
final class SchedulerKillMatrixTest {
    private static final int RUNS = Integer.getInteger("dmafence.kill.runs", 300);
    private static final int STEPS = 150;

    /** How far a job has come. */
    enum Step {
        ARMED,
        POSTED,
        QUEUED_BEHIND_ANOTHER,
        WAITING_FOR_A_DEPENDENCY,
        DEPENDENCY_SIGNALED_UNNOTICED,
        HANDED_TO_THE_ENGINE,
        IN_THE_DRIVERS_SUBMIT,
        ON_THE_HARDWARE,
        SIGNALED_UNNOTICED,
        ENDED_NOT_FREED,
        ASKED_ABOUT,
        STOPPED,
        RESUBMITTED,
        RESUBMITTED_ON_THE_HARDWARE,
        STRAY,
        DYING_BEHIND_ANOTHER,
        DYING_BEHIND_A_DEPENDENCY
    }

    /** Who dies. */
    enum Party {
        NOBODY,
        ENTITY,
        ENTITY_FOR_GOOD,
        CLIENT,
        SCHEDULER,
        SCHEDULER_WITH_CANCEL,
        ENGINE,
        HARDWARE,
        DEPENDENCY,
        DRIVER_THAT_RESETS,
        DRIVER_THAT_HANGS,
        CLIENT_THAT_RELEASES_TOO_OFTEN,
        SCHEDULER_WHOSE_HOST_THROWS
    }

    /** Steps after which the hardware has done the job, whoever dies. */
    private static final Set<Step> THROUGH = EnumSet.of(Step.SIGNALED_UNNOTICED, Step.ENDED_NOT_FREED);

    /** One job under observation. */
    private static final class Life {
        final KillBench bench = new KillBench(SchedulerPolicy.FIFO, 1);
        final SchedulerEntity entity = bench.scheduler.newEntity("client");
        SchedulerJob job = bench.make(entity);
        Runnable inSubmit = () -> {};

        void reach(Step step) {
            switch (step) {
                case ARMED -> bench.arm(job);
                case POSTED -> bench.post(bench.arm(job));
                case QUEUED_BEHIND_ANOTHER -> queueBehindAnother();
                case WAITING_FOR_A_DEPENDENCY, DEPENDENCY_SIGNALED_UNNOTICED -> {
                    job = bench.push(entity, bench.foreignFence());
                    bench.host();
                    if (step == Step.DEPENDENCY_SIGNALED_UNNOTICED) {
                        bench.signalForeign(null);
                    }
                }
                case HANDED_TO_THE_ENGINE -> hand();
                case IN_THE_DRIVERS_SUBMIT -> {
                    hand();
                    bench.duringSubmit = () -> inSubmit.run();
                }
                case DYING_BEHIND_ANOTHER -> {
                    queueBehindAnother();
                    bench.scheduler.kill(entity);
                    bench.host();
                }
                case DYING_BEHIND_A_DEPENDENCY -> {
                    job = bench.push(entity, bench.foreignFence());
                    bench.host();
                    bench.scheduler.kill(entity);
                    bench.host();
                }
                default -> reachWithHardware(step);
            }
        }

        private void reachWithHardware(Step step) {
            hand();
            bench.engine();
            bench.host();
            switch (step) {
                case SIGNALED_UNNOTICED -> bench.signalHardware(job.work().id(), null);
                case ENDED_NOT_FREED -> {
                    bench.signalHardware(job.work().id(), null);
                    bench.hostStep();
                }
                case ASKED_ABOUT -> bench.timePasses(KillBench.TIMEOUT_NS);
                case STOPPED -> bench.scheduler.recovery().stop(null);
                case RESUBMITTED, RESUBMITTED_ON_THE_HARDWARE -> {
                    bench.scheduler.recovery().stop(null);
                    bench.scheduler.recovery().resubmit();
                    if (step == Step.RESUBMITTED_ON_THE_HARDWARE) {
                        bench.engine();
                    }
                }
                case STRAY -> {
                    bench.timePasses(KillBench.TIMEOUT_NS);
                    bench.asked.get(0).answer(JobTimeout.Answer.RESET);
                    bench.asked.clear();
                    bench.host();
                }
                default -> {}
            }
        }

        private void hand() {
            bench.post(bench.arm(job));
            bench.host();
        }

        private void queueBehindAnother() {
            bench.push(bench.scheduler.newEntity("another"));
            bench.host();
            bench.engine();
            bench.post(bench.arm(job));
            bench.host();
        }

        /** All references go, the scheduler's as well: the fence ends for want of anybody who could signal it. */
        private void rob() {
            if (job.isArmed()) {
                for (int i = job.finished().references() + 1; i > 0; i--) {
                    job.finished().release();
                }
            }
        }

        void kill(Party party) {
            GpuScheduler scheduler = bench.scheduler;
            switch (party) {
                case NOBODY -> {}
                case ENTITY -> scheduler.kill(entity);
                case ENTITY_FOR_GOOD -> scheduler.fini(entity);
                case CLIENT -> scheduler.endFlush(scheduler.flush(entity, entity.client(), () -> {}), true);
                case SCHEDULER, SCHEDULER_WITH_CANCEL -> {
                    bench.cancels = party == Party.SCHEDULER_WITH_CANCEL;
                    scheduler.tearDown(FenceError.ECANCELED);
                }
                case ENGINE -> bench.engineDies(FenceError.ENODEV);
                case HARDWARE -> bench.hardwareDies(FenceError.EIO);
                case DEPENDENCY -> bench.signalForeign(FenceError.ENODEV);
                case CLIENT_THAT_RELEASES_TOO_OFTEN -> rob();
                case SCHEDULER_WHOSE_HOST_THROWS -> {
                    bench.throwing = true;
                    bench.cancels = true;
                    scheduler.tearDown(FenceError.ECANCELED);
                }
                case DRIVER_THAT_RESETS -> {
                    scheduler.recovery().stop(null);
                    scheduler.recovery().start(FenceError.EIO);
                }
                case DRIVER_THAT_HANGS -> {
                    bench.timePasses(KillBench.TIMEOUT_NS);
                    bench.asked.clear(); // it never answers
                    bench.timePasses(KillBench.TIMEOUT_NS);
                }
            }
        }
    }

    static Stream<Arguments> matrix() {
        return Stream.of(Step.values())
                .flatMap(step -> Stream.of(Party.values())
                        .flatMap(party -> Stream.of(false, true).map(armed -> Arguments.of(step, party, armed))));
    }

    @ParameterizedTest(name = "{1} dies when the job is {0}; armed fences: {2}")
    @MethodSource("matrix")
    void shouldEndOnceWithAnErrorWhoeverDiesWhenever(Step step, Party party, boolean armed) {
        Life life = new Life();
        life.bench.arming = armed;
        life.inSubmit = () -> life.kill(party);
        life.reach(step);
        if (step == Step.IN_THE_DRIVERS_SUBMIT) {
            life.bench.engine();
            life.bench.duringSubmit = () -> {};
        } else {
            life.kill(party);
        }
        if (step == Step.ARMED) {
            life.bench.post(life.job);
        }
        life.bench.settle();

        life.bench.assertNothingLost(step + " × " + party);
        FenceError error = life.job.finished().status().error();
        if (THROUGH.contains(step)) {
            assertThat(error).as("the hardware had done it").isNull();
        } else {
            assertThat(error).as("why it ended").isNotNull();
        }
    }

    /** Everything at once, in any order; {@code -Ddmafence.kill.runs=10000} for more. */
    @Test
    void shouldLoseNothingInAnyOrderOfDeaths() {
        long first = Long.getLong("dmafence.seed", System.nanoTime());
        for (int run = 0; run < RUNS; run++) {
            long seed = first + run;
            try {
                new Chaos(new Random(seed)).run();
                Chaos armed = new Chaos(new Random(seed));
                armed.bench.arming = true;
                armed.run();
            } catch (RuntimeException | Error e) {
                throw new AssertionError("again with -Ddmafence.seed=" + seed, e);
            }
        }
    }

    /**
     * A timeout that takes a job while the scheduler is stopped, and whose driver does not put it back, once lost the
     * job.
     */
    @Test
    void shouldEndAJobThatTimesOutWhileStopped() {
        new Chaos(new Random(20846467877455L)).run();
    }

    /**
     * One that is asked about when the scheduler starts is on no list, and was once held for ever when it came back.
     */
    @Test
    void shouldEndAJobThatIsAskedAboutWhenTheSchedulerStarts() {
        new Chaos(new Random(5123381496470L)).run();
    }

    private static final class Chaos {
        private final Random random;
        private final KillBench bench;
        private final List<SchedulerEntity> entities = new ArrayList<>();
        private boolean tornDown;

        Chaos(Random random) {
            this.random = random;
            SchedulerPolicy[] policies = SchedulerPolicy.values();
            bench = new KillBench(policies[random.nextInt(policies.length)], 1 + random.nextInt(3));
            bench.cancels = random.nextBoolean();
            for (int i = 0; i < 4; i++) {
                entities.add(open());
            }
        }

        private SchedulerEntity open() {
            return SchedulerEntity.builder("client", List.of(bench.scheduler))
                    .priority(SchedulerPriority.ofLevel(random.nextInt(SchedulerPriority.COUNT)))
                    .guilty(new GuiltyFlag())
                    .build();
        }

        void run() {
            for (int i = 0; i < STEPS; i++) {
                step(random.nextInt(100));
            }
            bench.settle();
            bench.assertNothingLost("chaos");
        }

        private void step(int dice) {
            SchedulerRecovery recovery = bench.scheduler.recovery();
            if (dice < 30) {
                submit();
            } else if (dice < 55) {
                boolean unused = bench.hostStep();
            } else if (dice < 65) {
                bench.engine();
            } else if (dice < 78) {
                finishOne();
            } else if (dice < 82) {
                bench.signalForeign(random.nextBoolean() ? null : FenceError.ENODEV);
            } else if (dice < 85) {
                int i = random.nextInt(entities.size());
                bench.scheduler.kill(entities.set(i, open()));
            } else if (dice < 87) {
                SchedulerEntity entity = entities.get(random.nextInt(entities.size()));
                bench.scheduler.setPriority(entity, SchedulerPriority.ofLevel(random.nextInt(4)));
            } else if (dice < 90) {
                bench.timePasses(KillBench.TIMEOUT_NS);
            } else if (dice < 93) {
                answerOne();
            } else if (dice < 96) {
                recovery.stop(null);
                if (random.nextBoolean()) {
                    bench.scheduler.pendingJobs().forEach(recovery::blame);
                    recovery.resubmit();
                }
            } else if (dice < 97) {
                bench.throwing = !bench.throwing;
            } else if (dice < 98) {
                if (!tornDown) {
                    recovery.start(FenceError.EIO);
                }
            } else if (dice == 98) {
                bench.engineDies(FenceError.ENODEV);
            } else if (random.nextInt(10) == 0) {
                tornDown = true;
                bench.scheduler.tearDown(FenceError.ECANCELED);
            }
        }

        private void submit() {
            List<DmaFence> dependencies = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                if (random.nextBoolean() || bench.jobs.isEmpty()) {
                    dependencies.add(bench.foreignFence());
                } else {
                    SchedulerJob earlier = bench.jobs.get(random.nextInt(bench.jobs.size()));
                    DmaFence fence = random.nextBoolean() ? earlier.scheduled() : earlier.finished();
                    if (!fence.isFreed()) {
                        dependencies.add(fence);
                    }
                }
            }
            SchedulerEntity entity = entities.get(random.nextInt(entities.size()));
            SchedulerJob job = bench.push(entity, dependencies.toArray(new DmaFence[0]));
            job.scheduled().retain();
        }

        private void finishOne() {
            if (!bench.flying.isEmpty()) {
                List<Long> ids = List.copyOf(bench.flying.keySet());
                bench.signalHardware(
                        ids.get(random.nextInt(ids.size())), random.nextInt(4) == 0 ? FenceError.EIO : null);
            }
        }

        private void answerOne() {
            if (!bench.asked.isEmpty()) {
                JobTimeout timeout = bench.asked.remove(0);
                JobTimeout.Answer[] answers = JobTimeout.Answer.values();
                timeout.answer(answers[random.nextInt(answers.length)]);
            }
        }
    }
}
