package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.rcu.RcuPatience.eventually;

import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Closing twice, at once, beside barriers, and where the operating system refuses what closing needs. */
@Timeout(60)
class RcuCloseTest {
    private final AtomicBoolean refused = new AtomicBoolean();
    private final AtomicInteger ran = new AtomicInteger();

    private RcuDomain refusing(RcuSettings settings) {
        return RcuDomain.create(settings, () -> {
            if (refused.get()) {
                throw new IllegalStateException("refused on purpose");
            }
            VarHandle.fullFence();
        });
    }

    @Test
    void shouldLeaveNobodyWaitingWhenTheBarrierIsRefusedToWhoCloses() throws Exception {
        RcuDomain domain = refusing(RcuSettings.defaults());
        try (TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-reader");
            domain.defer(ran::incrementAndGet);
            CountDownLatch begun = new CountDownLatch(1);
            TestThreads.Task first = threads.start("test-first", () -> {
                refused.set(true);
                begun.countDown();
                assertThatThrownBy(domain::close).hasMessageContaining("refused");
            });
            begun.await();
            TestThreads.Task second = threads.start(
                    "test-second", () -> assertThatThrownBy(domain::close).hasMessageContaining("refused"));
            TestThreads.Task barrier = threads.start("test-barrier", domain::barrier);
            first.join();
            second.join();
            assertThat(domain.barrierWithin(1_000_000)).isFalse();
            refused.set(false);
            section.close();
            barrier.join();
            assertThat(ran).hasValue(1);
            assertThatThrownBy(() -> domain.defer(ran::incrementAndGet)).isInstanceOf(RcuUsageException.class);
            domain.close();
            domain.close();
            domain.barrier();
        }
    }

    @Test
    void shouldCloseOnceItMayWhenNobodyElseWouldRunWhatIsQueued() {
        AtomicBoolean once = new AtomicBoolean();
        RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withCallerDrivenCallbacks(true), () -> {
            if (refused.get() && once.getAndSet(true)) { // lets synchronize() pass, and not what runs the callbacks
                throw new IllegalStateException("refused on purpose");
            }
        });
        domain.defer(ran::incrementAndGet);
        refused.set(true);
        assertThatThrownBy(domain::close).hasMessageContaining("refused");
        refused.set(false);
        domain.close();
        assertThat(ran).hasValue(1);
        assertThat(domain.barrierWithin(0)).isTrue();
    }

    @Test
    void shouldLeaveADaemonWhenTheClosingThreadStoodInForOneAndWasRefused() {
        GracePeriods periods = new GracePeriods(
                new ReaderSlot(),
                new ReaderRegistry("test", new ReaderSlot(), true, new RcuReports("test", stall -> {})),
                () -> {
                    if (refused.get()) {
                        throw new IllegalStateException("refused on purpose");
                    }
                },
                System::nanoTime,
                Long.MAX_VALUE);
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            RcuCallbacks callbacks = new RcuCallbacks(domain, periods, RcuSettings.defaults());
            callbacks.append(ran::incrementAndGet); // and no daemon, as where no thread could be started
            refused.set(true);
            assertThatThrownBy(callbacks::stop).hasMessageContaining("refused");
            assertThat(ran).hasValue(0);
            refused.set(false);
            eventually().until(() -> ran.get() == 1);
            callbacks.stop();
            assertThat(callbacks.awaitMarker(0)).isTrue();
        }
    }

    @Test
    void shouldRefuseToCloseWithinClosingWhenAStallListenerTries() throws Exception {
        RcuDomain[] domain = new RcuDomain[1];
        TestThreads.HeldSection[] section = new TestThreads.HeldSection[1];
        AtomicInteger refusals = new AtomicInteger();
        RcuSettings settings = RcuSettings.defaults()
                .withStallTimeoutNs(1_000_000)
                .withStallListener(stall -> {
                    try {
                        domain[0].close();
                    } catch (RcuUsageException e) {
                        refusals.incrementAndGet();
                    }
                    section[0].close();
                });
        domain[0] = RcuDomain.create(settings);
        try (TestThreads threads = new TestThreads()) {
            section[0] = threads.holdSection(domain[0], "test-reader");
            domain[0].close();
        }
        assertThat(refusals).hasPositiveValue();
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldEndForAllWhenSeveralCloseBesideBarriers(RcuOrdering ordering) throws Exception {
        for (int round = 0; round < 50; round++) {
            RcuDomain domain = Orderings.domain(ordering);
            AtomicInteger accepted = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            try (TestThreads threads = new TestThreads()) {
                CountDownLatch started = new CountDownLatch(1);
                threads.start("test-producer", () -> {
                    try {
                        while (true) {
                            domain.defer(done::incrementAndGet);
                            accepted.incrementAndGet();
                            started.countDown();
                        }
                    } catch (RcuUsageException closed) {
                        // the end of the round
                    }
                });
                for (int i = 0; i < 2; i++) {
                    threads.start("test-barrier-" + i, () -> {
                        started.await();
                        int before = accepted.get();
                        domain.barrier();
                        assertThat(done.get()).isGreaterThanOrEqualTo(before);
                    });
                    threads.start("test-closing-" + i, () -> {
                        started.await();
                        domain.close();
                        assertThatCode(domain::close).doesNotThrowAnyException();
                    });
                }
            }
            assertThat(done).hasValue(accepted.get());
        }
    }

    @Test
    void shouldRestWhenTheGlobalDomainIsClosedBySeveralBesideBarriers() throws Exception {
        try (TestThreads threads = new TestThreads()) {
            for (int i = 0; i < 3; i++) {
                threads.start("test-closing-" + i, () -> {
                    for (int round = 0; round < 20; round++) {
                        AtomicInteger mine = new AtomicInteger();
                        RcuDomain.global().defer(mine::incrementAndGet);
                        if (round % 2 == 0) {
                            RcuDomain.global().barrier();
                        } else {
                            RcuDomain.global().close();
                        }
                        assertThat(mine).hasValue(1);
                    }
                });
            }
        }
        RcuDomain.global().close();
        RcuDomain.global().close();
    }
}
