package org.dmafence.drivers.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.drivers.SimulatedDriver;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps.Op;
import org.dmafence.fence.FenceStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuirksTest {
    private static final RingJob HUNG = new RingJob(1, RingJob.HANG, null);

    private final DriverTestContext context = new DriverTestContext();

    @Test
    void shouldAnswerEtimeWhenAWaitForAnI915RequestExpires() {
        SimulatedRing ring = open("i915-request", "rcs0");
        DmaFence fence = ring.submit(RingJob.external(1));

        assertThat(fence.waitTimeout(true, 0)).isEqualTo(FenceError.ETIME.errno());
        ring.complete(1, null);
        assertThat(fence.waitTimeout(true, 0)).isEqualTo(1);
        assertThat(fence.waitTimeout(true, 70)).isEqualTo(70);
    }

    @Test
    void shouldNameTheDriverInBracketsWhenAnI915RequestHasNoContext() {
        assertThat(open("i915-request", "").submit(HUNG).timelineName()).isEqualTo("[i915]");
    }

    @Test
    void shouldLieAboutTheTimelineWhenAnI915RequestIsAskedTooLate() {
        RequestRing ring = (RequestRing) open("i915-request", "rcs0");
        DmaFence fence = ring.submit(RingJob.external(1));
        ring.complete(1, null);

        assertThat(ring.timelineName(fence)).isEqualTo("signaled");
    }

    @Test
    void shouldHandTheTimeBackUnchangedWhenARadeonFenceHasSignaled() {
        SimulatedRing ring = open("radeon", "gfx");
        DmaFence fence = ring.submit(RingJob.external(1));
        assertThat(fence.waitTimeout(true, 0)).isZero();
        ring.complete(1, null);

        assertThat(fence.waitTimeout(true, 0)).isZero();
        assertThat(fence.waitTimeout(true, 70)).isEqualTo(70);
    }

    @Test
    void shouldGiveUpWithEdeadlkWhenARadeonHangs() {
        SimulatedRing ring = open("radeon", "gfx");
        ring.submit(HUNG);
        DmaFence behind = ring.submit(RingJob.lasting(2, 1));

        assertThat(behind.waitTimeout(true, 1_000)).isEqualTo(FenceError.EDEADLK.errno());
        ring.complete(1, null);
        ring.advance(1);
        assertThat(behind.waitTimeout(true, 1_000)).isEqualTo(1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nouveau-legacy", "nouveau-uevent", "radeon", "vmwgfx", "host1x"})
    void shouldSignalWhoeverEnablesWhenTheInterruptIsLost(String slug) {
        Issuer issuer = Issuers.find(slug).orElseThrow();
        RingSpec spec = new RingSpec("dev", "gfx", slug, 4);
        SimulatedRing ring = switch (slug) {
            case "radeon" ->
                new RadeonRing(context, spec, issuer) {
                    @Override
                    protected void retire(long seqno, @Nullable FenceError error) {}
                };
            case "vmwgfx" ->
                new VmwgfxRing(context, spec, issuer) {
                    @Override
                    protected void retire(long seqno, @Nullable FenceError error) {}
                };
            case "host1x" ->
                new Host1xRing(context, spec, issuer) {
                    @Override
                    protected void retire(long seqno, @Nullable FenceError error) {}
                };
            default ->
                new NouveauRing(context, spec, issuer) {
                    @Override
                    protected void retire(long seqno, @Nullable FenceError error) {}
                };
        };
        DmaFence fence = ring.submit(RingJob.external(1));
        ring.complete(1, null);
        assertThat(fence.isSignaled()).isFalse();

        fence.enableSignaling();

        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(ring.advance(1)).as("no timer left").isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldHaveADeadChannelWhenANouveauRingIsBeingKilled() {
        SimulatedRing ring = open("nouveau-uevent", "gfx");
        DmaFence first = ring.submit(HUNG);
        DmaFence second = ring.submit(RingJob.external(2));
        List<String> names = new ArrayList<>();
        onSignal(first, () -> names.add(second.timelineName()));

        ring.kill(FenceError.ENODEV);

        assertThat(names).containsExactly("dead channel");
    }

    @Test
    void shouldPollTheHardwareWhenALegacyNouveauFenceIsWaitedFor() throws InterruptedException {
        NouveauRing ring =
                new NouveauRing(
                        context,
                        new RingSpec("dev", "gfx", "nouveau-legacy", 4),
                        Issuers.find("nouveau-legacy").orElseThrow()) {
                    @Override
                    protected void retire(long seqno, @Nullable FenceError error) {}
                };
        DmaFence fence = ring.submit(RingJob.external(1));
        AtomicLong result = new AtomicLong(Long.MIN_VALUE);
        Thread waiter = context.newThread("waiter", () -> result.set(fence.waitTimeout(false, Long.MAX_VALUE)));
        waiter.start();
        await().until(() -> waiter.getState() == Thread.State.TIMED_WAITING);

        ring.complete(1, null); // no interrupt: only polling can see it
        waiter.join();

        assertThat(result).hasPositiveValue();
        assertThat(fence.isSignaled()).isTrue();
    }

    @Test
    void shouldExpireWhenALegacyNouveauFenceIsNotDoneInTime() {
        DmaFence fence = open("nouveau-legacy", "gfx").submit(HUNG);

        assertThat(fence.waitTimeout(true, 0)).isZero();
        assertThat(interrupted(() -> fence.waitTimeout(true, 1_000))).isEqualTo(FenceError.ERESTARTSYS.errno());
    }

    @Test
    void shouldGoOnWaitingWhenAQxlWaiterIsInterrupted() throws InterruptedException {
        SimulatedRing ring = open("qxl", "release");
        DmaFence fence = ring.submit(RingJob.external(1));
        AtomicLong result = new AtomicLong(Long.MIN_VALUE);
        Thread waiter = context.newThread("waiter", () -> {
            Thread.currentThread().interrupt();
            result.set(fence.waitTimeout(true, Long.MAX_VALUE));
        });
        waiter.start();
        await().until(() -> waiter.getState() == Thread.State.WAITING);

        ring.complete(1, null);
        waiter.join();

        assertThat(result).hasPositiveValue();
        assertThat(interrupted(() -> open("amdgpu-ring", "gfx").submit(HUNG).waitTimeout(true, 5)))
                .as("what everybody else answers")
                .isEqualTo(FenceError.ERESTARTSYS.errno());
    }

    @Test
    void shouldNumberAtEmissionAndNeverPollWhenVirtio() {
        List<Long> atInit = new ArrayList<>();
        VirtioRing ring =
                new VirtioRing(
                        context,
                        new RingSpec("dev", "ctrl", "virtio-gpu", 4),
                        Issuers.find("virtio-gpu").orElseThrow()) {
                    @Override
                    protected @Nullable String timelineName(DmaFence fence) {
                        atInit.add(fence.seqno());
                        return super.timelineName(fence);
                    }

                    @Override
                    protected void retire(long seqno, @Nullable FenceError error) {}
                };
        DmaFence fence = ring.submit(RingJob.external(1));

        assertThat(atInit).containsOnly(0L);
        assertThat(fence.seqno()).isEqualTo(1);
        ring.complete(1, null);
        assertThat(fence.pollSignaled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "panfrost, js-1, panfrost-js-1",
        "panfrost, js-3, (null)",
        "v3d, csd, v3d-csd",
        "v3d, cpu, (null)",
        "amdkfd, python3, python3",
        "amdkfd, '', (null)",
        "radeon, vce2, radeon.vce2",
        "radeon, vce3, radeon.unk",
        "imagination-job, fragment, fragment",
        "imagination-cccb, fragment, fragment-cccb",
        "imagination-cccb, blit, invalid",
        "i915-work, clflush, clflush",
        "i915-work, '', work"
    })
    void shouldKnowTheTimelinesOfItsOwnRingsOnly(String slug, String ring, String timeline) {
        assertThat(open(slug, ring).submit(HUNG).timelineName()).isEqualTo(timeline);
        assertThat(context.reports()).isEmpty();
    }

    @Test
    void shouldTellTheLogWhenARingIsUnknown() {
        open("radeon", "vce3");

        assertThat(context.notices()).singleElement().asString().contains("radeon", "vce3");
    }

    @Test
    void shouldWrapSoonWhenMsm() {
        SimulatedRing ring = open("msm", "gpu-ring-0");
        List<DmaFence> fences = new ArrayList<>();
        for (int i = 1; i <= 0x102; i++) {
            DmaFence fence = ring.submit(RingJob.lasting(i, 1));
            fences.add(fence);
            assertThat(fence.pollSignaled()).isFalse();
            ring.complete(i, null);
        }

        assertThat(fences.get(0).seqno()).isEqualTo(0xffff_ff01L);
        assertThat(fences.get(0xff).seqno()).isZero();
        assertThat(fences.get(0x101).seqno()).isEqualTo(2);
        assertThat(fences.get(0x101).isLaterThan(fences.get(0))).isTrue();
    }

    @Test
    void shouldRaiseTheClocksThreeMillisecondsAheadWhenAnMsmFenceHasADeadline() {
        MsmRing ring = (MsmRing) open("msm", "gpu-ring-0");
        DmaFence fence = ring.submit(HUNG);

        fence.setDeadline(20_000_000);
        fence.setDeadline(10_000_000);
        fence.setDeadline(30_000_000);

        assertThat(ring.advance(0)).isEqualTo(7_000_000);
        assertThat(ring.boosts()).isZero();
        assertThat(ring.advance(7_000_000)).isEqualTo(Long.MAX_VALUE);
        assertThat(ring.boosts()).isEqualTo(1);
        assertThat(ring.soonestDeadlineNs()).isEqualTo(10_000_000);
        fence.setDeadline(8_000_000);
        ring.advance(7_000_001);
        assertThat(ring.boosts()).as("closer than 3 ms: at once").isEqualTo(2);
    }

    @Test
    void shouldEndWithEtimedoutWhenSomebodyWaitedHalfAMinuteForHost1x() {
        SimulatedRing ring = open("host1x", "syncpt");
        DmaFence waited = ring.submit(HUNG);
        DmaFence unwatched = ring.submit(RingJob.external(2));
        assertThat(ring.advance(0)).isEqualTo(Long.MAX_VALUE);
        context.passNs(5);

        waited.enableSignaling();

        assertThat(ring.advance(5)).isEqualTo(5 + Host1xRing.TIMEOUT_NS);
        ring.advance(5 + Host1xRing.TIMEOUT_NS);
        assertThat(waited.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ETIMEDOUT));
        assertThat(unwatched.isSignaled()).isFalse();
        assertThat(waited.context()).isNotEqualTo(unwatched.context());
        assertThat(waited.seqno()).isZero();
        ring.complete(2, null);
        assertThat(unwatched.pollStatus()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldStopTheClockWhenHost1xIsDoneInTime() {
        SimulatedRing ring = open("host1x", "syncpt");
        DmaFence fence = ring.submit(RingJob.lasting(1, 10));
        fence.enableSignaling();

        assertThat(ring.advance(10)).isEqualTo(Long.MAX_VALUE);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
    }

    @Test
    void shouldBugWhenTheNameOfADetachedCrtcFenceIsAsked() {
        SimulatedRing ring = open("drm-crtc", "31-crtc-0");
        DmaFence fence = ring.submit(RingJob.external(1));
        CrtcRing crtc = (CrtcRing) ring;
        assertThat(crtc.timelineName(fence)).isEqualTo("CRTC:31-crtc-0");
        ring.complete(1, null);

        assertThat(fence.timelineName()).as("the core no longer asks").isEqualTo("signaled-timeline");
        assertThatThrownBy(() -> crtc.driverName(fence))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("kernel BUG");
    }

    @Test
    void shouldCountAsSignaledWhenAnXeFenceHasAnError() {
        XeHwRing ring = (XeHwRing) open("xe-hw", "rcs0");
        FenceContext fences = context.newContext("rcs0").build();
        DmaFence pending = fences.newFence(new IssuerFence(ring, fences, 1, Op.SIGNALED), 1);
        DmaFence failed = fences.newFence(new IssuerFence(ring, fences, 2, Op.SIGNALED), 2);
        fences.setError(failed, FenceError.ECANCELED);

        assertThat(pending.pollSignaled()).isFalse();
        assertThat(failed.pollSignaled()).isTrue();
        assertThat(failed.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
    }

    @Test
    void shouldCompareSixtyFourBitsWhenAUserQueue() {
        SimulatedRing ring = open("amdgpu-userq", "python3");

        DmaFence fence = ring.submit(RingJob.external(1));

        assertThat(fence.isSeqno64()).isTrue();
        assertThat(open("etnaviv", "gpu").submit(HUNG).isSeqno64()).isFalse();
    }

    @Test
    void shouldShareContextZeroWhenUnnumbered() {
        SimulatedRing ring = open("i915-work", "clflush");

        DmaFence first = ring.submit(RingJob.external(1));
        DmaFence second = ring.submit(RingJob.external(2));
        ring.complete(1, null);

        assertThat(List.of(first.context(), first.seqno(), second.context(), second.seqno()))
                .containsOnly(0L);
        assertThat(first.isSignaled()).isTrue();
        assertThat(second.isSignaled()).isFalse();
    }

    private SimulatedRing open(String slug, String ring) {
        SimulatedDriver driver = (SimulatedDriver) new GenericDrivers().create(slug);
        driver.init(context);
        return driver.openRing(new RingSpec("dev", ring, slug, 4));
    }

    /** Runs with the interrupt status set, and clears it. */
    private static long interrupted(LongSupplier body) {
        Thread.currentThread().interrupt();
        try {
            return body.getAsLong();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static void onSignal(DmaFence fence, Runnable action) {
        fence.addCallback(new FenceCallback() {
            @Override
            protected void onSignaled(DmaFence signaled) {
                action.run();
            }
        });
    }
}
