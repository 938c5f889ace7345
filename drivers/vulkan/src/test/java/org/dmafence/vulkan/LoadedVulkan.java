package org.dmafence.vulkan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.dmafence.driver.DeviceWork;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;

/** The driver from its jar, in a class loader of its own. */
final class LoadedVulkan implements AutoCloseable {
    private static final Path JAR = Path.of(System.getProperty("dmafence.vulkan.jar", "none"));
    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final Modules modules = Modules.create(
            FenceRuntime.builder().build(), ModuleSettings.defaults().withNotices(notices::add));

    LoadedModule load() throws ModuleException {
        return modules.insmod(JAR, "vulkan");
    }

    static HardwareRing ring(LoadedModule module) {
        return module.openRing(new RingSpec("card0", "compute", "job", 16));
    }

    static DmaFence submit(HardwareRing ring, RingJob job) {
        return Objects.requireNonNull(ring.submit(job));
    }

    /** A job whose result is right. */
    static DmaFence work(HardwareRing ring) {
        ByteBuffer out = Words.room(1024);
        DmaFence fence =
                submit(ring, RingJob.lasting(1, 0).withPayload(DeviceWork.compute(Words.from(0, 1024), out, 3)));
        assertThat(fence.awaitUninterruptibly(LONG)).isTrue();
        assertThat(out.getInt(40)).isEqualTo(Words.mixed(10, 3));
        return fence;
    }

    List<String> notices() {
        return notices;
    }

    /** Of the files in this process's memory, those that the driver brought. */
    static Set<String> natives() {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("lwjgl") || line.contains("libvulkan"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        modules.close();
    }
}
