package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.rcu.RcuPatience.eventually;
import static org.dmafence.rcu.RcuPatience.forAWhile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RcuGracePeriodTest {
    /** A way to wait for a grace period. */
    record Waiter(String name, Consumer<RcuDomain> body) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Waiter POLL = new Waiter("poll", domain -> {
        long cookie = domain.pollStart();
        eventually().until(() -> domain.pollCompleted(cookie));
    });

    private static final List<Waiter> BLOCKING = List.of(
            new Waiter("synchronize", RcuDomain::synchronize),
            new Waiter("expedited", RcuDomain::synchronizeExpedited),
            new Waiter("defer+barrier", domain -> {
                domain.defer(() -> {});
                domain.barrier();
            }),
            new Waiter("cookie", domain -> domain.synchronizeIfNeeded(domain.pollStart())));

    static Stream<Arguments> waiters() {
        return cross(Stream.concat(BLOCKING.stream(), Stream.of(POLL)).toList());
    }

    static Stream<Arguments> blockingWaiters() {
        return cross(BLOCKING);
    }

    private static Stream<Arguments> cross(List<Waiter> waiters) {
        return Orderings.available().flatMap(mode -> waiters.stream().map(waiter -> Arguments.of(mode, waiter)));
    }

    @ParameterizedTest
    @MethodSource("waiters")
    void shouldWaitForReadersWhenTheyBeganBefore(RcuOrdering ordering, Waiter waiter) throws Exception {
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            long epochBefore = epochOf(domain);
            TestThreads.Task updater =
                    threads.start("test-updater", () -> waiter.body().accept(domain));
            eventually().until(() -> epochOf(domain) > epochBefore);
            forAWhile().until(() -> !updater.isDone());

            section.close();
            updater.join();
        }
    }

    @ParameterizedTest
    @MethodSource("waiters")
    void shouldReturnWhenNobodyReads(RcuOrdering ordering, Waiter waiter) {
        try (RcuDomain domain = Orderings.domain(ordering)) {
            domain.reader();
            long before = domain.stats().gracePeriods();
            waiter.body().accept(domain);
            assertThat(domain.stats().gracePeriods()).isGreaterThan(before);
        }
    }

    @ParameterizedTest
    @MethodSource("waiters")
    void shouldNotWaitForReadersWhenTheyBeganLater(RcuOrdering ordering, Waiter waiter) throws Exception {
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection before = threads.holdSection(domain, "test-before");
            long epochBefore = epochOf(domain);
            TestThreads.Task updater =
                    threads.start("test-updater", () -> waiter.body().accept(domain));
            eventually().until(() -> epochOf(domain) > epochBefore);
            TestThreads.HeldSection after = threads.holdSection(domain, "test-after");
            before.close();
            updater.join();
            after.close();
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldWaitForTheOutermostUnlockWhenSectionsNest(RcuOrdering ordering) throws Exception {
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch leaveInner = new CountDownLatch(1);
            CountDownLatch leftInner = new CountDownLatch(1);
            CountDownLatch leaveOuter = new CountDownLatch(1);
            threads.start("test-reader", () -> {
                RcuReader reader = domain.reader();
                long outer = reader.lock();
                long inner = reader.lock();
                entered.countDown();
                leaveInner.await();
                reader.unlock(inner);
                leftInner.countDown();
                leaveOuter.await();
                reader.unlock(outer);
            });
            entered.await();
            TestThreads.Task updater = threads.start("test-updater", domain::synchronize);
            leaveInner.countDown();
            leftInner.await();
            forAWhile().until(() -> !updater.isDone());
            leaveOuter.countDown();
            updater.join();
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldNotQueueBehindSynchronizeWhenExpedited(RcuOrdering ordering) throws Exception {
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            long epochBefore = epochOf(domain);
            TestThreads.Task normal = threads.start("test-normal", domain::synchronize);
            TestThreads.Task expedited = threads.start("test-expedited", domain::synchronizeExpedited);
            eventually().until(() -> epochOf(domain) == epochBefore + 2);
            section.close();
            normal.join();
            expedited.join();
            assertThat(domain.stats().expeditedGracePeriods()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldShareGracePeriodsWhenManySynchronizeAtOnce(RcuOrdering ordering) throws Exception {
        int callers = 24;
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            List<TestThreads.Task> tasks = new ArrayList<>();
            List<Thread> updaters = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                String name = "test-updater-" + i;
                tasks.add(threads.start(
                        task -> {
                            Thread thread = new Thread(task, name);
                            updaters.add(thread);
                            return thread;
                        },
                        domain::synchronize));
            }
            // all but the one that polls are queued for their turn
            eventually()
                    .until(() -> updaters.stream()
                                    .filter(thread -> thread.getState() == Thread.State.WAITING)
                                    .count()
                            == callers - 1);
            section.close();
            for (TestThreads.Task task : tasks) {
                task.join();
            }
            assertThat(domain.stats().gracePeriods()).isEqualTo(2);
        }
    }

    @Test
    void shouldNotWaitForReadersOfAnotherDomain() throws Exception {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE);
                RcuDomain other = Orderings.domain(RcuOrdering.FENCE);
                TestThreads threads = new TestThreads()) {
            threads.holdSection(other, "test-other-domain");
            domain.synchronize();
            assertThat(domain.stats().gracePeriods()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("blockingWaiters")
    void shouldRefuseToWaitWhenInsideASection(RcuOrdering ordering, Waiter waiter) {
        try (RcuDomain domain = Orderings.domain(ordering)) {
            RcuReader reader = domain.reader();
            long token = reader.lock();
            try {
                assertThatThrownBy(() -> waiter.body().accept(domain))
                        .isInstanceOf(RcuUsageException.class)
                        .hasMessageContaining("inside an RCU read section of domain 'test'");
                assertThatThrownBy(domain::close).isInstanceOf(RcuUsageException.class);
            } finally {
                reader.unlock(token);
            }
            try (RcuReader handle = domain.register("engine")) {
                long handleToken = handle.lock();
                assertThatThrownBy(domain::synchronize).isInstanceOf(RcuUsageException.class);
                handle.unlock(handleToken);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("blockingWaiters")
    void shouldKeepTheInterruptStatusWhenInterruptedWhileWaiting(RcuOrdering ordering, Waiter waiter) throws Exception {
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            long epochBefore = epochOf(domain);
            AtomicBoolean interruptedAfterwards = new AtomicBoolean();
            TestThreads.Task updater = threads.start("test-updater", () -> {
                Thread.currentThread().interrupt();
                waiter.body().accept(domain);
                interruptedAfterwards.set(Thread.interrupted());
            });
            eventually().until(() -> epochOf(domain) > epochBefore);
            forAWhile().until(() -> !updater.isDone());
            section.close();
            updater.join();
            assertThat(interruptedAfterwards).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldCompleteACookieOnlyAfterAGracePeriodThatBeganAfterIt(RcuOrdering ordering) throws Exception {
        RcuSettings settings = RcuSettings.defaults().withOrdering(ordering).withCallerDrivenCallbacks(true);
        try (RcuDomain domain = RcuDomain.create(settings);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            long epochBefore = epochOf(domain);
            TestThreads.Task underWay = threads.start("test-updater", domain::synchronize);
            eventually().until(() -> epochOf(domain) > epochBefore);
            long cookie = domain.pollStart();
            section.close();
            underWay.join();
            assertThat(domain.pollCompleted(cookie))
                    .as("that grace period began before the cookie")
                    .isFalse();

            domain.synchronize();
            assertThat(domain.pollCompleted(cookie)).isTrue();
            long gracePeriods = domain.stats().gracePeriods();
            domain.synchronizeIfNeeded(cookie);
            assertThat(domain.stats().gracePeriods()).as("not needed").isEqualTo(gracePeriods);
        }
    }

    @Test
    void shouldGiveUpWhenASectionOutlastsTheTime() throws Exception {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            domain.defer(() -> {});
            assertThat(domain.synchronizeWithin(1_000_000)).isFalse();
            assertThat(domain.barrierWithin(1_000_000)).isFalse();
            section.close();
            assertThat(domain.synchronizeWithin(Long.MAX_VALUE)).isTrue();
            assertThat(domain.barrierWithin(Long.MAX_VALUE)).isTrue();
            assertThat(domain.stats().callbacksRun()).isEqualTo(1);
        }
    }

    @Test
    void shouldShowEpochsToAMonitorWhenAReaderIsInside() throws Exception {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE);
                TestThreads threads = new TestThreads()) {
            domain.synchronize();
            TestThreads.HeldSection section = threads.holdSection(domain, "test-monitored");
            assertThat(readerEpoch(domain, "test-monitored")).isEqualTo(epochOf(domain));
            section.close();
            eventually().until(() -> readerEpoch(domain, "test-monitored") == 0);
        }
    }

    static long epochOf(RcuDomain domain) {
        return value(domain, RcuDomain.EPOCH_COUNTER_TYPE_ID, "rcu epoch of " + domain.name());
    }

    private static long readerEpoch(RcuDomain domain, String reader) {
        return value(domain, RcuDomain.READER_COUNTER_TYPE_ID, reader);
    }

    private static long value(RcuDomain domain, int wantedType, String wantedLabel) {
        List<Long> found = new ArrayList<>();
        for (CountersReader counters : domain.counters()) {
            counters.forEach((id, typeId, key, label) -> {
                if (typeId == wantedType && label.equals(wantedLabel)) {
                    found.add(counters.getCounterValue(id));
                }
            });
        }
        assertThat(found).as("counters named %s", wantedLabel).hasSize(1);
        return found.get(0);
    }
}
