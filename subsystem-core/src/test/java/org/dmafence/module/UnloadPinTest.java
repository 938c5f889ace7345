package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuSettings;
import org.dmafence.rcu.RcuStall;
import org.junit.jupiter.api.Test;

/** What a driver may leave behind without being pinned, and what is named when it is. */
class UnloadPinTest extends ModuleFixture {
    @Test
    void shouldNameThreadsThatTheDriverStartedItself() throws Exception {
        letThingsHang();
        LoadedModule module = load(HANG + """
                public void init(DriverContext given) {
                    super.init(given);
                    Thread raw = new Thread(Driver::hang, "demo-poller");
                    raw.setDaemon(true);
                    raw.start();
                }
                """);
        UnloadCertificate certificate = module.rmmod(hopeless());
        assertThat(certificate.reached()).isEqualTo(ModuleState.PINNED);
        assertThat(certificate.pins())
                .extracting(Pin::what)
                .anySatisfy(what -> assertThat(what).contains("thread \"demo-poller\" runs demo.Driver.hang"));
        endAllHangs();
        awaitCollected(module);
    }

    @Test
    void shouldNameAnIdlePoolOfTheDrivers() throws Exception {
        letThingsHang();
        LoadedModule module = load(HANG + """
                public void init(DriverContext given) {
                    super.init(given);
                    ThreadPoolExecutor pool = new ThreadPoolExecutor(
                            0, 1, 10, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                                Thread thread = new Thread(task, "demo-pool");
                                thread.setDaemon(true);
                                return thread;
                            }) {
                        protected void terminated() {}
                    };
                    pool.setKeepAliveTime(1_000, TimeUnit.SECONDS);
                    pool.execute(() -> {});
                    Thread ender = new Thread(() -> { hang(); pool.shutdown(); }, "demo-ender");
                    ender.setDaemon(true);
                    ender.start();
                }
                """);
        UnloadCertificate certificate = module.rmmod(hopeless());
        assertThat(certificate.pins())
                .extracting(Pin::what)
                .anySatisfy(what -> assertThat(what).contains("thread \"demo-pool\""));
        endAllHangs();
        awaitCollected(module);
    }

    @Test
    void shouldSayPinnedWhenDriverLeavesAThreadLocalBehind() throws Exception {
        LoadedModule module = load("""
                private static final ThreadLocal<Object> CACHE = new ThreadLocal<>();
                protected void submitted(DmaFence fence) { CACHE.set(new Object() {}); }
                """);
        HardwareRing ring = module.openRing(RING);
        CountDownLatch submitted = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread engine = new Thread(() -> {
            signaled(ring, 1).release();
            submitted.countDown();
            await().until(() -> end.getCount() == 0);
        });
        engine.start();
        submitted.await();
        UnloadCertificate certificate = module.rmmod(hopeless());
        assertThat(certificate.reached()).isEqualTo(ModuleState.PINNED);
        assertThat(certificate.pins()).singleElement().satisfies(pin -> {
            assertThat(pin.kind()).isEqualTo(Pin.Kind.LOADER_REACHABLE);
            assertThat(pin.what()).contains("thread local");
        });
        end.countDown();
        engine.join();
        awaitCollected(module);
    }

    @Test
    void shouldNotBePinnedByThreadLocalsOfInitOpenAndExit() throws Exception {
        LoadedModule module = load("""
                private static final ThreadLocal<Object> CACHE = new ThreadLocal<>();
                public void init(DriverContext given) { super.init(given); CACHE.set(new Object() {}); }
                public HardwareRing openRing(RingSpec spec) { CACHE.set(new Object() {}); return super.openRing(spec); }
                public void exit() { CACHE.set(new Object() {}); }
                """);
        module.openRing(RING);
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldNotBePinnedByExceptionsThatCallersKeep() throws Exception {
        LoadedModule module = load("""
                public static class Full extends IllegalStateException {
                    public Full(String message) { super(message); }
                }
                protected void submitted(DmaFence fence) {
                    if (fence.seqno() == 1) throw new Full("ring is full");
                    if (fence.seqno() == 2) throw new UnsupportedOperationException(new Full("nested"));
                }
                public HardwareRing openRing(RingSpec spec) {
                    if (spec.slots() > 8) throw new IllegalArgumentException("no ring of " + spec.slots());
                    return super.openRing(spec);
                }
                """);
        HardwareRing ring = module.openRing(RING);
        List<Throwable> kept = new ArrayList<>();
        assertThatThrownBy(() -> ring.submit(RingJob.external(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ring is full")
                .satisfies(kept::add);
        assertThatThrownBy(() -> ring.submit(RingJob.external(2)))
                .isInstanceOf(DriverFailure.class)
                .hasRootCauseMessage("demo.Driver$Full: nested")
                .satisfies(kept::add);
        assertThatThrownBy(() -> module.openRing(new org.dmafence.driver.RingSpec("d", "r", "job", 16)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no ring of 16")
                .satisfies(kept::add);
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(kept).hasSize(3);
    }

    @Test
    void shouldNotBePinnedByAReporterThatKeepsWhatTheDriverThrew() throws Exception {
        List<Throwable> kept = new ArrayList<>();
        FenceRuntime keeping = FenceRuntime.builder()
                .reporter((kind, message, cause) -> kept.add(cause == null ? new AssertionError(message) : cause))
                .build();
        Modules list = Modules.create(keeping, ModuleSettings.defaults());
        // A class of the JDK's, thrown by a driver's callback: the frames alone would pin it. Then one of its own.
        LoadedModule module = list.insmod(new TestDriverJars(dir).demo("""
                                public static class Bad extends RuntimeException {}
                                protected FenceOps ops() {
                                    return new Ops(FenceOps.Op.ENABLE_SIGNALING) {
                                        protected boolean enableSignaling(DmaFence fence) { throw new Bad(); }
                                    };
                                }
                                protected void submitted(DmaFence fence) {
                                    if (fence.seqno() == 1) fence.addCallback(FenceCallback.of(f -> {}));
                                    fence.addCallback(FenceCallback.of(f -> { throw new IllegalStateException("bad irq"); }));
                                }
                                """), "demo");
        HardwareRing ring = module.openRing(RING);
        ring.submit(RingJob.external(1));
        assertThat(kept).extracting(Throwable::getMessage).containsExactly("demo.Driver$Bad");
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(kept).allMatch(cause -> cause.getStackTrace().length > 0);
    }

    @Test
    void shouldNotBePinnedByFuturesThatItFailed() throws Exception {
        LoadedModule module = load("");
        HardwareRing ring = module.openRing(RING);
        List<CompletableFuture<?>> kept = new ArrayList<>();
        for (long id = 1; id <= 20; id++) {
            CompletableFuture<FenceStatus> future = submit(ring, id).toFuture();
            kept.add(future);
            kept.add(future.thenApply(FenceStatus::toString)); // would be wrapped on the signalling thread
            kept.add(future.whenComplete((status, error) -> {}));
            ring.complete(id, FenceError.EIO); // with the driver's frames on the stack
        }
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(kept).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void shouldNotBePinnedByExceptionsOfOursThatWereMadeBeneathItsFrames() throws Exception {
        Queue<Throwable> kept = new ConcurrentLinkedQueue<>();
        System.getProperties().put("dmafence.test.kept", kept);
        try {
            LoadedModule module = load("""
                    @SuppressWarnings("unchecked")
                    protected void submitted(DmaFence fence) {
                        Queue<Throwable> kept = (Queue<Throwable>) System.getProperties().get("dmafence.test.kept");
                        for (Callable<?> broken : List.<Callable<?>>of(
                                () -> { throw new FenceErrorException("demo", FenceError.EIO); },
                                () -> { throw new ModuleGoneException("demo", "wait", "fence"); },
                                () -> { fence.waitTimeout(true, -1); fence.await(); return null; },
                                () -> { org.dmafence.sync.SyncObj none = org.dmafence.sync.SyncObj.create(fence.runtime());
                                        none.transferFrom(none, 1, 2); return null; },
                                () -> { org.dmafence.rcu.RcuDomain rcu = fence.runtime().rcu();
                                        org.dmafence.rcu.RcuReader reader = rcu.reader();
                                        long section = reader.lock();
                                        try { rcu.synchronize(); } finally { reader.unlock(section); }
                                        return null; })) {
                            try { broken.call(); } catch (Exception e) { kept.add(e); }
                        }
                    }
                    protected FenceOps ops() {
                        return new Ops(FenceOps.Op.WAIT) {
                            protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) { return -5; }
                        };
                    }
                    """);
            signaled(module.openRing(RING), 1).release();
            assertThat(kept)
                    .extracting(e -> e.getClass().getSimpleName())
                    .containsExactly(
                            "FenceErrorException",
                            "ModuleGoneException",
                            "FenceWaitException",
                            "SyncObjException",
                            "RcuUsageException");
            assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
            assertThat(kept)
                    .filteredOn(e -> !(e instanceof FenceErrorException))
                    .allSatisfy(e -> assertThat(e.getStackTrace())
                            .extracting(StackTraceElement::getClassName)
                            .contains("demo.Driver"));
        } finally {
            System.getProperties().remove("dmafence.test.kept");
        }
    }

    @Test
    void shouldNotBePinnedByAStallReportThatTheHostKeeps() throws Exception {
        letThingsHang();
        Queue<RcuStall> kept = new ConcurrentLinkedQueue<>();
        try (RcuDomain domain = RcuDomain.create(
                        RcuSettings.defaults().withStallTimeoutNs(20 * MS).withStallListener(kept::add));
                Modules list = Modules.create(FenceRuntime.builder().rcu(domain).build(), ModuleSettings.defaults())) {
            LoadedModule module = list.insmod(new TestDriverJars(dir).demo(HANG + """
                    protected FenceOps ops() {
                        return new Ops(FenceOps.Op.SIGNALED) {
                            protected boolean signaled(DmaFence fence) { hang(); return false; }
                        };
                    }
                    """), "demo");
            DmaFence fence = submit(module.openRing(RING), 1);
            Thread poller = new Thread(fence::pollSignaled, "poller");
            poller.start();
            await().until(() -> Arrays.stream(poller.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("hang")));
            assertThat(domain.synchronizeWithin(100 * MS)).isFalse();
            endAllHangs();
            poller.join();
            assertThat(kept)
                    .isNotEmpty()
                    .allSatisfy(stall -> assertThat(stall.stackTrace())
                            .extracting(StackTraceElement::getClassName)
                            .contains("demo.Driver"));
            assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
        }
    }

    @Test
    void shouldNotBePinnedByAPoolThatDriverCodeMadeGrow() throws Exception {
        var pool = java.util.concurrent.Executors.newFixedThreadPool(2);
        System.getProperties().put("dmafence.test.pool", pool);
        try {
            LoadedModule module = load("""
                    private final Executor pool = (Executor) System.getProperties().get("dmafence.test.pool");
                    public void init(DriverContext given) {
                        super.init(given);
                        pool.execute(() -> given.notice("from init"));
                    }
                    protected void submitted(DmaFence fence) { pool.execute(() -> context.notice("from submit")); }
                    """);
            signaled(module.openRing(RING), 1).release();
            await().until(() -> notices.size() == 2);
            // The pool's two threads live on. Each was started with the driver on the stack.
            assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
            assertThat(pool.submit(() -> "alive").get(10, TimeUnit.SECONDS)).isEqualTo("alive");
        } finally {
            System.getProperties().remove("dmafence.test.pool");
            pool.shutdownNow();
        }
    }
}
