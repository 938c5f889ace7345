package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.rcu.RcuPatience.eventually;
import static org.dmafence.rcu.RcuPatience.forAWhile;

import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RcuCallbacksTest {
    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldRunInOrderWhenDeferredByOneThread(RcuOrdering ordering) {
        int count = 20_000;
        List<Integer> ran = new ArrayList<>();
        try (RcuDomain domain = Orderings.domain(ordering)) {
            for (int i = 0; i < count; i++) {
                int value = i;
                domain.defer(() -> ran.add(value));
            }
            domain.barrier();
            assertThat(ran).hasSize(count).isSorted();
            assertThat(domain.stats().callbacksRun()).isEqualTo(count);
            assertThat(domain.stats().callbacksWaiting()).isZero();
            assertThat(domain.stats().gracePeriods())
                    .as("grace periods are shared by batches")
                    .isLessThan(count);
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldNotRunBeforeReadersLeftWhenDeferredMeanwhile(RcuOrdering ordering) throws Exception {
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            AtomicInteger ran = new AtomicInteger();
            domain.defer(ran::incrementAndGet);
            forAWhile().until(() -> ran.get() == 0);
            assertThat(domain.stats().callbacksWaiting()).isEqualTo(1);
            section.close();
            eventually().until(() -> ran.get() == 1);
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldHaveRunEarlierCallbacksWhenBarrierReturns(RcuOrdering ordering) throws Exception {
        int producers = 3;
        int rounds = 200;
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            for (int p = 0; p < producers; p++) {
                threads.start("test-producer-" + p, () -> {
                    for (int round = 1; round <= rounds; round++) {
                        AtomicInteger ran = new AtomicInteger();
                        domain.defer(ran::incrementAndGet);
                        domain.defer(ran::incrementAndGet);
                        domain.barrier();
                        assertThat(ran.get()).isEqualTo(2);
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldImplyNoGracePeriodWhenBarrierFindsNothingQueued(RcuOrdering ordering) throws Exception {
        try (RcuDomain domain = Orderings.domain(ordering);
                TestThreads threads = new TestThreads()) {
            threads.holdSection(domain, "test-reader"); // would hold up any grace period
            domain.barrier();
            assertThat(domain.stats().gracePeriods()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldRunTheOthersWhenOneThrows(RcuOrdering ordering) {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        RcuSettings settings = RcuSettings.defaults().withOrdering(ordering).withCallbackErrorHandler(error -> {
            errors.add(error);
            throw new IllegalArgumentException("the handler fails as well");
        });
        AtomicInteger ran = new AtomicInteger();
        try (RcuDomain domain = RcuDomain.create(settings)) {
            domain.defer(() -> {
                throw new LinkageError("first");
            });
            domain.defer(ran::incrementAndGet);
            domain.barrier();
            assertThat(ran).hasValue(1);
            assertThat(errors).extracting(Throwable::getMessage).containsExactly("java.lang.LinkageError: first");
            assertThat(domain.stats().callbacksFailed()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldAllowDeferAndSynchronizeButNotBarrierWhenInsideACallback(RcuOrdering ordering) {
        AtomicReference<Throwable> barrier = new AtomicReference<>();
        AtomicReference<Throwable> close = new AtomicReference<>();
        AtomicInteger reposted = new AtomicInteger();
        try (RcuDomain domain = Orderings.domain(ordering)) {
            domain.defer(() -> {
                domain.synchronize();
                barrier.set(thrownBy(domain::barrier));
                close.set(thrownBy(domain::close));
                domain.defer(reposted::incrementAndGet);
            });
            domain.barrier();
            domain.barrier();
            assertThat(reposted).hasValue(1);
        }
        assertThat(barrier.get()).isInstanceOf(RcuUsageException.class).hasMessageContaining("in a callback");
        assertThat(close.get()).isInstanceOf(RcuUsageException.class).hasMessageContaining("in a callback");
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldRunWhatIsQueuedWhenClosed(RcuOrdering ordering) throws Exception {
        AtomicInteger ran = new AtomicInteger();
        RcuDomain domain = Orderings.domain(ordering);
        try (TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            for (int i = 0; i < 100; i++) {
                domain.defer(ran::incrementAndGet);
            }
            TestThreads.Task closing = threads.start("test-closing", domain::close);
            section.close();
            closing.join();
        }
        assertThat(ran).hasValue(100);
        domain.close();
        domain.barrier();
        domain.synchronize();
        assertThatThrownBy(() -> domain.defer(ran::incrementAndGet))
                .isInstanceOf(RcuUsageException.class)
                .hasMessageContaining("after close()");
        assertThatThrownBy(domain::pollStart)
                .isInstanceOf(RcuUsageException.class)
                .hasMessageContaining("after close()");
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldRunOrRefuseEachCallbackWhenClosedWhileOthersDefer(RcuOrdering ordering) throws Exception {
        for (int round = 0; round < 30; round++) {
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger ran = new AtomicInteger();
            RcuDomain domain = Orderings.domain(ordering);
            try (TestThreads threads = new TestThreads()) {
                CountDownLatch started = new CountDownLatch(2);
                for (int p = 0; p < 2; p++) {
                    threads.start("test-producer-" + p, () -> {
                        started.countDown();
                        try {
                            while (true) {
                                domain.defer(ran::incrementAndGet);
                                accepted.incrementAndGet();
                            }
                        } catch (RcuUsageException closed) {
                            // the end of the round
                        }
                    });
                }
                started.await();
                domain.close();
            }
            assertThat(ran).hasValue(accepted.get());
        }
    }

    @Test
    void shouldLookForADaemonNowAndThenWhenSomebodyWaitsForCallbacks() {
        AtomicInteger looks = new AtomicInteger();

        assertThat(new RcuCallbacks.BarrierMarker().await(250_000_000, () -> looks.incrementAndGet() < 0))
                .isFalse();
        assertThat(looks).hasPositiveValue();
        assertThat(new RcuCallbacks.BarrierMarker().await(Long.MIN_VALUE, () -> false))
                .isFalse();
        assertThat(new RcuCallbacks.BarrierMarker().await(Long.MAX_VALUE, () -> true))
                .as("a daemon that has stopped has run everything")
                .isTrue();
    }

    @Test
    void shouldDetachTheDaemonFromItsCreatorWhenStarted() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            Thread daemon = daemonOf(domain);
            assertThat(daemon.getName()).isEqualTo("dmafence-rcu-callbacks-test");
            assertThat(daemon.isDaemon()).isTrue();
            assertThat(daemon.getContextClassLoader()).isNull();
            assertThat(daemon.getThreadGroup().getParent()).isNull();
            assertThat(daemon).isInstanceOf(RcuThread.class);
        }
    }

    @Test
    void shouldUseNoProcessorTimeWhenIdle() {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            Thread daemon = daemonOf(domain);
            eventually().until(() -> daemon.getState() == Thread.State.TIMED_WAITING);
            long before = bean.getThreadCpuTime(daemon.getId());
            forAWhile().until(() -> daemon.getState() == Thread.State.TIMED_WAITING);
            assertThat(bean.getThreadCpuTime(daemon.getId())).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldRunOnTheDrivingThreadWhenCallerDriven(RcuOrdering ordering) throws Exception {
        RcuSettings settings = RcuSettings.defaults().withOrdering(ordering).withCallerDrivenCallbacks(true);
        AtomicReference<Thread> ranOn = new AtomicReference<>();
        try (RcuDomain domain = RcuDomain.create(settings);
                TestThreads threads = new TestThreads()) {
            Agent agent = domain.callbackAgent();
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            domain.defer(() -> {
                ranOn.set(Thread.currentThread());
                assertThatThrownBy(domain::barrier).hasMessageContaining("in a callback");
            });
            assertThat(agent.doWork()).as("a grace period begins").isPositive();
            assertThat(agent.doWork()).as("the reader is in the way").isZero();
            assertThatThrownBy(domain::barrier)
                    .isInstanceOf(RcuUsageException.class)
                    .hasMessageContaining("would wait for itself");
            section.close();
            eventually().untilAsserted(() -> {
                agent.doWork();
                assertThat(ranOn.get()).isNotNull();
            });
            assertThat(domain.stats().callbacksFailed()).isZero();
            assertThat(agent.doWork()).isZero();
            domain.defer(() -> {});
        }
        try (RcuDomain withDaemon = Orderings.domain(ordering)) {
            assertThatThrownBy(withDaemon::callbackAgent)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("withCallerDrivenCallbacks");
        }
    }

    @Test
    void shouldRunTheRestOnTheClosingThreadWhenCallerDriven() {
        AtomicReference<Thread> ranOn = new AtomicReference<>();
        RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withCallerDrivenCallbacks(true));
        domain.defer(() -> ranOn.set(Thread.currentThread()));
        domain.close();
        assertThat(ranOn).hasValue(Thread.currentThread());
    }

    @Test
    void shouldEndTheThreadAndGoOnWhenTheGlobalDomainIsClosed() {
        Thread first = daemonOf(RcuDomain.global());
        RcuDomain.global().close();
        assertThat(first.isAlive()).isFalse();
        AtomicInteger ran = new AtomicInteger();
        RcuDomain.global().defer(ran::incrementAndGet);
        RcuDomain.global().barrier();
        assertThat(ran).hasValue(1);
    }

    @Test
    void shouldEndTheThreadWhenIdleAndStartAnotherWhenNeeded() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            Thread first = daemonOf(domain);
            eventually().until(() -> !first.isAlive());
            domain.barrier();
            assertThat(daemonOf(domain)).isNotSameAs(first);
            Thread second = daemonOf(domain);
            eventually().until(() -> !second.isAlive());
            long cookie = domain.pollStart();
            eventually().until(() -> domain.pollCompleted(cookie));
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldGoOnWhenTheErrorHandlerRethrowsWhatItWasGiven(RcuOrdering ordering) {
        RcuSettings settings = RcuSettings.defaults().withOrdering(ordering).withCallbackErrorHandler(error -> {
            throw (RuntimeException) error;
        });
        AtomicInteger ran = new AtomicInteger();
        try (RcuDomain domain = RcuDomain.create(settings)) {
            domain.defer(() -> {
                throw new LinkageError("on purpose");
            });
            domain.defer(ran::incrementAndGet);
            assertThat(domain.barrierWithin(20_000_000_000L)).isTrue();
            assertThat(ran).hasValue(1);
        }
    }

    @Test
    void shouldSleepOnWhenInterruptedInItsSleep() {
        AtomicInteger barriers = new AtomicInteger();
        try (RcuDomain domain = RcuDomain.create(RcuSettings.defaults(), barriers::incrementAndGet)) {
            Thread daemon = daemonOf(domain);
            eventually().until(() -> daemon.getState() == Thread.State.TIMED_WAITING);
            int before = barriers.get();
            daemon.interrupt();
            eventually().until(() -> !daemon.isInterrupted());
            forAWhile().until(() -> barriers.get() <= before + 1);
        }
    }

    @Test
    void shouldGoOnWhenTheBarrierWasRefusedForATime() {
        AtomicBoolean refused = new AtomicBoolean();
        AtomicInteger refusals = new AtomicInteger();
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        RcuSettings settings = RcuSettings.defaults().withCallbackErrorHandler(errors::add);
        AtomicInteger ran = new AtomicInteger();
        try (RcuDomain domain = RcuDomain.create(settings, () -> {
            if (refused.get()) {
                refusals.incrementAndGet();
                throw new IllegalStateException("refused on purpose");
            }
            VarHandle.fullFence();
        })) {
            daemonOf(domain);
            refused.set(true);
            domain.defer(ran::incrementAndGet);
            eventually().until(() -> refusals.get() > 2);
            assertThat(ran).hasValue(0);
            refused.set(false);
            domain.barrier();
            assertThat(ran).hasValue(1);

            refused.set(true); // while it is about to go to sleep
            eventually().until(() -> refusals.get() > 5);
            refused.set(false);
            domain.defer(ran::incrementAndGet);
            domain.barrier();
            assertThat(ran).hasValue(2);
        }
        assertThat(errors).as("each series is told once").hasSizeBetween(1, 2);
    }

    @Test
    void shouldNotWaitWhenTheTimeToWaitIsTheMostNegative() throws Exception {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE);
                TestThreads threads = new TestThreads()) {
            threads.holdSection(domain, "test-reader");
            domain.defer(() -> {});
            assertThat(domain.barrierWithin(Long.MIN_VALUE)).isFalse();
            assertThat(domain.barrierWithin(0)).isFalse();
            assertThat(domain.synchronizeWithin(Long.MIN_VALUE)).isFalse();
        }
    }

    private static Thread daemonOf(RcuDomain domain) {
        AtomicReference<Thread> daemon = new AtomicReference<>();
        domain.defer(() -> daemon.set(Thread.currentThread()));
        domain.barrier();
        return Objects.requireNonNull(daemon.get());
    }

    private static Throwable thrownBy(Runnable call) {
        try {
            call.run();
        } catch (Throwable thrown) {
            return thrown;
        }
        throw new AssertionError("nothing was thrown");
    }
}
