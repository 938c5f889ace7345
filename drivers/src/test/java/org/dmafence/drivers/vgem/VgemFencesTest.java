package org.dmafence.drivers.vgem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dmafence.driver.DriverInfo;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.drivers.DriverTestContext;
import org.dmafence.drivers.SimulatedRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceIndependence.Condition;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What running kernels answer (6.1, 6.12 and 7.2 agree), on the model. */
class VgemFencesTest {
    private static final long TEN_SECONDS_NS = 10_000_000_000L;

    private final DriverTestContext context = new DriverTestContext();
    private final VgemDriver driver = new VgemDriver(new DriverInfo("vgem", "1", "Apache-2.0", "virtual GEM"));
    private VgemFences file;
    private int buffer;

    @BeforeEach
    void open() {
        driver.init(context);
        file = driver.open();
        buffer = file.createBuffer();
    }

    @Test
    void shouldHaveNothingToWaitForWhenTheBufferIsIdle() throws VgemException {
        assertThat(file.export(buffer, true)).isEmpty();
    }

    @Test
    void shouldShowAnActiveFenceOfItsOwnContextWhenAWriteIsPending() throws VgemException {
        int id = file.attach(buffer, VgemFences.WRITE);

        DmaFence fence = only(file.export(buffer, false));
        assertThat(id).isEqualTo(1);
        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.ACTIVE);
        assertThat(fence.driverName()).isEqualTo("vgem");
        assertThat(fence.timelineName()).isEqualTo("unbound");
        assertThat(fence.context()).isPositive();
        assertThat(fence.seqno()).isEqualTo(1);
    }

    @Test
    void shouldRefuseBothKindsOfAccessWhenAWriteIsPending() throws VgemException {
        file.attach(buffer, VgemFences.WRITE);

        assertRefused(FenceError.EBUSY, () -> file.attach(buffer, 0));
        assertRefused(FenceError.EBUSY, () -> file.attach(buffer, VgemFences.WRITE));
    }

    @Test
    void shouldShareWithReadersAndHoldUpAWriterWhenAReadIsPending() throws VgemException {
        int first = file.attach(buffer, 0);
        int second = file.attach(buffer, 0);

        assertThat(List.of(first, second)).containsExactly(1, 2);
        assertThat(file.export(buffer, false)).as("readers").isEmpty();
        assertThat(file.export(buffer, true)).as("a writer").hasSize(2);
        assertRefused(FenceError.EBUSY, () -> file.attach(buffer, VgemFences.WRITE));
        file.signal(first);
        file.signal(second);
        assertThat(file.attach(buffer, VgemFences.WRITE)).isEqualTo(3);
    }

    @Test
    void shouldSignalOnceAndKnowTheNumberNoMoreWhenSignaled() throws VgemException {
        int id = file.attach(buffer, VgemFences.WRITE);
        DmaFence fence = only(file.export(buffer, false));

        file.signal(id);

        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(fence.driverName()).isEqualTo("detached-driver");
        assertRefused(FenceError.ENOENT, () -> file.signal(id));
        assertRefused(FenceError.ENOENT, () -> file.signal(99));
    }

    @Test
    void shouldEndWithSuccessAndTellTheLateSignalerWhenTenSecondsPass() throws VgemException {
        int id = file.attach(buffer, VgemFences.WRITE);
        DmaFence fence = only(file.export(buffer, false));

        assertThat(file.advance(TEN_SECONDS_NS - 1)).isEqualTo(TEN_SECONDS_NS);
        assertThat(fence.isSignaled()).isFalse();
        assertThat(file.advance(TEN_SECONDS_NS)).isEqualTo(Long.MAX_VALUE);

        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        assertRefused(FenceError.ETIMEDOUT, () -> file.signal(id));
        assertRefused(FenceError.ENOENT, () -> file.signal(id));
    }

    @Test
    void shouldRefuseFlagsAndHandlesWhenTheyAreUnknown() {
        assertRefused(FenceError.EINVAL, () -> file.attach(buffer, 2));
        assertRefused(FenceError.ENOENT, () -> file.attach(buffer + 1, 0));
    }

    @Test
    void shouldSignalWithSuccessWhenTheFileCloses() throws VgemException {
        file.attach(buffer, 0);
        DmaFence fence = only(file.export(buffer, true));

        file.close();

        assertThat(fence.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(fence.references()).as("the caller's own").isEqualTo(1);
        assertRefused(FenceError.ENOENT, () -> file.attach(buffer, 0));
    }

    @Test
    void shouldDeleteTheTimerWhenTheLastReferenceGoes() throws VgemException {
        int id = file.attach(buffer, 0);
        DmaFence fence = only(file.export(buffer, true));
        file.signal(id);
        file.attach(buffer, 0); // drops the buffer's reference to the signalled one
        fence.release();

        assertThat(fence.isFreed()).isTrue();
        context.passNs(1);
        file.close();
        assertThat(file.advance(0)).isEqualTo(Long.MAX_VALUE);
        assertThat(context.reports()).isEmpty();
    }

    @Test
    void shouldKeepItsOpsWhenSignaled() throws VgemException {
        int id = file.attach(buffer, 0);
        DmaFence fence = only(file.export(buffer, true));
        file.signal(id);

        assertThat(fence.isDetached()).isFalse();
        assertThat(fence.independence().failing()).containsExactly(Condition.DETACHED);
        assertThat(driver.issuers().get(0).detaches()).isFalse();
    }

    @Test
    void shouldExpireWithoutAnErrorWhenARingsJobHangs() {
        SimulatedRing ring = driver.openRing(new RingSpec("vgem", "render", "fence", 4));
        DmaFence quick = ring.submit(RingJob.lasting(1, 5));
        DmaFence hung = ring.submit(new RingJob(2, RingJob.HANG, null));

        assertThat(ring.advance(0)).isEqualTo(5);
        ring.advance(5);
        assertThat(quick.isSignaled()).isTrue();
        assertThat(hung.isSignaled()).isFalse();
        ring.advance(TEN_SECONDS_NS);

        assertThat(hung.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(ring.inFlight()).isEqualTo(1);
        assertThat(hung.context()).isNotEqualTo(quick.context());
    }

    @Test
    void shouldEndEverythingWhenTheModuleExits() throws VgemException {
        SimulatedRing ring = driver.openRing(new RingSpec("vgem", "render", "fence", 4));
        DmaFence job = ring.submit(RingJob.external(1));
        file.attach(buffer, 0);
        DmaFence attached = only(file.export(buffer, true));

        driver.exit();

        assertThat(attached.pollStatus()).isEqualTo(FenceStatus.OK);
        assertThat(job.pollStatus()).isEqualTo(new FenceStatus(true, FenceError.ECANCELED));
        assertThat(context.ledger().unsignaledCount()).isZero();
    }

    private static DmaFence only(List<DmaFence> fences) {
        assertThat(fences).hasSize(1);
        return fences.get(0);
    }

    private static void assertRefused(FenceError error, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        VgemException.class, e -> assertThat(e.error()).isEqualTo(error));
    }
}
