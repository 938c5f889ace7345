package org.example.invert;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.junit.jupiter.api.Test;

/** The driver from its jar: it leaves while a fence of its lives on. */
class InvertDriverIT {
    @Test
    void shouldLeaveWhileAFenceLivesOn() throws ModuleException {
        Path jar = Path.of("target/driver.jar");

        Modules modules = Modules.create(FenceRuntime.system(), ModuleSettings.defaults());
        LoadedModule driver = modules.insmod(jar, "invert");
        HardwareRing ring = driver.openRing(new RingSpec("cpu", "invert0", "job", 16));

        byte[] buffer = {0, 1};
        DmaFence done = ring.submit(RingJob.lasting(1, 0).withPayload(buffer));
        ring.advance(System.nanoTime()); // an engine of the actors module does this for you

        UnloadCertificate certificate = driver.rmmod(UnloadPolicy.orderly());
        System.out.println(certificate.render());

        assertThat(certificate.collected()).as(certificate.render()).isTrue();
        assertThat(done.status()).isEqualTo(FenceStatus.OK);
        assertThat(buffer).containsExactly(-1, -2);
        modules.close();
    }
}
