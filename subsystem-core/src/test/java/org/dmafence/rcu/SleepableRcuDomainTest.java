package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dmafence.rcu.RcuPatience.eventually;
import static org.dmafence.rcu.RcuPatience.forAWhile;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SleepableRcuDomainTest {
    private final SleepableRcuDomain domain = SleepableRcuDomain.create("test");

    static Stream<Consumer<SleepableRcuDomain>> waiters() {
        return Stream.of(SleepableRcuDomain::synchronize, SleepableRcuDomain::synchronizeExpedited);
    }

    @ParameterizedTest
    @MethodSource("waiters")
    void shouldReturnWhenNobodyReads(Consumer<SleepableRcuDomain> waiter) {
        waiter.accept(domain);
        waiter.accept(domain);
        assertThat(domain.gracePeriods()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("waiters")
    void shouldWaitForSectionsWhenTheyBeganBefore(Consumer<SleepableRcuDomain> waiter) throws Exception {
        try (TestThreads threads = new TestThreads()) {
            int outer = domain.readLock();
            int inner = domain.readLock();
            TestThreads.Task updater = threads.start("test-updater", () -> waiter.accept(domain));
            domain.readUnlock(inner);
            forAWhile().until(() -> !updater.isDone());
            domain.readUnlock(outer);
            updater.join();
        }
    }

    @Test
    void shouldNotWaitForSectionsWhenTheyBeganAfterTheFlip() throws Exception {
        try (TestThreads threads = new TestThreads()) {
            int before = domain.readLock();
            TestThreads.Task updater = threads.start("test-updater", domain::synchronize);
            List<Integer> later = new ArrayList<>();
            eventually().until(() -> {
                int token = domain.readLock();
                later.add(token);
                return token != before;
            });
            domain.readUnlock(before);
            later.stream().filter(token -> token == before).forEach(domain::readUnlock);
            updater.join();
            assertThat(domain.openSections()).isPositive();
            later.stream().filter(token -> token != before).forEach(domain::readUnlock);
            assertThat(domain.openSections()).isZero();
        }
    }

    @Test
    void shouldEndTheSectionWhenUnlockedOnAnotherThread() throws Exception {
        try (TestThreads threads = new TestThreads()) {
            int token = domain.readLock();
            threads.start("test-other", () -> domain.readUnlock(token)).join();
            domain.synchronize();
            assertThat(domain.openSections()).isZero();
        }
    }

    @Test
    void shouldShareGracePeriodsWhenManySynchronizeAtOnce() throws Exception {
        int callers = 16;
        try (TestThreads threads = new TestThreads()) {
            int token = domain.readLock();
            List<Thread> updaters = new ArrayList<>();
            List<TestThreads.Task> tasks = new ArrayList<>();
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
            eventually()
                    .until(() -> updaters.stream()
                                    .filter(thread -> thread.getState() == Thread.State.WAITING)
                                    .count()
                            == callers - 1);
            domain.readUnlock(token);
            for (TestThreads.Task task : tasks) {
                task.join();
            }
            assertThat(domain.gracePeriods()).isEqualTo(2);
        }
    }

    @Test
    void shouldKeepTheInterruptStatusWhenInterruptedWhileWaiting() throws Exception {
        try (TestThreads threads = new TestThreads()) {
            AtomicBoolean interruptedAfterwards = new AtomicBoolean();
            int token = domain.readLock();
            TestThreads.Task updater = threads.start("test-updater", () -> {
                Thread.currentThread().interrupt();
                domain.synchronize();
                interruptedAfterwards.set(Thread.interrupted());
            });
            forAWhile().until(() -> !updater.isDone());
            domain.readUnlock(token);
            updater.join();
            assertThat(interruptedAfterwards).isTrue();
        }
    }

    @Test
    void shouldRefuseATokenWhenItIsNotFromReadLock() {
        assertThatThrownBy(() -> domain.readUnlock(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Token 2")
                .hasMessageContaining("'test'");
    }

    @Test
    void shouldSayThatTokensWereUsedTwiceWhenExitsExceedEntries() {
        int token = domain.readLock();
        domain.readUnlock(token);
        domain.readUnlock(token);
        assertThatThrownBy(domain::synchronize)
                .isInstanceOf(RcuUsageException.class)
                .hasMessageContaining("1 times more often than entered");
    }
}
