package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.dmafence.driver.HardwareRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;

/** Drivers that throw, hang and lie: no unloading stops, and each is named. */
class UnloadHostileTest extends ModuleFixture {
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
        assertThat(step(certificate, "exit").problem()).contains("demo.exit has not come back within 300.0 ms");
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
        UnloadCertificate certificate = module.rmmod(hopeless().withStepTimeoutNs(600 * MS));
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
}
