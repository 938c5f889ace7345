package org.example.compute;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
import org.dmafence.module.UnloadPolicy;

/** Has a device compute a million words after another job of its own, and unloads its driver. */
public final class Compute {
    private static final int WORDS = 1 << 20;
    private static final int ROUNDS = 100;

    private Compute() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Modules modules = Modules.create(FenceRuntime.system(), ModuleSettings.defaults());
        LoadedModule driver;
        try {
            driver = modules.insmod(driverJar(Path.of("target/drivers")), "vulkan");
        } catch (ModuleException e) {
            System.out.println(e.getMessage()); // says what to install
            return;
        }
        HardwareRing filling = driver.openRing(new RingSpec("gpu", "fill", "job", 16));
        HardwareRing computing = driver.openRing(new RingSpec("gpu", "compute", "job", 16));
        ByteBuffer in = ByteBuffer.allocateDirect(4 * WORDS).order(ByteOrder.nativeOrder());
        ByteBuffer out = ByteBuffer.allocateDirect(4 * WORDS).order(ByteOrder.nativeOrder());
        for (int i = 0; i < WORDS; i++) {
            in.putInt(4 * i, i);
        }

        DmaFence before = filling.submit(RingJob.lasting(1, 0).withPayload(DeviceWork.fill(4 * WORDS, 0)));
        DeviceWork work = DeviceWork.compute(in, out, ROUNDS).after(before); // the device waits, not the host
        DmaFence done = computing.submit(RingJob.lasting(2, 0).withPayload(work));
        done.await();

        System.out.println("fence " + done.status() + ", and so is the one before: " + before.status());
        System.out.println("word 7 is right: " + (out.getInt(4 * 7) == mixed(7)));
        boolean gone = driver.rmmod(UnloadPolicy.orderly()).collected();
        System.out.println("the driver is gone: " + gone + "; the fence is still here: " + done.status());
    }

    /** What the device does with each word; drivers/vulkan has the shader. */
    private static int mixed(int word) {
        int mixed = word;
        for (int round = 0; round < ROUNDS; round++) {
            mixed = (mixed ^ (mixed >>> 15)) * 747796405 + (int) 2891336453L;
        }
        return mixed;
    }

    private static Path driverJar(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("dmafence-vulkan"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
