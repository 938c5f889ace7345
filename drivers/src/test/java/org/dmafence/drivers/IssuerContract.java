package org.dmafence.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.dmafence.driver.DriverModule;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.IssuerTable;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceIndependence.Condition;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every issuer of a driver must do, whatever its ops: subclasses name the driver, and every test runs once for
 * each of its tables.
 */
public abstract class IssuerContract {
    private static final String DEVICE = "0000:04:00.0";
    private static final String RING = "gfx";
    private static final int SLOTS = 8;
    private static final long RACE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** A new module of the driver, not initialised. */
    protected abstract DriverModule newModule();

    /** The names an unsignalled fence answers, driver first, on ring {@code gfx} of device {@code 0000:04:00.0}. */
    protected abstract List<String> names(String issuer);

    @TestFactory
    Stream<DynamicTest> shouldAnswerTheIssuersNamesUntilItSignals() {
        return each(run -> {
            DmaFence fence = run.submit(RingJob.external(1));
            assertThat(List.of(fence.driverName(), fence.timelineName())).isEqualTo(names(run.table.name()));

            run.ring.complete(1, null);

            assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
            assertThat(fence.driverName()).isEqualTo("detached-driver");
            assertThat(fence.timelineName()).isEqualTo("signaled-timeline");
            assertThat(List.of(fence.lastKnownDriverName(), fence.lastKnownTimelineName()))
                    .isEqualTo(names(run.table.name()));
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldBeAsIndependentAsTheTableSaysWhenSignaled() {
        return each(run -> {
            DmaFence fence = run.submit(RingJob.external(1));
            assertThat(fence.independence().failing()).contains(Condition.SIGNALED);
            run.ring.complete(1, null);
            assertThat(fence.pollSignaled()).isTrue();

            Set<Condition> expected = EnumSet.noneOf(Condition.class);
            if (!run.table.detaches()) {
                expected.add(Condition.DETACHED);
            }
            if (run.table.lock() == IssuerTable.LockKind.EXTERNAL) {
                expected.add(Condition.LOCK);
            }
            assertThat(fence.independence().failing()).isEqualTo(expected);
            assertThat(fence.independence().independent()).isEqualTo(run.table.independent());
            assertThat(run.context.ledger().dependents()).hasSize(run.table.independent() ? 0 : 1);
            assertThat(run.context.ledger().dependents())
                    .allMatch(entry -> entry.lock() == (run.table.lock() == IssuerTable.LockKind.EXTERNAL));

            fence.release();
            assertThat(fence.isFreed()).isTrue();
            assertThat(run.context.ledger().dependents()).isEmpty();
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldEndWithTheJobsErrorWhenItFails() {
        return each(run -> {
            DmaFence good = run.submit(RingJob.lasting(1, 10));
            DmaFence bad = run.submit(new RingJob(2, 10, FenceError.EIO));
            run.passNs(20);

            assertThat(good.pollStatus()).isEqualTo(FenceStatus.OK);
            assertThat(bad.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.EIO));
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldEndEverythingOnceWhenKilled() {
        return each(run -> {
            List<Tracked> jobs = new ArrayList<>();
            for (int id = 0; id < SLOTS; id++) {
                jobs.add(new Tracked(run.submit(id == 3 ? new RingJob(id, RingJob.HANG, null) : RingJob.external(id))));
            }
            run.ring.kill(FenceError.ENODEV);
            run.ring.kill(FenceError.EIO);

            assertThat(jobs).allSatisfy(job -> {
                assertThat(job.fence.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ENODEV));
                assertThat(job.signals).hasValue(1);
                assertThat(job.fence.references()).as("only the test's").isEqualTo(1);
            });
            assertThat(run.ring.inFlight()).isZero();
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldEndEverythingOnceWhenKilledWhileTheEngineRuns() {
        return each(run -> {
            for (int round = 0; round < 50; round++) {
                run.openRing();
                List<Tracked> jobs = new ArrayList<>();
                for (int id = 0; id < SLOTS; id++) {
                    FenceError error = id % 3 == 0 ? FenceError.EIO : null;
                    jobs.add(new Tracked(run.submit(new RingJob(id, 1, error)), id % 2 == 0));
                }
                HardwareRing killed = run.ring;
                Thread killer = run.context.newThread("killer", () -> killed.kill(FenceError.ENODEV));
                killer.start();
                for (int step = 0; step < SLOTS; step++) {
                    run.passNs(1);
                }
                assertThat(joined(killer)).isTrue();

                assertThat(jobs).allSatisfy(job -> {
                    job.assertSignaledOnce();
                    assertThat(job.fence.references()).as("only the test's").isEqualTo(1);
                });
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldLeaveNothingUnsignaledWhenTheModuleExits() {
        return each(run -> {
            run.submit(RingJob.lasting(1, 10));
            run.submit(new RingJob(2, RingJob.HANG, null));
            run.context.ledger().close();
            run.module.exit();

            assertThat(run.context.ledger().unsignaledCount()).isZero();
            assertThat(run.context.ledger().signaled()).isEqualTo(2);
        });
    }

    @TestFactory
    Stream<DynamicTest> shouldLoseNothingAndSignalOnceWhateverHappens() {
        long seed = System.nanoTime();
        System.out.println(getClass().getSimpleName() + " conservation seed " + seed);
        return each(run -> new Conservation(run, new Random(seed)).run());
    }

    @TestFactory
    Stream<DynamicTest> shouldSignalOnceWhenPollersAndEnablersRaceWithTheHardware() {
        return each(IssuerContract::race);
    }

    @Test
    void shouldNameItsTablesWhenAskedForAnother() {
        DriverModule module = newModule();
        module.init(new DriverTestContext());
        assertThatThrownBy(() -> module.openRing(new RingSpec(DEVICE, RING, "nothing", 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing")
                .hasMessageContaining(module.issuers().get(0).name());
    }

    private static void race(Run run) {
        AtomicBoolean stop = new AtomicBoolean();
        List<DmaFence> shared = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Tracked> all = new ArrayList<>();
        AtomicInteger callbacks = new AtomicInteger();
        AtomicInteger added = new AtomicInteger();
        Thread consumer = run.context.newThread("consumer", () -> {
            for (int i = 0; !stop.get() || i < shared.size(); ) {
                if (i >= shared.size()) {
                    Thread.onSpinWait();
                    continue;
                }
                DmaFence fence = shared.get(i++);
                switch (i % 4) {
                    case 0 -> fence.pollSignaled();
                    case 1 -> fence.enableSignaling();
                    case 2 ->
                        added.addAndGet(fence.addCallback(FenceCallback.of(f -> callbacks.incrementAndGet())) ? 1 : 0);
                    default -> fence.awaitUninterruptibly(10, TimeUnit.SECONDS);
                }
                fence.release();
            }
        });
        consumer.start();
        long startNs = System.nanoTime();
        for (int id = 0; System.nanoTime() - startNs < RACE_NS; id++) {
            Tracked job = new Tracked(run.submit(RingJob.lasting(id, 1)), id % 3 == 0);
            all.add(job);
            shared.add(job.fence.retain());
            run.passNs(id % 2);
        }
        run.passNs(SLOTS);
        run.ring.kill(FenceError.ECANCELED);
        stop.set(true);
        assertThat(joined(consumer)).isTrue();

        assertThat(callbacks).hasValue(added.get());
        assertThat(all).allSatisfy(Tracked::assertSignaledOnce);
        all.forEach(job -> job.fence.release());
        assertThat(all).allSatisfy(job -> assertThat(job.fence.isFreed()).isTrue());
        assertThat(run.context.ledger().signaled()).isEqualTo(all.size());
        assertThat(run.context.ledger().dependents()).isEmpty();
    }

    private static boolean joined(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(20));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return !thread.isAlive();
    }

    private Stream<DynamicTest> each(Consumer<Run> test) {
        return newModule().issuers().stream()
                .map(table -> DynamicTest.dynamicTest(table.name(), () -> {
                    Run run = new Run(newModule(), table);
                    test.accept(run);
                    assertThat(run.context.reports()).isEmpty();
                }));
    }

    /** A thousand jobs that end in every way, on rings that die now and then. */
    private static final class Conservation {
        private static final int JOBS = 1_000;

        private final Run run;
        private final Random random;
        private final List<Tracked> jobs = new ArrayList<>();

        Conservation(Run run, Random random) {
            this.run = run;
            this.random = random;
        }

        void run() {
            while (jobs.size() < JOBS) {
                int choice = random.nextInt(200);
                if (choice == 0) {
                    run.ring.kill(FenceError.ENODEV);
                    run.openRing();
                } else if (choice < 100 && run.ring.inFlight() < SLOTS) {
                    submit();
                } else if (choice < 150) {
                    run.passNs(random.nextInt(40));
                } else {
                    long id = Math.max(0, jobs.size() - 1 - random.nextInt(SLOTS));
                    run.ring.complete(id, random.nextBoolean() ? null : FenceError.ETIME);
                }
            }
            run.module.exit();

            assertThat(jobs).hasSize(JOBS).allSatisfy(Tracked::assertSignaledOnce);
            assertThat(run.context.ledger().created()).isEqualTo(JOBS);
            assertThat(run.context.ledger().signaled()).isEqualTo(JOBS);
            assertThat(run.context.ledger().unsignaledCount()).isZero();
            jobs.forEach(job -> job.fence.release());
            assertThat(jobs).allSatisfy(job -> assertThat(job.fence.isFreed()).isTrue());
            assertThat(run.context.ledger().dependents()).isEmpty();
        }

        private void submit() {
            long id = jobs.size();
            RingJob job = switch (random.nextInt(8)) {
                case 0 -> new RingJob(id, RingJob.HANG, null);
                case 1 -> RingJob.external(id);
                case 2 -> new RingJob(id, random.nextInt(20), FenceError.EIO);
                default -> RingJob.lasting(id, random.nextInt(20));
            };
            jobs.add(new Tracked(run.submit(job), random.nextBoolean()));
            if (random.nextInt(10) == 0) {
                jobs.get(random.nextInt(jobs.size())).fence.pollSignaled();
            }
        }
    }

    /** A fence with a callback that counts, or without one. */
    private static final class Tracked {
        final DmaFence fence;
        final AtomicInteger signals = new AtomicInteger();
        private final boolean counted;

        Tracked(DmaFence fence) {
            this(fence, true);
        }

        Tracked(DmaFence fence, boolean counted) {
            this.fence = fence;
            this.counted = counted && fence.addCallback(FenceCallback.of(f -> signals.incrementAndGet()));
        }

        void assertSignaledOnce() {
            assertThat(fence.isSignaled()).as(fence.toString()).isTrue();
            assertThat(signals).hasValue(counted ? 1 : 0);
            assertThat(fence.errno())
                    .isIn(
                            0,
                            FenceError.EIO.errno(),
                            FenceError.ETIME.errno(),
                            FenceError.ENODEV.errno(),
                            FenceError.ECANCELED.errno());
        }
    }

    /** A loaded module with one ring of one table. */
    private static final class Run {
        final DriverTestContext context = new DriverTestContext();
        final DriverModule module;
        final IssuerTable table;
        HardwareRing ring;

        Run(DriverModule module, IssuerTable table) {
            this.module = module;
            this.table = table;
            module.init(context);
            ring = newRing();
        }

        void openRing() {
            ring = newRing();
        }

        private HardwareRing newRing() {
            return module.openRing(new RingSpec(DEVICE, RING, table.name(), SLOTS));
        }

        DmaFence submit(RingJob job) {
            for (; ; ) {
                if (ring.inFlight() < SLOTS) {
                    return Objects.requireNonNull(ring.submit(job));
                }
                passNs(1);
            }
        }

        void passNs(long ns) {
            context.passNs(ns);
            ring.advance(context.nowNs());
        }
    }
}
