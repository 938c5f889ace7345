package org.dmafence.amdgpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.dmafence.trace.FenceTag;
import org.junit.jupiter.api.Test;

class FenceDriverTest {
    private static final int SLOTS = 2;

    private final DriverTestContext context = new DriverTestContext();
    private final FenceDriver driver = driver(0);
    private final List<Long> signaled = new ArrayList<>();

    private FenceDriver driver(int initialSeq) {
        return new FenceDriver(context, "gfx_0.0.0", SLOTS, initialSeq, false, seq -> FenceTag.NONE);
    }

    private FenceCallback note() {
        return FenceCallback.of(fence -> signaled.add(fence.seqno()));
    }

    /** A fence with a reference for the test beside the ring's. */
    private static DmaFence emit(FenceDriver driver, int seq) {
        driver.makeRoom(seq);
        return driver.emit(seq).retain();
    }

    @Test
    void shouldSignalEverythingPassedInOrder() {
        List<DmaFence> fences = List.of(emit(driver, 1), emit(driver, 2), emit(driver, 3));
        fences.forEach(fence -> fence.addCallback(note()));
        driver.write(1, null);
        driver.write(2, null);
        assertThat(driver.process()).isTrue();
        assertThat(signaled).containsExactly(1L, 2L);
        assertThat(driver.process()).as("nothing new").isFalse();
        assertThat(driver.outstanding()).isEqualTo(1);
        assertThat(fences.get(0).references()).isEqualTo(1);
    }

    @Test
    void shouldGoOnWhenNumbersWrap() {
        FenceDriver wrapping = driver(0xffff_fffd);
        List<DmaFence> fences = new ArrayList<>();
        for (int seq = 0xffff_fffe; seq != 2; seq++) {
            fences.add(emit(wrapping, seq));
        }
        assertThat(fences).extracting(DmaFence::seqno).containsExactly(0xffff_fffeL, 0xffff_ffffL, 0L, 1L);
        assertThat(fences.get(2).isLaterThan(fences.get(1))).isTrue();
        wrapping.write(0, null);
        assertThat(wrapping.process()).isTrue();
        assertThat(fences).extracting(DmaFence::isSignaled).containsExactly(true, true, true, false);
        wrapping.forceCompletion(FenceError.ECANCELED);
        assertThat(fences.get(3).pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
    }

    @Test
    void shouldRefuseToEmitIntoAnOccupiedSlot() {
        for (int seq = 1; seq <= 2 * SLOTS; seq++) {
            emit(driver, seq);
        }
        assertThatThrownBy(() -> driver.emit(2 * SLOTS + 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("gfx_0.0.0")
                .hasMessageContaining("makeRoom");
    }

    @Test
    void shouldWaitForTheFenceInTheSlotWhenItIsOccupied() throws InterruptedException {
        for (int seq = 1; seq <= 2 * SLOTS; seq++) {
            emit(driver, seq);
        }
        Thread engine = context.newThread("engine", () -> emit(driver, 2 * SLOTS + 1));
        engine.start();
        await("the engine waits").until(() -> engine.getState() == Thread.State.WAITING);
        engine.interrupt();

        driver.write(1, null);
        driver.process();

        engine.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(engine.isAlive()).isFalse();
        assertThat(driver.outstanding()).isEqualTo(2 * SLOTS);
    }

    @Test
    void shouldProcessForItselfWhenTheInterruptForTheSlotWasLost() {
        DmaFence first = emit(driver, 1);
        for (int seq = 2; seq <= 2 * SLOTS; seq++) {
            emit(driver, seq);
        }
        driver.write(2, null);
        emit(driver, 2 * SLOTS + 1);
        assertThat(first.isSignaled()).isTrue();
    }

    @Test
    void shouldNotWaitForItselfWhenACallbackEmitsIntoItsOwnRange() {
        DmaFence first = emit(driver, 1);
        DmaFence second = emit(driver, 2);
        emit(driver, 3);
        emit(driver, 4);
        first.addCallback(FenceCallback.of(fence -> {
            emit(driver, 5);
            emit(driver, 6); // the slot of 2, which the loop around this callback owns
        }));
        driver.write(2, null);
        driver.process();
        assertThat(second.isSignaled()).isTrue();
        assertThat(driver.outstanding()).as("3 to 6: 6 was not taken for 2").isEqualTo(4);
    }

    @Test
    void shouldArmTheFallbackOnceAndAgainWhileMoreIsOut() {
        DmaFence first = emit(driver, 1);
        DmaFence second = emit(driver, 2);
        assertThat(driver.isFallbackArmed()).as("nobody waits").isFalse();
        first.enableSignaling();
        context.passNs(10);
        second.enableSignaling();
        assertThat(driver.advance(10)).as("from the first").isEqualTo(FenceDriver.FALLBACK_NS);

        driver.write(1, null);
        driver.process();
        assertThat(driver.advance(10)).as("armed again").isEqualTo(10 + FenceDriver.FALLBACK_NS);
        driver.write(2, null);
        driver.process();
        assertThat(driver.advance(10)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldNoticeProgressWhenTheFallbackExpires() {
        DmaFence fence = emit(driver, 1);
        fence.enableSignaling();
        driver.write(1, null); // and the interrupt is lost
        assertThat(driver.advance(FenceDriver.FALLBACK_NS - 1)).isEqualTo(FenceDriver.FALLBACK_NS);
        assertThat(fence.isSignaled()).isFalse();
        driver.advance(FenceDriver.FALLBACK_NS);
        assertThat(fence.isSignaled()).isTrue();
        assertThat(context.notices()).containsExactly("Fence fallback timer expired on ring gfx_0.0.0");
    }

    @Test
    void shouldSayNothingWhenTheFallbackExpiresWithoutProgress() {
        DmaFence fence = emit(driver, 1);
        fence.enableSignaling();
        assertThat(driver.advance(FenceDriver.FALLBACK_NS)).isEqualTo(Long.MAX_VALUE);
        assertThat(context.notices()).isEmpty();
        assertThat(fence.isSignaled()).isFalse();
    }

    @Test
    void shouldBlameTheOldestWhenATimeoutForcesCompletion() {
        DmaFence finished = emit(driver, 1);
        DmaFence guilty = emit(driver, 2);
        DmaFence behind = emit(driver, 3);
        driver.write(1, null);
        driver.forceCompletion(FenceError.ETIME);
        assertThat(finished.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(guilty.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ETIME));
        assertThat(behind.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
        driver.write(3, FenceError.EIO);
        assertThat(behind.pollStatus().error()).as("the hardware came too late").isEqualTo(FenceError.ECANCELED);
    }

    @Test
    void shouldFreeAGracePeriodAfterTheLastRelease() {
        DmaFence fence = emit(driver, 1);
        driver.write(1, null);
        driver.process();
        assertThat(driver.freed()).isZero();
        fence.release();
        context.runtime().rcu().barrier();
        assertThat(driver.freed()).isEqualTo(1);
    }

    @Test
    void shouldGiveEachSlotToOneThreadWhenSeveralProcess() throws InterruptedException {
        FenceDriver raced = new FenceDriver(context, "raced", 64, -1_000, false, seq -> FenceTag.NONE);
        AtomicInteger callbacks = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        int rounds = 5_000;
        Thread[] processors = new Thread[2];
        for (int i = 0; i < processors.length; i++) {
            processors[i] = context.newThread("processor-" + i, () -> {
                start.countDown();
                while (callbacks.get() < rounds) {
                    raced.process();
                }
            });
            processors[i].start();
        }
        start.await();
        List<DmaFence> fences = new ArrayList<>();
        for (int seq = -999, n = 0; n < rounds; seq++, n++) {
            DmaFence fence = emit(raced, seq);
            assertThat(fence.addCallback(FenceCallback.of(f -> callbacks.incrementAndGet())))
                    .isTrue();
            fences.add(fence);
            raced.write(seq, null);
        }
        for (Thread processor : processors) {
            processor.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(processor.isAlive()).isFalse();
        }
        assertThat(callbacks).hasValue(rounds);
        await("the last release").until(() -> fences.stream().allMatch(fence -> fence.references() == 1));
        assertThat(raced.outstanding()).isZero();
        assertThat(context.reports()).isEmpty();
    }
}
