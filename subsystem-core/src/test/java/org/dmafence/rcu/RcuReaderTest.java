package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RcuReaderTest {
    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldBeHeldUntilTheOutermostUnlockWhenSectionsNest(RcuOrdering ordering) {
        try (RcuDomain domain = Orderings.domain(ordering)) {
            RcuReader reader = domain.reader();
            assertThat(reader.isHeld()).isFalse();

            long outer = reader.lock();
            long middle = reader.lock();
            long inner = reader.lock();
            reader.unlock(inner);
            reader.unlock(middle);
            assertThat(reader.isHeld()).isTrue();
            assertThat(domain.isHeld()).isTrue();

            reader.unlock(outer);
            assertThat(reader.isHeld()).isFalse();
            assertThat(domain.isHeld()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldTellTokensApartWhenSectionsNest(RcuOrdering ordering) {
        try (RcuDomain domain = Orderings.domain(ordering)) {
            RcuReader reader = domain.reader();
            long outer = reader.lock();
            long inner = reader.lock();
            long innermost = reader.lock();
            assertThat(inner).isNotEqualTo(outer).isEqualTo(innermost);
            reader.unlock(innermost);
            reader.unlock(inner);
            assertThat(reader.isHeld()).isTrue();
            reader.unlock(outer);
            assertThat(reader.isHeld()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldFailUnderAssertionsWhenTokensAreOutOfOrder(RcuOrdering ordering) {
        try (RcuDomain domain = Orderings.domain(ordering)) {
            RcuReader reader = domain.reader();
            long outer = reader.lock();
            long inner = reader.lock();
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> reader.unlock(outer))
                    .withMessageContaining("out of order")
                    .withMessageContaining("depth 2");
            assertThat(reader.isHeld()).as("the wrong token changed nothing").isTrue();
            reader.unlock(inner);
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> reader.unlock(inner))
                    .withMessageContaining("out of order");
            reader.unlock(outer);
        }
    }

    @Test
    void shouldFailUnderAssertionsWhenUnlockedTwice() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            RcuReader reader = domain.reader();
            long token = reader.lock();
            reader.unlock(token);
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> reader.unlock(token))
                    .withMessageContaining("not inside a section");
        }
    }

    @Test
    void shouldFailUnderAssertionsWhenAnotherThreadUsesAThreadsReader() throws Exception {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE);
                TestThreads threads = new TestThreads()) {
            RcuReader mine = domain.reader();
            threads.start(
                    "test-thief",
                    () -> assertThatExceptionOfType(AssertionError.class)
                            .isThrownBy(mine::lock)
                            .withMessageContaining("belongs to another thread"));
        }
    }

    @Test
    void shouldGiveTheSameReaderWhenAThreadAsksAgain() throws Exception {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE);
                TestThreads threads = new TestThreads()) {
            RcuReader mine = domain.reader();
            assertThat(domain.reader()).isSameAs(mine);
            AtomicReference<RcuReader> other = new AtomicReference<>();
            threads.start("test-other", () -> {
                        other.set(domain.reader());
                        assertThat(domain.reader()).isSameAs(other.get());
                    })
                    .join();
            assertThat(other.get()).isNotSameAs(mine);
            assertThat(other.get()).extracting(RcuReader::name).isEqualTo("test-other");
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.Orderings#available")
    void shouldRefuseLockWhenClosed(RcuOrdering ordering) {
        try (RcuDomain domain = Orderings.domain(ordering)) {
            RcuReader closed = domain.register("engine");
            closed.close();
            closed.close();
            RcuReader successor = domain.register("successor");
            assertThatThrownBy(closed::lock)
                    .isInstanceOf(RcuUsageException.class)
                    .hasMessageContaining("'engine' is closed");
            assertThat(successor.isHeld())
                    .as("the slot's next reader is untouched")
                    .isFalse();
            assertThat(closed).hasToString("RcuReader 'engine' (closed)");
        }
    }

    @Test
    void shouldRefuseCloseWhenInsideASection() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            RcuReader reader = domain.register("engine");
            long token = reader.lock();
            assertThatThrownBy(reader::close)
                    .isInstanceOf(RcuUsageException.class)
                    .hasMessageContaining("inside a read section");
            reader.unlock(token);
            reader.close();
            assertThat(domain.stats().readers()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("org.dmafence.rcu.ThreadKind#all")
    void shouldRegisterAfreshWhenAThreadClosedItsReader(ThreadKind kind) throws Exception {
        try (TestThreads threads = new TestThreads()) {
            threads.start(kind.starter(), () -> {
                RcuReader first = RcuDomain.global().reader();
                first.close();
                RcuReader second = RcuDomain.global().reader();
                assertThat(second).isNotSameAs(first);
                long token = second.lock();
                assertThat(RcuDomain.global().isHeld()).isTrue();
                second.unlock(token);
            });
        }
    }

    @Test
    void shouldCountAsHeldWhenAHandleIsEnteredByThisThread() throws Exception {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE);
                TestThreads threads = new TestThreads();
                RcuReader handle = domain.register("engine")) {
            long token = handle.lock();
            assertThat(domain.isHeld()).isTrue();
            threads.start("test-bystander", () -> assertThat(domain.isHeld()).isFalse())
                    .join();
            handle.unlock(token);
            threads.start("test-next-user", () -> {
                        long moved = handle.lock();
                        assertThat(domain.isHeld()).isTrue();
                        handle.unlock(moved);
                    })
                    .join();
            assertThat(domain.isHeld()).isFalse();
        }
    }

    @Test
    void shouldNotRegisterWhenAskedWhetherHeld() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            assertThat(domain.isHeld()).isFalse();
            domain.assertNotHeld("a test");
            assertThatThrownBy(() -> domain.assertHeld("reading the ops"))
                    .isInstanceOf(RcuUsageException.class)
                    .hasMessageContaining("reading the ops outside an RCU read section of domain 'test'");
            assertThat(domain.stats().readers()).isZero();
        }
    }
}
