package org.dmafence;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.agrona.concurrent.Agent;
import org.awaitility.Awaitility;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceTask;
import org.dmafence.fence.container.FenceArray;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuReader;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The core is loaded by a class loader of its own, as a web application's would be, used on threads that stay, and
 * dropped.
 */
class CoreLeavesTest {
    /** JNA has a thread that goes when it has had nothing to do for that long. */
    private static final Duration JNA_LINGERS = Duration.ofSeconds(30);

    private final ExecutorService staying =
            Executors.newSingleThreadExecutor(task -> new Thread(null, task, "test-staying", 0, false));

    @AfterEach
    void end() {
        staying.shutdownNow();
    }

    /** What the application does; loaded beside the core. */
    public static final class Application implements Callable<Boolean> {
        /** A driver. */
        public static final class Ops extends FenceOps {
            @Override
            protected String driverName(DmaFence fence) {
                return "driver";
            }

            @Override
            protected String timelineName(DmaFence fence) {
                return "timeline";
            }
        }

        @Override
        public Boolean call() throws Exception {
            FenceRuntime runtime = FenceRuntime.builder().build();
            FenceContext context = FenceContext.builder(runtime).name("gone").build();
            runtime.trace().addListener((point, driver, timeline, id, seqno) -> {});
            DmaFence fence = context.newFence(new Ops(), 1);
            fence.addCallback(FenceCallback.of(DmaFence::isSignaled));
            DmaFence array = FenceArray.create(List.of(fence.retain())).fence();
            DmaFence task = FenceTask.submit(context, new Ops(), 2, Runnable::run, () -> 1)
                    .fence();
            context.signal(fence);
            RcuReader reader = RcuDomain.global().reader();
            reader.unlock(reader.lock());
            RcuDomain.global().defer(() -> {});
            RcuDomain.global().barrier();
            RcuDomain.global().synchronize();
            return array.pollSignaled() && task.awaitUninterruptibly(20, TimeUnit.SECONDS);
        }
    }

    /** Loads all of the core and of the application itself, with the libraries they come with. */
    private static final class Loader extends URLClassLoader {
        Loader() {
            super(
                    new URL[] {
                        where(FenceRuntime.class),
                        where(Application.class),
                        where(Agent.class),
                        where(Native.class),
                        where(NullMarked.class)
                    },
                    ClassLoader.getPlatformClassLoader());
        }

        private static URL where(Class<?> type) {
            return type.getProtectionDomain().getCodeSource().getLocation();
        }
    }

    @Test
    void shouldBeCollectedWhenDroppedAlsoAfterARecording() throws Exception {
        ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
        Set<Reference<ClassLoader>> left = new HashSet<>();
        left.add(use(queue));
        try (Recording recording = new Recording()) {
            recording.enable("dmafence.FenceSignaled");
            recording.start();
            left.add(use(queue));
        }
        assertThat(left).hasSize(2);
        Awaitility.await().atMost(JNA_LINGERS.multipliedBy(3)).until(() -> {
            System.gc();
            left.remove(queue.poll());
            return left.isEmpty();
        });
    }

    private Reference<ClassLoader> use(ReferenceQueue<ClassLoader> queue) throws Exception {
        try (Loader loader = new Loader()) {
            Class<?> type = loader.loadClass(Application.class.getName());
            assertThat(type.getClassLoader()).isSameAs(loader);
            assertThat(loader.loadClass(FenceRuntime.class.getName())).isNotSameAs(FenceRuntime.class);
            Callable<?> application =
                    (Callable<?>) type.getDeclaredConstructor().newInstance();
            assertThat(application.call()).isEqualTo(true); // on this thread, which goes on
            assertThat(staying.submit(application).get(60, TimeUnit.SECONDS)).isEqualTo(true);
            return new PhantomReference<>(loader, queue);
        }
    }

    @Test
    void shouldKeepNothingOfARuntimeThatIsDropped() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Reference<Object> runtime =
                new PhantomReference<>(FenceRuntime.builder().build(), queue);
        Awaitility.await().until(() -> {
            System.gc();
            return queue.poll() == runtime;
        });
    }

    @Test
    void shouldDropListenersWhenARuntimeIsClosed() {
        FenceRuntime runtime = FenceRuntime.builder().build();
        runtime.trace().addListener((point, driver, timeline, context, seqno) -> {});
        runtime.close();
        assertThat(runtime.trace().isListening()).isFalse();
        assertThat(runtime.stub().isSignaled()).isTrue();
    }
}
