package org.dmafence.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SimulatedRingTest {
    private final DriverTestContext context = new DriverTestContext();
    private final TestRing ring = new TestRing(context, 4);

    @Test
    void shouldEndJobsOneAfterTheOtherWhenSubmittedTogether() {
        DmaFence first = ring.submit(RingJob.lasting(7, 100));
        DmaFence second = ring.submit(RingJob.lasting(8, 50));

        assertThat(ring.advance(0)).isEqualTo(100);
        assertThat(ring.advance(99)).isEqualTo(100);
        assertThat(first.isSignaled()).isFalse();
        assertThat(ring.advance(100)).isEqualTo(150);
        assertThat(first.isSignaled()).isTrue();
        assertThat(second.isSignaled()).isFalse();
        assertThat(ring.advance(150)).isEqualTo(Long.MAX_VALUE);
        assertThat(second.isSignaled()).isTrue();
        assertThat(ring.inFlight()).isZero();
    }

    @Test
    void shouldStartAtSubmissionWhenTheRingWasIdle() {
        ring.submit(RingJob.lasting(1, 10));
        ring.advance(1_000);
        context.passNs(5_000);

        ring.submit(RingJob.lasting(2, 10));

        assertThat(ring.advance(5_000)).isEqualTo(5_010);
    }

    @Test
    void shouldKeepTheHardwaresTimesWhenTheEngineComesLate() {
        ring.submit(RingJob.lasting(1, 10));
        ring.submit(RingJob.lasting(2, 10));
        ring.submit(RingJob.lasting(3, 10));

        assertThat(ring.advance(25)).isEqualTo(30);
        assertThat(ring.interrupts).containsExactly("1", "2");
    }

    @Test
    void shouldRetireWithTheirOwnErrorsWhenJobsFail() {
        DmaFence good = ring.submit(RingJob.lasting(1, 1));
        DmaFence bad = ring.submit(new RingJob(2, 1, FenceError.EIO));

        ring.advance(2);

        assertThat(good.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(bad.errno()).isEqualTo(FenceError.EIO.errno());
        assertThat(ring.interrupts).containsExactly("1", "2-EIO");
    }

    @Test
    void shouldHoldUpThoseBehindWhenAJobHangs() {
        ring.submit(new RingJob(1, RingJob.HANG, null));
        DmaFence behind = ring.submit(RingJob.lasting(2, 1));

        assertThat(ring.advance(Long.MAX_VALUE - 1)).isEqualTo(Long.MAX_VALUE);
        assertThat(behind.isSignaled()).isFalse();
        assertThat(ring.inFlight()).isEqualTo(2);
    }

    @Test
    void shouldEndThoseBeforeWithTheirOwnErrorWhenALaterJobCompletes() {
        DmaFence hung = ring.submit(new RingJob(1, RingJob.HANG, null));
        DmaFence failed = ring.submit(new RingJob(2, 5, FenceError.EIO));
        DmaFence completed = ring.submit(RingJob.external(3));
        DmaFence behind = ring.submit(RingJob.external(4));

        assertThat(ring.complete(3, FenceError.ETIME)).isTrue();

        assertThat(hung.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(failed.errno()).isEqualTo(FenceError.EIO.errno());
        assertThat(completed.errno()).isEqualTo(FenceError.ETIME.errno());
        assertThat(behind.isSignaled()).isFalse();
        assertThat(ring.interrupts).containsExactly("1", "2-EIO", "3-ETIME");
        assertThat(ring.complete(3, null)).as("not in flight any more").isFalse();
    }

    @Test
    void shouldStartTheNextWhenAnExternalJobCompletes() {
        ring.submit(RingJob.external(1));
        ring.submit(RingJob.lasting(2, 10));
        context.passNs(100);
        ring.complete(1, null);

        assertThat(ring.advance(100)).isEqualTo(110);
    }

    @Test
    void shouldRefuseAndNameTheRingWhenItIsFull() {
        for (int i = 0; i < 4; i++) {
            ring.submit(RingJob.external(i));
        }
        assertThatThrownBy(() -> ring.submit(RingJob.external(4)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gfx")
                .hasMessageContaining("4 slots");

        ring.complete(0, null);
        assertThat(ring.submit(RingJob.external(4)).seqno()).isEqualTo(5);
    }

    @Test
    void shouldRefuseAJobWhenItsDurationIsNegative() {
        assertThatThrownBy(() -> ring.submit(RingJob.lasting(1, -2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-2 ns");
    }

    @Test
    void shouldTakeNoSlotWhenTheModuleMakesNoNewFences() {
        context.ledger().close();

        assertThatThrownBy(() -> ring.submit(RingJob.lasting(1, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is going");
        assertThat(ring.inFlight()).isZero();
        assertThat(ring.emittedSeqno()).isZero();
        assertThat(ring.advance(1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldGiveTheCallerAReferenceOfItsOwn() {
        DmaFence fence = ring.submit(RingJob.lasting(1, 1));
        assertThat(fence.references()).isEqualTo(2);
        ring.advance(1);
        assertThat(fence.references()).isEqualTo(1);
    }

    @Test
    void shouldTakeAJobWhenACallbackSubmitsIt() {
        List<DmaFence> next = new ArrayList<>();
        ring.submit(RingJob.lasting(1, 10)).addCallback(new FenceCallback() {
            @Override
            protected void onSignaled(DmaFence fence) {
                next.add(ring.submit(RingJob.lasting(2, 10)));
            }
        });

        ring.advance(15);
        assertThat(ring.advance(25)).isEqualTo(Long.MAX_VALUE);
        assertThat(next)
                .singleElement()
                .satisfies(fence -> assertThat(fence.isSignaled()).isTrue());
        assertThat(context.reports()).isEmpty();
    }

    @Test
    void shouldEndEverythingOnceWhenKilled() {
        DmaFence first = ring.submit(RingJob.external(1));
        DmaFence second = ring.submit(RingJob.lasting(2, 10));

        ring.kill(FenceError.ECANCELED);
        ring.kill(FenceError.EIO);

        assertThat(ring.interrupts).containsExactly("force-ECANCELED");
        assertThat(List.of(first, second))
                .allSatisfy(
                        fence -> assertThat(fence.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED)));
        assertThat(ring.inFlight()).isZero();
        assertThat(ring.advance(1_000)).isEqualTo(Long.MAX_VALUE);
        assertThat(ring.complete(2, null)).isFalse();
        assertThatThrownBy(() -> ring.submit(RingJob.external(3)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was killed with -ECANCELED");
    }

    @Test
    void shouldSignalEachFenceOnceWhenKilledWhileTheEngineRuns() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            TestRing raced = new TestRing(context, 16);
            AtomicInteger callbacks = new AtomicInteger();
            List<DmaFence> fences = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                DmaFence fence = raced.submit(RingJob.lasting(i, 1));
                fence.addCallback(new FenceCallback() {
                    @Override
                    protected void onSignaled(DmaFence signaled) {
                        callbacks.incrementAndGet();
                    }
                });
                fences.add(fence);
            }
            CountDownLatch start = new CountDownLatch(1);
            Thread killer = context.newThread("killer", () -> {
                start.countDown();
                raced.kill(FenceError.ENODEV);
            });
            killer.start();
            start.await();
            for (long now = 1; now <= 16; now++) {
                raced.advance(now);
            }
            killer.join();

            assertThat(callbacks).hasValue(16);
            assertThat(fences).allSatisfy(fence -> {
                assertThat(fence.isSignaled()).isTrue();
                assertThat(fence.references()).isEqualTo(1);
                assertThat(fence.errno()).isIn(0, FenceError.ENODEV.errno());
            });
            assertThat(context.reports()).isEmpty();
        }
    }

    @Test
    void shouldShowTheNumberToPollersBeforeTheInterruptOnlyWhenTheJobIsGood() {
        List<Long> seen = new ArrayList<>();
        TestRing polled = new TestRing(context, 4) {
            @Override
            protected void retire(long seqno, @Nullable FenceError error) {
                seen.add(completedSeqno());
                super.retire(seqno, error);
            }
        };
        polled.submit(RingJob.lasting(1, 1));
        polled.submit(new RingJob(2, 1, FenceError.EIO));
        polled.advance(2);

        assertThat(seen).containsExactly(1L, 1L);
        assertThat(polled.completedSeqno()).isEqualTo(2);
    }
}
