package org.dmafence.vulkan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.lwjgl.system.Configuration;
import org.lwjgl.system.Library;
import org.lwjgl.vulkan.VK;

/** The native libraries of one load of the driver: LWJGL's own, from its jar, and the system's Vulkan loader. */
final class Natives {
    /** How many devices use them. */
    private static int users;

    private Natives() {}

    /**
     * Loads them, or counts one more who uses them; {@link #unload} undoes it.
     *
     * @throws IllegalStateException if there is no Vulkan loader
     */
    static synchronized void load() {
        Configuration.VULKAN_EXPLICIT_INIT.set(true);
        Configuration.MEMORY_ALLOCATOR.set("system"); // the other one is in a jar that we don't bring
        if (users == 0) {
            loadAll();
        }
        users++;
    }

    private static void loadAll() {
        loadOwn();
        try {
            VK.create();
        } catch (UnsatisfiedLinkError e) {
            throw missing("there is no Vulkan loader: " + e.getMessage());
        }
    }

    /**
     * A JVM loads one file into one class loader at a time, and unloads it when that is collected: each load has a copy
     * of its own, whose file is not needed once it is mapped.
     */
    private static void loadOwn() {
        try {
            Path directory = Files.createTempDirectory("dmafence-vulkan");
            try {
                Configuration.SHARED_LIBRARY_EXTRACT_PATH.set(directory.toString());
                Library.initialize();
            } catch (UnsatisfiedLinkError e) {
                throw new IllegalStateException(
                        "LWJGL's library can't be loaded, which is there for Linux on x86-64: " + e.getMessage(), e);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no place for LWJGL's library: " + e.getMessage(), e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Gives the Vulkan loader, and with it the devices' drivers, back to the system. */
    static synchronized void unload() {
        users--;
        if (users == 0) {
            VK.destroy();
        }
    }

    static IllegalStateException missing(String what) {
        return new IllegalStateException(what + ". Install a Vulkan driver: on Debian and Ubuntu, apt-get install"
                + " mesa-vulkan-drivers libvulkan1; it brings one that needs no GPU");
    }
}
