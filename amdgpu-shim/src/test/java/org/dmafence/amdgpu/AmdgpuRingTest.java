package org.dmafence.amdgpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.drivers.RecordedFences;
import org.dmafence.drivers.SimulatedDriver;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmdgpuRingTest {
    private static final RingSpec SPEC = new RingSpec("0000:03:00.0", "sdma0", "ring", 4);

    private final DriverTestContext context = new DriverTestContext();
    private final AmdgpuRing ring = new AmdgpuRing(context, SPEC, false);

    private SimulatedDriver openModule() {
        SimulatedDriver module = (SimulatedDriver) new AmdgpuProvider().create("amdgpu");
        module.init(context);
        return module;
    }

    private void passNs(long ns) {
        context.passNs(ns);
        ring.advance(context.nowNs());
    }

    @Test
    void shouldSignalByTheFallbackTimerWhenTheInterruptGetsLost() {
        ring.loseInterrupts(1);
        DmaFence fence = ring.submit(RingJob.lasting(1, 100));
        fence.enableSignaling();
        passNs(100);
        assertThat(ring.inFlight()).as("the hardware is done").isZero();
        assertThat(fence.isSignaled()).isFalse();

        passNs(FenceDriver.FALLBACK_NS);

        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(context.notices()).containsExactly("Fence fallback timer expired on ring sdma0");
    }

    @Test
    void shouldSignalByTheFallbackTimerWhenItIsEnabledAfterTheInterruptGotLost() {
        ring.loseInterrupts(1);
        DmaFence fence = ring.submit(RingJob.lasting(1, 100));
        context.passNs(100);
        assertThat(ring.advance(100)).as("the engine comes again").isEqualTo(100 + FenceDriver.FALLBACK_NS);
        fence.enableSignaling();
        passNs(FenceDriver.FALLBACK_NS);
        assertThat(fence.isSignaled()).isTrue();
    }

    @Test
    void shouldCatchUpWhenTheNextInterruptComes() {
        ring.loseInterrupts(1);
        DmaFence first = ring.submit(RingJob.external(1));
        DmaFence second = ring.submit(RingJob.external(2));
        ring.complete(1, FenceError.EIO);
        assertThat(first.isSignaled()).isFalse();
        ring.complete(2, null);
        assertThat(first.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.EIO));
        assertThat(second.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(context.notices()).isEmpty();
    }

    @Test
    void shouldRaiseOneInterruptForAllThatIsDue() {
        ring.loseInterrupts(1);
        List<DmaFence> fences =
                List.of(ring.submit(RingJob.lasting(1, 10)), ring.submit(new RingJob(2, 10, FenceError.EIO)));
        context.passNs(20);
        ring.advance(20);
        assertThat(fences).as("the one that is lost").noneMatch(DmaFence::isSignaled);

        DmaFence third = ring.submit(RingJob.lasting(3, 10));
        context.passNs(10);
        ring.advance(30);

        assertThat(fences)
                .extracting(DmaFence::pollStatus)
                .containsExactly(FenceStatus.OK, new FenceStatus(true, FenceError.EIO));
        assertThat(third.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(third.timestampNs()).isEqualTo(30);
        assertThat(fences.get(0).timestampNs()).isEqualTo(30);
    }

    @Test
    void shouldSignalInTheOrderOfTheNumbersThoughACallbackComesBackToTheRing() {
        List<Long> order = new ArrayList<>();
        FenceCallback[] note = new FenceCallback[4];
        for (int i = 0; i < note.length; i++) {
            note[i] = FenceCallback.of(fence -> order.add(fence.seqno()));
        }
        DmaFence first = ring.submit(RingJob.lasting(1, 10));
        first.addCallback(note[0]);
        first.addCallback(FenceCallback.of(fence -> {
            ring.submit(RingJob.lasting(3, 0)).addCallback(note[2]);
            ring.advance(20);
            ring.submit(RingJob.external(4)).addCallback(note[3]);
            assertThat(ring.complete(4, null)).isTrue();
        }));
        ring.submit(RingJob.lasting(2, 10)).addCallback(note[1]);
        context.passNs(20);

        ring.advance(20);

        assertThat(order).containsExactly(1L, 2L, 3L, 4L);
        assertThat(ring.inFlight()).isZero();
        assertThat(context.reports()).isEmpty();
    }

    @Test
    void shouldArmTheFallbackTimerForAFenceThatIsMadeWithItsCallback() {
        List<Long> signaled = new ArrayList<>();
        assertThat(ring.arms()).isTrue();
        DmaFence fence = ring.submit(RingJob.external(1), FenceCallback.of(done -> signaled.add(done.seqno())));
        assertThat(fence.isSignalingEnabled()).isTrue();
        assertThat(fence.references()).as("the ring's, and the caller's").isEqualTo(2);
        assertThat(ring.advance(0)).isEqualTo(FenceDriver.FALLBACK_NS);

        ring.loseInterrupts(1);
        ring.complete(1, null);
        assertThat(signaled).isEmpty();
        passNs(FenceDriver.FALLBACK_NS);

        assertThat(signaled).containsExactly(1L);
        assertThat(fence.references()).isEqualTo(1);
    }

    @Test
    void shouldKeepGoingWhenAllInterruptsGetLost() {
        ring.loseInterrupts(Integer.MAX_VALUE);
        List<DmaFence> fences = new ArrayList<>();
        for (int id = 0; id < 50; id++) {
            fences.add(ring.submit(RingJob.external(id)));
            ring.complete(id, null);
        }
        assertThat(fences.subList(0, 42)).allMatch(DmaFence::isSignaled);
        assertThat(ring.drain()).isTrue();
        assertThat(fences).allMatch(DmaFence::isSignaled);
    }

    @Test
    void shouldLetTheHardwareFinishWhenTheModuleExits() {
        SimulatedDriver module = openModule();
        SimulatedRing opened = module.openRing(SPEC);
        DmaFence finishing = opened.submit(RingJob.lasting(1, 5));
        DmaFence hung = opened.submit(new RingJob(2, RingJob.HANG, null));
        context.passNs(5);

        module.exit();

        assertThat(finishing.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(hung.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
    }

    @Test
    void shouldForceTheRestWhenTheHardwareTakesTooLong() {
        SimulatedDriver module = openModule();
        DmaFence slow = module.openRing(SPEC).submit(RingJob.lasting(1, 1_000_000));
        module.exit();
        assertThat(slow.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
    }

    @Test
    void shouldBeReferredToByItsSignaledFencesOnlyWhenTheyAreNotIndependent() {
        Kept today = signaledFence(false);
        Kept independent = signaledFence(true);

        Awaitility.await("the independent ring is collected").until(() -> {
            System.gc();
            return independent.driver().get() == null;
        });
        assertThat(independent.fence().pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(today.driver().get()).as("by its lock, and by its ops").isNotNull();
        assertThat(today.fence().pollStatus()).isEqualTo(FenceStatus.OK);
    }

    private record Kept(DmaFence fence, WeakReference<@Nullable FenceDriver> driver) {}

    private Kept signaledFence(boolean independent) {
        AmdgpuRing temporary = new AmdgpuRing(context, SPEC, independent);
        DmaFence fence = temporary.submit(RingJob.external(1));
        fence.enableSignaling();
        temporary.complete(1, null);
        return new Kept(fence, new WeakReference<>(temporary.fenceDriver()));
    }

    @Test
    void shouldTellTheFlightRecorderWhichJobAFenceIsOf(@TempDir Path directory) {
        List<String> events = RecordedFences.record(directory, "amdgpu", () -> {
            List<DmaFence> fences = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                fences.add(ring.submit(RingJob.external(100 + i)));
                ring.complete(100 + i, null);
            }
            fences.get(2).release();
        });

        assertThat(events)
                .contains("Init 1 hardware 101 ", "Emit 2 hardware 102 ", "Signaled 2 hardware 102 ")
                .contains("Init 3 hardware 103 ", "Signaled 3 hardware 103 ", "Destroy 3 hardware 103 ");
    }

    /** A fence may be kept while the ring goes round: better no number than another job's. */
    @Test
    void shouldNotTakeALaterJobForAFencesOwn(@TempDir Path directory) {
        DmaFence old = ring.submit(RingJob.external(100));
        ring.complete(100, null);
        for (int i = 1; i <= 2 * SPEC.slots(); i++) {
            ring.submit(RingJob.external(100 + i)).release();
            ring.complete(100 + i, null);
        }

        List<String> events = RecordedFences.record(directory, "amdgpu", old::release);

        assertThat(events).containsExactly("Destroy 1 hardware -1 ");
    }
}
