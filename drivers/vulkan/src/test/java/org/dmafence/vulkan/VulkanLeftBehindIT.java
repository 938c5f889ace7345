package org.dmafence.vulkan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleState;
import org.dmafence.module.Pin;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.junit.jupiter.api.Test;

/** Out by force, with the device left behind. In a process of its own, which keeps it. */
class VulkanLeftBehindIT {
    @Test
    void shouldLeaveABusyDeviceBehindAndSaySo() throws Exception {
        Lavapipe.assume();
        try (LoadedVulkan vulkan = new LoadedVulkan()) {
            LoadedModule module = vulkan.load();
            DmaFence hangs = LoadedVulkan.submit(LoadedVulkan.ring(module), new RingJob(1, RingJob.HANG, null));

            UnloadCertificate certificate =
                    module.rmmod(UnloadPolicy.forced().withDrainTimeoutNs(TimeUnit.MILLISECONDS.toNanos(50)));

            assertThat(certificate.reached()).as(certificate.render()).isEqualTo(ModuleState.COLLECTED);
            assertThat(certificate.severed()).extracting(Pin::kind).contains(Pin.Kind.NATIVE_BUSY);
            assertThat(hangs.status().error()).isEqualTo(FenceError.ECANCELED);
            assertThat(vulkan.notices()).anyMatch(notice -> notice.contains("is left behind"));
            assertThat(LoadedVulkan.natives()).anyMatch(file -> file.contains("libvulkan")); // in use

            LoadedVulkan.work(LoadedVulkan.ring(vulkan.load())); // a second device beside it
        }
    }
}
