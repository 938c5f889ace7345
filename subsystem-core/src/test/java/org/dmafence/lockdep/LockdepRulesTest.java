package org.dmafence.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.dmafence.lockdep.LockdepReport.Kind;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;
import org.dmafence.rcu.RcuReference;
import org.dmafence.rcu.RcuSettings;
import org.junit.jupiter.api.Test;

/** The rules that need no graph: blocking, read sections, and what is held at the end of things. */
class LockdepRulesTest {
    private static final LockClass LOCK = LockClass.of("LockdepRulesTest lock");
    private static final LockClass SPIN = LockClass.spin("LockdepRulesTest spin");

    @Test
    void shouldReportBlockingInAReadSectionAndLetItPassAfterwards() throws Exception {
        RcuReader reader = RcuDomain.global().reader();
        assertThat(LockdepTrial.run(() -> {
                    long outer = reader.lock();
                    long inner = reader.lock();
                    reader.unlock(inner);
                    Lockdep.mightSleep("a sleep");
                    reader.unlock(outer);
                }))
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.kind()).isEqualTo(Kind.BLOCKING_IN_READ_SECTION);
                    assertThat(report.text()).contains("a sleep by thread", "at org.dmafence.lockdep.LockdepRulesTest");
                });
        assertThat(LockdepTrial.run(() -> Lockdep.mightSleep("a sleep"))).isEmpty();
    }

    @Test
    void shouldKnowTheSectionsOfHandles() throws Exception {
        try (RcuReader handle = RcuDomain.global().register("LockdepRulesTest")) {
            assertThat(LockdepTrial.run(() -> {
                        long token = handle.lock();
                        LOCK.acquire();
                        LOCK.release();
                        handle.unlock(token);
                        LOCK.acquire();
                        LOCK.release();
                    }))
                    .as("a lock that may be waited for at length blocks")
                    .extracting(LockdepReport::kind)
                    .containsExactly(Kind.BLOCKING_IN_READ_SECTION);
            assertThat(LockdepTrial.run(() -> {
                        long token = handle.lock();
                        SPIN.acquire();
                        SPIN.release();
                        LOCK.tryAcquired();
                        LOCK.release();
                        handle.unlock(token);
                    }))
                    .isEmpty();
        }
    }

    @Test
    void shouldReportAGracePeriodUnderASpinLock() throws Exception {
        try (RcuDomain domain = RcuDomain.create(RcuSettings.defaults())) {
            assertThat(LockdepTrial.run(() -> {
                        SPIN.acquire();
                        domain.synchronize();
                        SPIN.release();
                    }))
                    .extracting(LockdepReport::kind)
                    .containsExactly(Kind.BLOCKING_UNDER_SPIN_LOCK);
            assertThat(LockdepTrial.run(() -> {
                        LOCK.acquire();
                        domain.synchronize();
                        LOCK.release();
                    }))
                    .isEmpty();
        }
    }

    @Test
    void shouldReportWhatIsReadOutsideASection() throws Exception {
        RcuReference<String> reference = new RcuReference<>(RcuDomain.global(), "value");
        RcuReader reader = RcuDomain.global().reader();
        assertThat(LockdepTrial.run(() -> {
                    long token = reader.lock();
                    assertThat(reference.dereference()).isEqualTo("value");
                    reader.unlock(token);
                }))
                .isEmpty();
        assertThat(LockdepTrial.run(() -> {
                    try {
                        assertThat(reference.dereference()).isEqualTo("value");
                    } catch (AssertionError e) {
                        assertThat(e).as("with -ea").hasMessageContaining("outside an RCU read section");
                    }
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(Kind.RCU_NOT_HELD);
    }

    @Test
    void shouldReportWhatAMessageHoldsAtItsEndAndNoThreadAfterIt() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    Turn turn = Turn.begin("actor forgetful");
                    LOCK.acquire();
                    turn.close();
                    assertThat(LOCK.isHeld()).as("it was the actor's").isFalse();
                    LOCK.acquire();
                    LOCK.release();
                }))
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.kind()).isEqualTo(Kind.HELD_AT_END);
                    assertThat(report.summary())
                            .startsWith("actor forgetful on thread ")
                            .contains("still holds " + LOCK);
                });
        assertThat(LockdepTrial.run(() -> {
                    LOCK.acquire();
                    Turn turn = Turn.begin("actor that is called");
                    SPIN.acquire();
                    SPIN.release();
                    turn.close();
                    LOCK.release();
                }))
                .as("what its caller holds is its caller's")
                .isEmpty();
    }

    @Test
    void shouldReportAReadSectionThatAMessageLeftOpen() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    Turn turn = Turn.begin("actor reader");
                    Lockdep.enterReadSection();
                    turn.close();
                }))
                .extracting(LockdepReport::kind)
                .containsExactly(Kind.HELD_AT_END);
        assertThat(LockdepTrial.run(() -> Lockdep.mightSleep("afterwards"))).isEmpty();
    }

    @Test
    void shouldReportThreadsThatEndedHoldingSomethingOnce() throws Exception {
        List<LockdepReport> reports = LockdepTrial.run(() -> {
            Threads.run("LockdepRulesTest forgetful", LOCK::acquire);
            Threads.run("LockdepRulesTest proper", () -> {
                LOCK.acquire();
                LOCK.release();
            });
            Lockdep.checkEndedThreads();
            Lockdep.checkEndedThreads();
        });
        assertThat(reports)
                .singleElement()
                .satisfies(report ->
                        assertThat(report.summary()).contains("thread LockdepRulesTest forgetful still holds"));
    }

    @Test
    void shouldForgetAThreadThatASimulationEnds() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    Threads.run("LockdepRulesTest simulated", () -> {
                        LOCK.acquire();
                        Lockdep.clearHeld();
                    });
                    Lockdep.checkEndedThreads();
                }))
                .isEmpty();
    }
}
