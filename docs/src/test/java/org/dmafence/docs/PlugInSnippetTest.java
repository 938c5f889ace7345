package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.dmafence.docs.thumbnail.ThumbnailPlugIn;
import org.dmafence.driver.DriverProvider;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.LoadedModule;
import org.dmafence.module.ModuleException;
import org.dmafence.module.ModuleSettings;
import org.dmafence.module.Modules;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.example.invert.InvertProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page on plug-ins: a future keeps a class loader, a fence does not. */
class PlugInSnippetTest {
    @TempDir
    Path folder;

    @Test
    void shouldPinTheLoaderByAFuture() throws IOException, ReflectiveOperationException {
        List<Future<?>> history = new ArrayList<>();
        WeakReference<ClassLoader> loader = useAndClose(history);

        for (int i = 0; i < 5; i++) {
            System.gc();
        }
        assertThat(loader.get()).as("the loader, kept by a result").isNotNull();

        history.clear();
        await().untilAsserted(() -> {
            System.gc();
            assertThat(loader.get()).as("the loader, kept by nothing").isNull();
        });
    }

    private WeakReference<ClassLoader> useAndClose(List<Future<?>> history)
            throws IOException, ReflectiveOperationException {
        Path jar = TestJars.of(folder.resolve("thumbnails.jar"), ThumbnailPlugIn.class.getPackageName(), "", "");
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        Function<String, Future<?>> plugIn = plugIn(loader);

        Future<?> done = plugIn.apply("cat.png"); // 1. the plug-in starts work and hands out a promise
        history.add(done); // 2. the host keeps the promise, for a page that shows what was done
        loader.close(); // 3. the plug-in is closed; its class loader stays

        return new WeakReference<>(loader);
    }

    @SuppressWarnings("unchecked") // the class is another one here, with the same name
    private static Function<String, Future<?>> plugIn(ClassLoader loader) throws ReflectiveOperationException {
        return (Function<String, Future<?>>) loader.loadClass(ThumbnailPlugIn.class.getName())
                .getConstructor()
                .newInstance();
    }

    @Test
    void shouldPinNothingByAFence() throws IOException, ModuleException {
        Path jar = TestJars.of(
                folder.resolve("invert.jar"),
                InvertProvider.class.getPackageName(),
                DriverProvider.class.getName(),
                InvertProvider.class.getName());
        Modules modules = Modules.create(FenceRuntime.system(), ModuleSettings.defaults());
        List<DmaFence> history = new ArrayList<>();
        byte[] picture = {1, 2, 3};

        LoadedModule plugIn = modules.insmod(jar, "invert");
        HardwareRing work = plugIn.openRing(new RingSpec("host", "work", "job", 16));

        DmaFence done = work.submit(RingJob.lasting(1, 0).withPayload(picture)); // 1. starts work, hands out a fence
        work.advance(System.nanoTime()); // the work happens here
        history.add(done); // 2. the host keeps the fence
        UnloadCertificate certificate = plugIn.rmmod(UnloadPolicy.orderly()); // 3. the plug-in is gone, with proof

        assertThat(certificate.collected()).as(certificate.render()).isTrue();
        assertThat(history.get(0).isSignaled()).isTrue();
        modules.close();
    }

    @Test
    void shouldEndWhatAPlugInLeavesBehind() throws IOException, ModuleException {
        Path jar = TestJars.of(
                folder.resolve("invert.jar"),
                InvertProvider.class.getPackageName(),
                DriverProvider.class.getName(),
                InvertProvider.class.getName());
        Modules modules = Modules.create(FenceRuntime.system(), ModuleSettings.defaults());
        LoadedModule plugIn = modules.insmod(jar, "invert");
        HardwareRing work = plugIn.openRing(new RingSpec("host", "work", "job", 16));

        DmaFence never = work.submit(RingJob.external(1)); // nobody will complete this job
        UnloadCertificate certificate =
                plugIn.rmmod(UnloadPolicy.orderly().withDrainTimeoutNs(10_000_000)); // 10 ms to end by itself
        System.out.println(never.status()); // -ECANCELED: whoever waited is woken

        assertThat(certificate.collected()).as(certificate.render()).isTrue();
        assertThat(never.status()).hasToString("-ECANCELED");
        modules.close();
    }
}
