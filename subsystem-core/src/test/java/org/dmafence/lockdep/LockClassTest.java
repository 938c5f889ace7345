package org.dmafence.lockdep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.dmafence.lockdep.LockdepReport.Kind;
import org.dmafence.lockdep.LockdepReport.Link;
import org.junit.jupiter.api.Test;

/** Orders of classes: what closes a circle, what does not, and what the report says. */
class LockClassTest {
    private static final LockClass A = LockClass.of("LockClassTest a");
    private static final LockClass B = LockClass.of("LockClassTest b");
    private static final LockClass C = LockClass.of("LockClassTest c");

    @Test
    void shouldReportTwoOrdersOnOneThreadThatNeverMet() throws Exception {
        List<LockdepReport> reports = LockdepTrial.run(() -> {
            nest(A, B);
            nest(B, A);
            nest(B, A);
        });
        assertThat(reports).as("once").singleElement().satisfies(report -> {
            assertThat(report.kind()).isEqualTo(Kind.POSSIBLE_DEADLOCK);
            assertThat(report.circle())
                    .extracting(link -> link.from().what())
                    .containsExactly(B.toString(), A.toString());
            assertThat(report.circle())
                    .extracting(link -> link.to().what())
                    .containsExactly(A.toString(), B.toString());
        });
    }

    @Test
    void shouldShowBothStacksOfEachLinkAndWhoItWas() throws Exception {
        List<LockdepReport> reports = LockdepTrial.run(() -> {
            Threads.run("first", () -> nest(A, B));
            Threads.run("second", () -> {
                takeOuter(B);
                takeInner(A);
                A.release();
                B.release();
            });
        });
        assertThat(reports).hasSize(1);
        LockdepReport report = reports.get(0);
        Link closing = report.circle().get(0);
        assertThat(closing.who()).isEqualTo("thread second");
        assertThat(closing.from().stack().get(0).getMethodName()).isEqualTo("takeOuter");
        assertThat(closing.to().stack().get(0).getMethodName()).isEqualTo("takeInner");
        assertThat(report.circle().get(1).who()).isEqualTo("thread first");
        assertThat(report.circle().get(1).from().stack().get(0).getMethodName()).isEqualTo("nest");
        assertThat(report.text())
                .startsWith(
                        "possible deadlock: LockClassTest b -> LockClassTest a -> LockClassTest b. thread second closes")
                .contains("LockClassTest.takeOuter(LockClassTest.java:", "LockClassTest.takeInner(", "thread first");
    }

    @Test
    void shouldFindAShortestCircleOfThree() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    nest(A, B);
                    nest(B, C);
                    nest(C, A);
                }))
                .singleElement()
                .satisfies(report -> assertThat(report.circle()).hasSize(3));
    }

    @Test
    void shouldLetOneOrderPassHoweverOften() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    nest(A, B);
                    nest(B, C);
                    nest(A, C);
                    nest(A, B);
                }))
                .isEmpty();
    }

    @Test
    void shouldLearnNothingFromALockThatIsOnlyTried() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    nest(A, B);
                    B.acquire();
                    A.tryAcquired();
                    A.release();
                    B.release();
                }))
                .isEmpty();
        assertThat(LockdepTrial.run(() -> {
                    A.tryAcquired();
                    B.acquire();
                    B.release();
                    A.release();
                    nest(B, A);
                }))
                .as("but what is waited for under it counts")
                .hasSize(1);
    }

    @Test
    void shouldReportRecursionUnlessNestedOrWithinAContext() throws Exception {
        assertThat(LockdepTrial.run(() -> nest(A, A)))
                .extracting(LockdepReport::kind)
                .containsExactly(Kind.POSSIBLE_RECURSION);
        assertThat(LockdepTrial.run(() -> nest(A, A.nested(1)))).isEmpty();
        assertThat(LockdepTrial.run(() -> {
                    nest(A, A.nested(1));
                    nest(A.nested(1), A);
                }))
                .as("which has an order as well")
                .extracting(LockdepReport::kind)
                .containsExactly(Kind.POSSIBLE_DEADLOCK);
        assertThat(LockdepTrial.run(() -> {
                    C.acquire();
                    A.acquireWithin(C);
                    A.acquireWithin(C);
                    A.release();
                    A.release();
                    C.release();
                }))
                .isEmpty();
        assertThat(LockdepTrial.run(() -> {
                    A.acquireWithin(C);
                    A.acquireWithin(C);
                    A.release();
                    A.release();
                }))
                .as("a context that is not held orders nothing")
                .hasSize(1);
    }

    @Test
    void shouldKnowThatReadersMayMeet() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    A.acquireRecursive();
                    A.acquireRecursive();
                    A.release();
                    A.release();
                }))
                .isEmpty();
        assertThat(LockdepTrial.run(() -> {
                    A.acquireShared();
                    A.acquireShared();
                    A.release();
                    A.release();
                }))
                .as("a writer may wait between two fair readers")
                .hasSize(1);
        assertThat(LockdepTrial.run(() -> {
                    A.acquireRecursive();
                    B.acquireRecursive();
                    B.release();
                    A.release();
                    B.acquireRecursive();
                    A.acquireRecursive();
                    A.release();
                    B.release();
                }))
                .isEmpty();
        assertThat(LockdepTrial.run(() -> {
                    A.acquireRecursive();
                    B.acquireRecursive();
                    B.release();
                    A.release();
                    nest(B, A);
                }))
                .as("a writer of both closes the circle")
                .hasSize(1);
        assertThat(LockdepTrial.run(() -> {
                    A.acquireRecursive();
                    B.acquire();
                    B.release();
                    A.release();
                    B.acquire();
                    A.acquireRecursive();
                    A.release();
                    B.release();
                }))
                .as("the first holds A for reading only, so the second's read of it does not wait")
                .isEmpty();
    }

    @Test
    @SuppressWarnings("LockNotBeforeTry") // what is locked here fails the test if it stays so
    void shouldCheckALockByItself() throws Exception {
        ReentrantLock first = A.newLock();
        ReentrantLock second = B.newLock();
        assertThat(LockdepTrial.run(() -> {
                    first.lock();
                    first.lock();
                    assertThat(second.tryLock(1, TimeUnit.SECONDS)).isTrue();
                    second.unlock();
                    first.unlock();
                    assertThat(A.isHeld()).as("once more to unlock").isTrue();
                    first.unlock();
                    assertThat(A.isHeld()).isFalse();
                }))
                .isEmpty();
        assertThat(LockdepTrial.run(() -> {
                    first.lock();
                    second.lockInterruptibly();
                    second.unlock();
                    first.unlock();
                    second.lock();
                    assertThat(first.tryLock()).isTrue();
                    first.unlock();
                    assertThat(first.tryLock(1, TimeUnit.SECONDS)).isTrue();
                    first.unlock();
                    second.unlock();
                }))
                .as("the wait counts though it ends by itself, the try does not")
                .hasSize(1);
    }

    @Test
    void shouldForgetALockThatWasNotGotAfterAll() throws Exception {
        ReentrantLock lock = A.newLock();
        lock.lock();
        try {
            Threads.run("interrupted", () -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(lock::lockInterruptibly).isInstanceOf(InterruptedException.class);
                assertThat(A.isHeld()).isFalse();
                assertThat(lock.tryLock()).isFalse();
                assertThat(A.isHeld()).isFalse();
            });
        } finally {
            lock.unlock();
        }
    }

    @Test
    void shouldReportAReleaseOfWhatIsNotHeld() throws Exception {
        assertThat(LockdepTrial.run(A::release)).extracting(LockdepReport::kind).containsExactly(Kind.NOT_HELD);
    }

    @Test
    void shouldReleaseInAnyOrder() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    A.acquire();
                    B.tryAcquired();
                    A.release();
                    C.acquire();
                    C.release();
                    B.release();
                    nest(C, A);
                }))
                .as("A was released before C was acquired")
                .isEmpty();
    }

    @Test
    void shouldSurviveAReporterThatLocksAndThrows() {
        LockdepReporter before = Lockdep.reportTo(report -> {
            nest(C, C);
            throw new IllegalStateException("the sink is full");
        });
        try {
            LockClass own = LockClass.of("LockClassTest thrower");
            nest(own, own);
            assertThat(own.isHeld()).isFalse();
        } finally {
            Lockdep.reportTo(before);
        }
    }

    @Test
    void shouldRefuseOneNameForTwoKindsAndDepthsThatThereAreNot() {
        assertThatThrownBy(() -> LockClass.spin(A.toString())).hasMessageContaining("choose another name");
        assertThatThrownBy(() -> A.nested(8)).hasMessageContaining("0 to 7");
        assertThat(A.nested(0)).isSameAs(A);
        assertThat(A.nested(2)).isSameAs(A.nested(2));
    }

    private static void nest(LockClass outer, LockClass inner) {
        outer.acquire();
        inner.acquire();
        inner.release();
        outer.release();
    }

    private static void takeOuter(LockClass lock) {
        lock.acquire();
    }

    private static void takeInner(LockClass lock) {
        lock.acquire();
    }
}
