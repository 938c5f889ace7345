package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.ModuleGoneException;
import org.junit.jupiter.api.Test;

/** The life cycle of a well-behaved driver, refusal and force. */
class UnloadTest extends ModuleFixture {
    @Test
    void shouldCollectLoaderWhenSignaledIndependentFencesLiveOn() throws Exception {
        LoadedModule module = load("");
        HardwareRing ring = module.openRing(RING);
        List<DmaFence> fences = new ArrayList<>();
        for (long id = 1; id <= 10_000; id++) {
            fences.add(signaled(ring, id));
        }
        UnloadCertificate certificate = module.rmmod(orderly());

        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.collected()).isTrue();
        assertThat(certificate.pins()).isEmpty();
        assertThat(certificate.fencesCreated()).isEqualTo(10_000);
        assertThat(certificate.fencesDetached()).isEqualTo(10_000);
        assertThat(certificate.fencesSignaledByPolicy()).isZero();
        assertThat(module.state()).isEqualTo(ModuleState.COLLECTED);
        assertThat(modules.loaded()).isEmpty();
        assertThat(fences).allMatch(fence -> fence.independence().independent());
        assertThat(fences.get(0).driverName()).isEqualTo("detached-driver");
        assertThat(fences.get(0).lastKnownDriverName()).isEqualTo("demo");
        fences.forEach(DmaFence::release);
    }

    @Test
    void shouldSignalWithPolicysErrorWhenNobodyElseDoes() throws Exception {
        LoadedModule module = load("");
        HardwareRing ring = module.openRing(RING);
        DmaFence fence = submit(ring, 1);
        UnloadCertificate certificate = module.rmmod(orderly());

        assertThat(fence.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(certificate.fencesSignaledByPolicy()).isEqualTo(1);
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThatThrownBy(() -> ring.submit(RingJob.external(2))).isInstanceOf(IllegalStateException.class);
        assertThat(ring.inFlight()).isZero();
    }

    @Test
    void shouldRefuseAndStayLiveWhenFencesKeepTheirOps() throws Exception {
        LoadedModule module = load(RELEASING);
        HardwareRing ring = module.openRing(RING);
        DmaFence fence = signaled(ring, 1);
        UnloadCertificate certificate = module.rmmod(orderly());

        assertThat(certificate.refused()).isTrue();
        assertThat(certificate.reached()).isEqualTo(ModuleState.LIVE);
        assertThat(certificate.pins()).singleElement().satisfies(pin -> {
            assertThat(pin.kind()).isEqualTo(Pin.Kind.FENCE_OPS);
            assertThat(pin.what()).contains("demo.Driver$1");
            assertThat(pin.site()).contains("demo.Base$Ring.submit");
        });
        signaled(ring, 2).release();
        fence.release();
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldEntombWhenForced() throws Exception {
        LoadedModule module = load(RELEASING);
        HardwareRing ring = module.openRing(RING);
        DmaFence signaled = signaled(ring, 1);
        DmaFence pending = submit(ring, 2);
        UnloadCertificate certificate = module.rmmod(forced());

        assertThat(certificate.forced()).isTrue();
        assertThat(certificate.entombed()).isEqualTo(2);
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.severed()).isNotEmpty();
        assertThat(pending.awaitUninterruptibly(0, TimeUnit.NANOSECONDS)).isTrue();
        assertThatThrownBy(signaled::release)
                .isInstanceOf(ModuleGoneException.class)
                .hasMessageContaining("demo");
        assertThat(module.tombstones().count()).isEqualTo(1);
        assertThat(module.tombstones().calls().get(0).op()).isEqualTo("release");
        assertThat(signaled.isFreed()).isTrue();
        assertThat(modules.tombstones()).contains(module.tombstones());
    }
}
