package org.dmafence.rcu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.dmafence.rcu.RcuPatience.eventually;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nothing of the code that used a domain stays behind in it. */
class RcuDetachmentTest {
    /** Loaded once more by a loader of its own, as a driver would be. */
    public static final class Plugin implements Callable<RcuDomain> {
        @Override
        public RcuDomain call() throws Exception {
            RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withName("made-by-plugin"));
            Thread worker = new Thread(
                    () -> {
                        RcuReader reader = domain.reader();
                        long token = reader.lock();
                        domain.defer(() -> domain.reader());
                        reader.unlock(token);
                    },
                    "test-plugin-worker");
            worker.setContextClassLoader(Plugin.class.getClassLoader());
            worker.start();
            worker.join();
            try (RcuReader handle = domain.register("plugin-engine")) {
                handle.unlock(handle.lock());
            }
            domain.barrier();
            return domain;
        }
    }

    private static final class ChildFirst extends URLClassLoader {
        ChildFirst() {
            super(
                    new URL[] {
                        Plugin.class.getProtectionDomain().getCodeSource().getLocation()
                    },
                    Plugin.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Plugin.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    @Test
    void shouldLetTheLoaderGoWhenAPluginMadeTheDomainAndUsedIt() throws Exception {
        ReferenceQueue<ClassLoader> queue = new ReferenceQueue<>();
        Made made = runPlugin(queue);
        try (RcuDomain domain = made.domain()) {
            eventually().until(() -> {
                System.gc();
                return queue.poll() == made.loader();
            });
            domain.synchronize();
            assertThat(domain.stats().callbacksRun()).isEqualTo(1);
        }
    }

    private record Made(RcuDomain domain, PhantomReference<ClassLoader> loader) {}

    private static Made runPlugin(ReferenceQueue<ClassLoader> queue) throws Exception {
        Thread caller = Thread.currentThread();
        @Nullable ClassLoader before = caller.getContextClassLoader();
        try (ChildFirst loader = new ChildFirst()) {
            caller.setContextClassLoader(loader);
            Class<?> plugin = loader.loadClass(Plugin.class.getName());
            assertThat(plugin).isNotSameAs(Plugin.class);
            Object instance = plugin.getDeclaredConstructor().newInstance();
            RcuDomain domain = (RcuDomain) ((Callable<?>) instance).call();
            return new Made(domain, new PhantomReference<>(loader, queue));
        } finally {
            caller.setContextClassLoader(before);
        }
    }

    @Test
    void shouldLetThreadsGoWhenTheyRead() throws Exception {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            WeakReference<Thread> thread = readOnAThread(domain);
            eventually().until(() -> {
                System.gc();
                return thread.get() == null;
            });
            domain.synchronize();
        }
    }

    private static WeakReference<Thread> readOnAThread(RcuDomain domain) throws InterruptedException {
        Thread thread = new Thread(
                () -> {
                    RcuReader reader = domain.reader();
                    reader.unlock(reader.lock());
                },
                "test-forgotten");
        thread.start();
        thread.join();
        return new WeakReference<>(thread);
    }

    @Test
    void shouldLetADomainGoWhenItIsClosedAndItsReaderThreadLivesOn() throws Exception {
        WeakReference<RcuDomain> domain = useAndClose();
        eventually().until(() -> {
            System.gc();
            return domain.get() == null;
        });
    }

    private static WeakReference<RcuDomain> useAndClose() {
        try (RcuDomain domain = Orderings.domain(RcuOrdering.FENCE)) {
            RcuReader reader = domain.reader();
            reader.unlock(reader.lock());
            return new WeakReference<>(domain);
        }
    }
}
