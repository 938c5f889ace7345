package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.rcu.RcuPatience.eventually;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.dmafence.lockdep.Lockdep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Readers that go without saying good-bye. */
class RcuDeadReaderTest {
    private final List<RcuStall> reports = new CopyOnWriteArrayList<>();

    static Stream<Arguments> modesAndKinds() {
        return Orderings.available().flatMap(mode -> ThreadKind.all().map(kind -> Arguments.of(mode, kind)));
    }

    private RcuDomain domain(RcuOrdering ordering) {
        return RcuDomain.create(
                RcuSettings.defaults().withName("test").withOrdering(ordering).withStallListener(reports::add));
    }

    @ParameterizedTest
    @MethodSource("modesAndKinds")
    void shouldReuseSlotsWhenThreadsEndedOutsideASection(RcuOrdering ordering, ThreadKind kind) throws Exception {
        int threadCount = 200;
        try (RcuDomain domain = domain(ordering)) {
            for (int i = 0; i < threadCount; i++) {
                try (TestThreads threads = new TestThreads()) {
                    threads.start(kind.starter(), () -> {
                        RcuReader reader = domain.reader();
                        reader.unlock(reader.lock());
                    });
                }
            }
            RcuStats stats = domain.stats();
            assertThat(stats.readers()).isLessThan(threadCount / 4);
            assertThat(stats.readers() + stats.deadReadersReaped()).isEqualTo(threadCount);
            assertThat(stats.readersDiedInSection()).isZero();
            assertThat(reports).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("modesAndKinds")
    void shouldReportAndGoOnWhenAThreadEndedInsideASection(RcuOrdering ordering, ThreadKind kind) throws Exception {
        try (RcuDomain domain = domain(ordering)) {
            try (TestThreads threads = new TestThreads()) {
                threads.start(kind.starter(), () -> {
                    RcuReader reader = domain.reader();
                    reader.lock();
                });
            }
            domain.synchronize();
            assertThat(reports).singleElement().satisfies(report -> {
                assertThat(report.kind()).isEqualTo(RcuStall.Kind.DIED_IN_SECTION);
                assertThat(report.domain()).isEqualTo("test");
                assertThat(report.entryEpoch()).isEqualTo(1);
                assertThat(report.stackTrace()).isEmpty();
                assertThat(report.toString()).contains("died inside a section").contains("finally");
            });
            assertThat(domain.stats().readers()).isZero();
            assertThat(domain.stats().readersDiedInSection()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldReclaimTheSlotWhenAHandleIsDroppedInsideASection(RcuOrdering ordering) {
        try (RcuDomain domain = domain(ordering)) {
            lockAndDrop(domain);
            eventually().until(() -> {
                System.gc();
                domain.pollStart();
                return !reports.isEmpty();
            });
            assertThat(reports).singleElement().satisfies(report -> {
                assertThat(report.kind()).isEqualTo(RcuStall.Kind.DIED_IN_SECTION);
                assertThat(report.reader()).isEqualTo("dropped");
                assertThat(report.threadName()).isNull();
            });
            domain.synchronize();
            assertThat(domain.stats().deadReadersReaped()).isEqualTo(1);
        }
    }

    private static void lockAndDrop(RcuDomain domain) {
        domain.register("dropped").lock();
        Lockdep.leaveReadSection(); // it was never unlocked, and this thread goes on
    }

    @Test
    void shouldGrowWhenMoreThreadsReadThanSlotsExist() {
        int handles = 3_000;
        try (RcuDomain domain = domain(RcuOrdering.FENCE)) {
            RcuReader[] readers = new RcuReader[handles];
            for (int i = 0; i < handles; i++) {
                readers[i] = domain.register("handle-" + i);
                readers[i].unlock(readers[i].lock());
            }
            assertThat(domain.stats().readers()).isEqualTo(handles);
            domain.synchronize();
            for (RcuReader reader : readers) {
                reader.close();
            }
            assertThat(domain.stats().readers()).isZero();
            assertThat(domain.stats().deadReadersReaped()).isZero();
        }
    }

    @Test
    void shouldWaitForAReaderWhenItRegisteredDuringTheGracePeriodBefore() throws Exception {
        try (RcuDomain domain = domain(RcuOrdering.FENCE);
                TestThreads threads = new TestThreads()) {
            TestThreads.HeldSection first = threads.holdSection(domain, "test-first");
            long before =
                    RcuGracePeriodTest.epochOf(domain); // by the counter: asking for a cookie starts grace periods
            TestThreads.Task updater = threads.start("test-updater", domain::synchronize);
            RcuPatience.eventually()
                    .until(() -> RcuGracePeriodTest.epochOf(domain) > before); // its grace period has begun
            TestThreads.HeldSection second = threads.holdSection(domain, "test-second");
            first.close();
            updater.join();
            TestThreads.Task next = threads.start("test-next", domain::synchronize);
            RcuPatience.forAWhile().until(() -> !next.isDone());
            second.close();
            next.join();
        }
    }
}
