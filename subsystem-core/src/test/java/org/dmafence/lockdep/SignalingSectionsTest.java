package org.dmafence.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import org.dmafence.lockdep.LockdepReport.Kind;
import org.junit.jupiter.api.Test;

/**
 * {@code dma_fence_begin_signalling()} and its relatives, and what the order that is known from the start makes of
 * them.
 */
class SignalingSectionsTest {
    private static final LockClass RESERVATION = LockClass.of("reservation_ww_class_mutex");
    private static final LockClass MMAP = LockClass.of("mmap_lock");

    @Test
    void shouldNestByCookies() {
        boolean outer = SignalingSections.begin();
        boolean inner = SignalingSections.begin();
        assertThat(outer).isFalse();
        assertThat(inner).isTrue();
        SignalingSections.end(inner);
        assertThat(SignalingSections.inside()).as("the outer section goes on").isTrue();
        SignalingSections.end(outer);
        assertThat(SignalingSections.inside()).isFalse();
    }

    @Test
    void shouldNeedNoSectionWhereBlockingIsForbiddenAnyhow() {
        LockClass spin = LockClass.spin("SignalingSectionsTest spin");
        spin.acquire();
        assertThat(SignalingSections.begin()).isTrue();
        spin.release();
        Lockdep.enterReadSection();
        assertThat(SignalingSections.begin()).isTrue();
        Lockdep.leaveReadSection();
        assertThat(SignalingSections.inside()).isFalse();
    }

    @Test
    void shouldReportAWaitInsideASectionOnly() throws Exception {
        assertThat(LockdepTrial.run(() -> SignalingSections.mightWait("outside")))
                .isEmpty();
        assertThat(LockdepTrial.run(() -> inSection(() -> SignalingSections.mightWait("the wait"))))
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.kind()).isEqualTo(Kind.WAIT_IN_SIGNALING_SECTION);
                    assertThat(report.summary())
                            .startsWith("the wait by thread ")
                            .contains("signalling section");
                });
    }

    @Test
    void shouldBelongToTheThread() throws Exception {
        assertThat(LockdepTrial.run(() -> inSection(() -> Threads.run("other", () -> {
                    assertThat(SignalingSections.inside()).isFalse();
                    SignalingSections.mightWait("elsewhere");
                }))))
                .isEmpty();
    }

    @Test
    void shouldReportAReservationLockInASectionAtFirstSight() throws Exception {
        assertThat(LockdepTrial.run(() -> inSection(() -> take(RESERVATION))))
                .singleElement()
                .satisfies(report -> {
                    assertThat(report.kind()).isEqualTo(Kind.POSSIBLE_DEADLOCK);
                    assertThat(report.circle())
                            .extracting(link -> link.from().what())
                            .as("through the order that is known from the start")
                            .startsWith("dma_fence_map (read)", "reservation_ww_class_mutex", "fs_reclaim");
                });
    }

    @Test
    void shouldAllowAReservationLockInASectionThatIsOnlyTried() throws Exception {
        assertThat(LockdepTrial.run(() -> inSection(() -> {
                    RESERVATION.tryAcquired();
                    RESERVATION.release();
                })))
                .isEmpty();
    }

    @Test
    void shouldReportEvenReadersOfWhatWaitersHold() throws Exception {
        assertThat(LockdepTrial.run(() -> inSection(() -> {
                    MMAP.acquireShared();
                    MMAP.release();
                })))
                .extracting(LockdepReport::kind)
                .containsExactly(Kind.POSSIBLE_DEADLOCK);
    }

    @Test
    void shouldReportAnAllocationThatMayWaitInASectionAndLetItPassOutside() throws Exception {
        assertThat(LockdepTrial.run(() -> Reclaim.mightReclaim("a buffer"))).isEmpty();
        assertThat(LockdepTrial.run(() -> inSection(() -> Reclaim.mightReclaim("a buffer"))))
                .singleElement()
                .satisfies(report -> assertThat(report.text()).contains("fs_reclaim -> i_mmap_rwsem"));
    }

    @Test
    void shouldLetReclaimAllocateAndWait() throws Exception {
        assertThat(LockdepTrial.run(() -> {
                    Reclaim.begin();
                    Reclaim.mightReclaim("a list of what to free");
                    SignalingSections.mightWait("a shrinker's wait");
                    Reclaim.end();
                }))
                .isEmpty();
    }

    @Test
    void shouldLearnWhatIsHeldDuringAWaitAndReportItInASection() throws Exception {
        LockClass own = LockClass.of("SignalingSectionsTest own");
        assertThat(LockdepTrial.run(() -> {
                    own.acquire();
                    SignalingSections.mightWait("a wait");
                    own.release();
                    inSection(() -> take(own));
                }))
                .singleElement()
                .satisfies(report -> assertThat(report.circle()).hasSize(2));
        assertThat(LockdepTrial.run(() -> {
                    SignalingSections.mightWait("a wait");
                    inSection(() -> take(own));
                }))
                .isEmpty();
    }

    private static void take(LockClass lock) {
        lock.acquire();
        lock.release();
    }

    private static void inSection(Runnable body) {
        boolean cookie = SignalingSections.begin();
        body.run();
        SignalingSections.end(cookie);
    }
}
