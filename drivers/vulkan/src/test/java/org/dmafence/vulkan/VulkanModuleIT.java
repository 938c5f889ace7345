package org.dmafence.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleState;
import org.dmafence.module.Pin;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Out again, with nothing left behind. In a process of its own. */
class VulkanModuleIT {
    private static final int CYCLES = Integer.getInteger("dmafence.vulkan.cycles", 5);

    private final LoadedVulkan vulkan = new LoadedVulkan();

    @BeforeEach
    void assume() {
        Lavapipe.assume();
    }

    @AfterEach
    void close() {
        vulkan.close();
    }

    @Test
    void shouldBeCollectedWithItsNativesAgainAndAgain() throws Exception {
        Set<String> before = LoadedVulkan.natives(); // of other tests in this process, if there were any
        List<DmaFence> kept = new ArrayList<>();
        for (int cycle = 1; cycle <= CYCLES; cycle++) {
            LoadedModule module = vulkan.load();
            kept.add(LoadedVulkan.work(LoadedVulkan.ring(module)));
            assertThat(before.containsAll(LoadedVulkan.natives())).isFalse();

            UnloadCertificate certificate = module.rmmod(UnloadPolicy.orderly());

            assertThat(certificate.reached())
                    .as("cycle %d%n%s", cycle, certificate.render())
                    .isEqualTo(ModuleState.COLLECTED);
            if (cycle == 1 || cycle % 10 == 0) {
                System.out.println("after " + cycle + " loads: " + resident());
            }
        }

        // The JVM unloads them a moment after the loader.
        await().atMost(Duration.ofSeconds(20)).until(() -> before.containsAll(LoadedVulkan.natives()));
        assertThat(kept).hasSize(CYCLES).allMatch(fence -> fence.independence().independent());
    }

    private static String resident() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS")).findFirst().orElse("");
        }
    }

    @Test
    void shouldRefuseToGoWhileTheDeviceIsBusy() throws Exception {
        LoadedModule module = vulkan.load();
        HardwareRing ring = LoadedVulkan.ring(module);
        DmaFence hangs = LoadedVulkan.submit(ring, new RingJob(1, RingJob.HANG, null));
        LoadedVulkan.submit(ring, RingJob.lasting(2, 0));

        UnloadCertificate refused =
                module.rmmod(UnloadPolicy.orderly().withDrainTimeoutNs(TimeUnit.MILLISECONDS.toNanos(50)));

        assertThat(refused.refused()).isTrue();
        assertThat(refused.pins())
                .filteredOn(pin -> pin.kind() == Pin.Kind.NATIVE_BUSY)
                .singleElement()
                .satisfies(pin -> assertThat(pin.what()).contains("2 submissions of ring compute on device"));
        assertThat(hangs.isSignaled()).isFalse();
        assertThat(module.state()).isEqualTo(ModuleState.LIVE);

        assertThat(ring.complete(1, null)).isTrue();
        assertThat(module.rmmod(UnloadPolicy.orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(hangs.status().error()).isNull();
    }
}
