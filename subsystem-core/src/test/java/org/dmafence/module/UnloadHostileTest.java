package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Drivers that throw, hang, lie and leave things behind: no unloading stops, and each is named. */
class UnloadHostileTest extends ModuleFixture {
    /** Hangs until the test says otherwise; interrupts don't help. */
    private static final String HANG = """
                private static void hang() {
                    while (System.getProperty("dmafence.test.hang") != null) {
                        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                        Thread.interrupted();
                    }
                }
            """;

    private static void letThingsHang() {
        System.setProperty("dmafence.test.hang", "true");
    }

    @AfterEach
    void endAllHangs() {
        System.clearProperty("dmafence.test.hang");
    }

    private static UnloadCertificate.Step step(UnloadCertificate certificate, String name) {
        return certificate.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldGoOnWhenExitThrows() throws Exception {
        LoadedModule module = load("""
                public static class Stuck extends RuntimeException {
                    public String getMessage() { throw new IllegalStateException("no message either"); }
                }
                public void exit() { throw new Stuck(); }
                """);
        DmaFence fence = submit(module.openRing(RING), 1);
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(step(certificate, "exit").problem())
                .isEqualTo("demo.Driver$Stuck (which throws java.lang.IllegalStateException when asked about itself)");
        assertThat(fence.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldGoOnAndNameTheThreadWhenExitHangs() throws Exception {
        letThingsHang();
        LoadedModule module = load(HANG + "public void exit() { hang(); }");
        DmaFence fence = submit(module.openRing(RING), 1);
        UnloadCertificate certificate = module.rmmod(hopeless());
        assertThat(fence.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(step(certificate, "exit").problem()).contains("demo.exit has not come back within 500.0 ms");
        assertThat(step(certificate, "threads").problem()).contains("go on");
        assertThat(certificate.reached()).isEqualTo(ModuleState.PINNED);
        assertThat(certificate.pins()).extracting(Pin::kind).contains(Pin.Kind.THREAD, Pin.Kind.LOADER_REACHABLE);
        assertThat(certificate.pins())
                .extracting(Pin::what)
                .anySatisfy(
                        what -> assertThat(what).contains("\"dmafence-demo-exit\" runs demo.Driver.hang(Driver.java:"));
        endAllHangs();
        awaitCollected(module);
    }

    @Test
    void shouldInterruptAndAwaitTheModulesThreads() throws Exception {
        LoadedModule module = load("""
                public void init(DriverContext given) {
                    super.init(given);
                    given.newThread("irq", () -> {
                        try { Thread.sleep(1_000_000); } catch (InterruptedException e) { given.notice("irq ends"); }
                    }).start();
                    given.newThread("bad", () -> { throw new IllegalStateException("bad irq"); }).start();
                }
                """);
        await().until(() -> !reports.isEmpty());
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(notices).containsExactly("demo: irq ends");
        assertThat(reports).singleElement().asString().contains("OP_FAILED: module demo: its thread \"bad\" died");
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
    }

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
    void shouldSayPinnedWhileAReporterKeepsTheDriversException() throws Exception {
        List<Throwable> kept = new ArrayList<>();
        FenceRuntime keeping = FenceRuntime.builder()
                .reporter((kind, message, cause) -> kept.add(cause == null ? new AssertionError(message) : cause))
                .build();
        Modules list = Modules.create(keeping, ModuleSettings.defaults());
        // A class of the JDK's, thrown by a driver's callback: the frames alone pin it.
        LoadedModule module = list.insmod(new DriverJars(dir).demo("""
                                protected void submitted(DmaFence fence) {
                                    fence.addCallback(FenceCallback.of(f -> { throw new IllegalStateException("bad irq"); }));
                                }
                                """), "demo");
        signaled(module.openRing(RING), 1).release();
        assertThat(kept).singleElement().isExactlyInstanceOf(IllegalStateException.class);
        assertThat(module.rmmod(hopeless()).reached()).isEqualTo(ModuleState.PINNED);
        kept.clear();
        awaitCollected(module);
    }

    @Test
    void shouldSignalTheOthersWhenACallbackHangs() throws Exception {
        LoadedModule module = load("");
        HardwareRing ring = module.openRing(RING);
        CountDownLatch end = new CountDownLatch(1);
        DmaFence first = submit(ring, 1);
        first.addCallback(FenceCallback.of(fence -> await().until(() -> end.getCount() == 0)));
        DmaFence second = submit(ring, 2);
        UnloadCertificate certificate = module.rmmod(hopeless());
        assertThat(first.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(second.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(certificate.fencesSignaledByPolicy()).isEqualTo(2);
        assertThat(step(certificate, "issuer death").problem()).contains("issuer-death has not come back");
        assertThat(step(certificate, "callbacks").problem()).startsWith("1 callback lists");
        end.countDown();
        awaitCollected(module);
    }

    @Test
    void shouldPassByALockThatTheDriverNeverReleases() throws Exception {
        letThingsHang();
        LoadedModule module = load(HANG + """
                private final FenceLock shared = FenceLock.ownedBy(this);
                protected FenceLock lock() { return shared; }
                public void exit() { shared.lock(); hang(); shared.unlock(); }
                """);
        HardwareRing ring = module.openRing(RING);
        List<DmaFence> fences = List.of(submit(ring, 1), submit(ring, 2), submit(ring, 3));
        UnloadCertificate certificate = module.rmmod(hopeless().withStepTimeoutNs(1_000 * MS));
        assertThat(fences).extracting(fence -> fence.status().toString()).containsOnly("-ECANCELED");
        assertThat(certificate.fencesLeft()).isZero();
        endAllHangs();
        awaitCollected(module);
    }

    @Test
    void shouldFinishSignalsThatTheDriverOnlyBegan() throws Exception {
        LoadedModule module =
                load("protected void submitted(DmaFence fence) { rings.get(0).fences.beginSignal(fence); }");
        DmaFence fence = submit(module.openRing(RING), 1);
        assertThat(fence.isSignaled()).isTrue();
        CountDownLatch called = new CountDownLatch(1);
        assertThat(fence.addCallback(FenceCallback.of(f -> called.countDown()))).isFalse();
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.fencesLeft()).isZero();
        assertThat(fence.isDetached()).isTrue();
        assertThat(fence.timestampNs()).isPositive();
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldSignalInOrderWhateverTheNumbers() throws Exception {
        LoadedModule module = load("""
                public void init(DriverContext given) {
                    super.init(given);
                    FenceContext wild = given.newContext("wild").build();
                    Random random = new Random(7);
                    for (int i = 0; i < 500; i++) {
                        wild.newFence(new Ops(), random.nextLong());
                        wild.newFence64(new Ops(), random.nextLong());
                    }
                }
                """);
        HardwareRing ring = module.openRing(RING);
        List<Long> order = new ArrayList<>();
        for (long id = 1; id <= 5; id++) {
            submit(ring, id).addCallback(FenceCallback.of(fence -> order.add(fence.seqno())));
        }
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.fencesSignaledByPolicy()).isEqualTo(1_005);
        assertThat(order).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void shouldNameAReadSectionThatDoesNotEnd() throws Exception {
        letThingsHang();
        LoadedModule module = load(HANG + """
                protected FenceOps ops() {
                    return new Ops(FenceOps.Op.SIGNALED) {
                        protected boolean signaled(DmaFence fence) { hang(); return false; }
                    };
                }
                """);
        DmaFence fence = submit(module.openRing(RING), 1);
        Thread poller = new Thread(fence::pollSignaled, "poller");
        poller.start();
        await().until(() -> Arrays.stream(poller.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("hang")));
        UnloadCertificate certificate = module.rmmod(hopeless().withDrainTimeoutNs(0));
        assertThat(fence.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(certificate.pins()).extracting(Pin::kind).contains(Pin.Kind.GRACE_PERIOD, Pin.Kind.THREAD);
        assertThat(certificate.pins())
                .extracting(Pin::what)
                .anySatisfy(what -> assertThat(what).contains("thread \"poller\" runs demo.Driver.hang"));
        endAllHangs();
        poller.join();
        awaitCollected(module);
    }

    @Test
    void shouldEntombFencesWhoseEnableOpHangs() throws Exception {
        letThingsHang();
        LoadedModule module = load(HANG + """
                protected FenceOps ops() {
                    return new Ops(FenceOps.Op.ENABLE_SIGNALING) {
                        protected boolean enableSignaling(DmaFence fence) {
                            if (fence.seqno() == 1) hang();
                            return true;
                        }
                    };
                }
                """);
        HardwareRing ring = module.openRing(RING);
        DmaFence hanging = submit(ring, 1);
        DmaFence other = submit(ring, 2);
        Thread enabler = new Thread(hanging::enableSignaling, "enabler");
        enabler.start();
        await().until(() -> Arrays.stream(enabler.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("hang")));
        UnloadCertificate certificate = module.rmmod(hopeless().withDrainTimeoutNs(0));
        assertThat(other.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(certificate.fencesLeft()).isEqualTo(1);
        assertThat(certificate.entombed()).isEqualTo(1);
        assertThat(certificate.pins()).extracting(Pin::kind).contains(Pin.Kind.FENCE_UNSIGNALED);
        endAllHangs();
        enabler.join();
        await().until(hanging::isSignaled); // by the policy, which waited for the op
        assertThat(hanging.status().error()).isEqualTo(FenceError.ECANCELED);
        awaitCollected(module);
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
