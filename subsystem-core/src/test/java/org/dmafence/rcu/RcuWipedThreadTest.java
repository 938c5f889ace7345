package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dmafence.concurrent.WipedThread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A thread whose thread locals are cleared has the reader it had. */
class RcuWipedThreadTest {
    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldKeepItsReaderWhenThreadLocalsAreWiped(RcuOrdering ordering) {
        try (RcuDomain domain = Orderings.domain(ordering)) {
            RcuReader first = domain.reader();
            for (int i = 0; i < 100; i++) {
                WipedThread.wipe();
                RcuReader again = domain.reader();
                assertThat(again).isSameAs(first);
                again.unlock(again.lock());
            }
            assertThat(domain.stats().readers()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldKnowItIsInsideASectionWhenWipedInThere(RcuOrdering ordering) {
        try (RcuDomain domain = Orderings.domain(ordering)) {
            RcuReader reader = domain.reader();
            long token = reader.lock();
            WipedThread.wipe();
            assertThat(domain.isHeld()).isTrue();
            assertThatThrownBy(domain::synchronize).isInstanceOf(RcuUsageException.class);
            long inner = domain.reader().lock();
            domain.reader().unlock(inner);
            assertThat(domain.isHeld()).isTrue();
            reader.unlock(token);
            domain.synchronize();
        }
    }

    @Test
    void shouldMakeAnotherReaderWhenTheThreadsOwnWasClosed() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            RcuReader first = domain.reader();
            first.close();
            WipedThread.wipe();
            assertThat(domain.reader()).isNotSameAs(first);
            assertThat(domain.stats().readers()).isEqualTo(1);
        }
    }

    @Test
    void shouldKeepAsManyReadersAsThreadsWhenTheCommonPoolIsIdleBetweenTasks() throws Exception {
        Set<Thread> workers = ConcurrentHashMap.newKeySet();
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            for (int i = 0; i < 100; i++) {
                ForkJoinPool.commonPool()
                        .submit(() -> {
                            workers.add(Thread.currentThread());
                            RcuReader reader = domain.reader();
                            reader.unlock(reader.lock());
                        })
                        .get(20, TimeUnit.SECONDS);
                LockSupport.parkNanos(1_000_000); // let the worker go idle
            }
            assertThat(domain.stats().readers()).isLessThanOrEqualTo(workers.size());
        }
    }
}
