package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.rcu.RcuPatience.eventually;
import static org.dmafence.rcu.RcuPatience.forAWhile;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RcuStallTest {
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(21);

    private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - TIMEOUT_NS); // nanoTime may wrap
    private final AtomicLong clockLooks = new AtomicLong();
    private final List<RcuStall> reports = new CopyOnWriteArrayList<>();

    private RcuSettings settings(RcuOrdering ordering) {
        return RcuSettings.defaults()
                .withName("test")
                .withOrdering(ordering)
                .withClock(this::nanoTime)
                .withStallListener(reports::add);
    }

    private long nanoTime() {
        long now = nowNs.get();
        clockLooks.incrementAndGet();
        return now;
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldReportOnceAndThenEachThreeTimeoutsWhenAReaderStays(RcuOrdering ordering) throws Exception {
        try (RcuDomain domain = RcuDomain.create(settings(ordering));
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-stalling");
            TestThreads.Task updater = startUpdater(threads, domain);
            nowNs.addAndGet(TIMEOUT_NS - 1);
            forAWhile().until(reports::isEmpty);
            nowNs.addAndGet(1);
            eventually().until(() -> reports.size() == 1);
            nowNs.addAndGet(3 * TIMEOUT_NS - 1);
            forAWhile().until(() -> reports.size() == 1);
            nowNs.addAndGet(1);
            eventually().until(() -> reports.size() == 2);
            section.close();
            updater.join();
            assertThat(domain.stats().stalls()).isEqualTo(2);
        }
        RcuStall first = reports.get(0);
        assertThat(first.kind()).isEqualTo(RcuStall.Kind.STALLED);
        assertThat(first.reader()).isEqualTo("test-stalling");
        assertThat(first.threadName()).isEqualTo("test-stalling");
        assertThat(first.threadId()).isPositive();
        assertThat(first.blockedNs()).isEqualTo(TIMEOUT_NS);
        assertThat(first.entryEpoch()).isEqualTo(1);
        assertThat(first.stackTrace())
                .anyMatch(frame -> frame.getClassName().contains("HeldSection")
                        && frame.getMethodName().equals("await"));
        assertThat(first.toString())
                .contains("reader 'test-stalling' (thread test-stalling #")
                .contains("for 21000 ms")
                .contains("\tat ");
    }

    @Test
    void shouldFindTheThreadWhenAHandleStalls() throws Exception {
        try (RcuDomain domain = RcuDomain.create(settings(RcuOrdering.AUTO));
                TestThreads threads = new TestThreads()) {
            RcuReader handle = domain.register("engine");
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch leave = new CountDownLatch(1);
            threads.start("test-engine-thread", () -> {
                long token = handle.lock();
                entered.countDown();
                leave.await();
                handle.unlock(token);
            });
            entered.await();
            TestThreads.Task updater = startUpdater(threads, domain);
            nowNs.addAndGet(TIMEOUT_NS);
            eventually().until(() -> reports.size() == 1);
            leave.countDown();
            updater.join();
            assertThat(reports.get(0).reader()).isEqualTo("engine");
            assertThat(reports.get(0).threadName()).isEqualTo("test-engine-thread");
            assertThat(reports.get(0).stackTrace()).isNotEmpty();
            handle.close();
        }
    }

    @Test
    void shouldReportWhenCallbacksAreHeldUp() throws Exception {
        try (RcuDomain domain = RcuDomain.create(settings(RcuOrdering.AUTO));
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-stalling");
            domain.defer(() -> {});
            eventually().until(() -> {
                nowNs.addAndGet(TIMEOUT_NS);
                return !reports.isEmpty();
            });
            section.close();
        }
    }

    @Test
    void shouldGoOnWhenTheListenerThrows() throws Exception {
        RcuSettings throwing = settings(RcuOrdering.AUTO).withStallListener(stall -> {
            reports.add(stall);
            throw new IllegalArgumentException("a broken listener");
        });
        try (RcuDomain domain = RcuDomain.create(throwing);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection section = threads.holdSection(domain, "test-stalling");
            TestThreads.Task updater = startUpdater(threads, domain);
            nowNs.addAndGet(TIMEOUT_NS);
            eventually().until(() -> reports.size() == 1);
            section.close();
            updater.join();
        }
    }

    @Test
    void shouldRefuseTheTimeoutWhenNotPositive() {
        assertThatThrownBy(() -> RcuSettings.defaults().withStallTimeoutNs(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("stallTimeoutNs is 0");
        assertThat(RcuSettings.defaults().stallTimeoutNs()).isEqualTo(TIMEOUT_NS);
    }

    /** Starts to synchronize and returns when the grace period has looked at the clock, hence at the reader. */
    private TestThreads.Task startUpdater(TestThreads threads, RcuDomain domain) {
        long looks = clockLooks.get();
        TestThreads.Task updater = threads.start("test-updater", domain::synchronize);
        eventually().until(() -> clockLooks.get() > looks);
        return updater;
    }
}
