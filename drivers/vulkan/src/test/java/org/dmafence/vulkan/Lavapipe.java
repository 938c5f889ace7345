package org.dmafence.vulkan;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The device of the tests, a Vulkan driver in software that {@code fetch-mesa} unpacked for them. */
final class Lavapipe {
    private static final Path MESA = Path.of(System.getProperty("dmafence.mesa", "target/mesa"));

    private Lavapipe() {}

    /** Skips the test if there is none. */
    static void assume() {
        boolean there = Files.exists(MESA.resolve("lavapipe.json"));
        if (!there) {
            System.err.println(
                    "SKIPPED: no Vulkan device for the tests of drivers/vulkan; see drivers/vulkan/fetch-mesa");
        }
        Assumptions.assumeTrue(there, "no Vulkan device; see drivers/vulkan/fetch-mesa");
    }
}
