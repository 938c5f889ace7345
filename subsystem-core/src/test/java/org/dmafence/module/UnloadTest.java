package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.ModuleGoneException;
import org.dmafence.rcu.RcuReader;
import org.junit.jupiter.api.Test;

/** The life cycle of a well-behaved driver, refusal and force. */
class UnloadTest extends ModuleFixture {
    @Test
    void shouldCollectLoaderWhenSignaledIndependentFencesLiveOn() throws Exception {
        LoadedModule module = load("");
        HardwareRing ring = module.openRing(RING);
        List<DmaFence> fences = new ArrayList<>();
        for (long id = 1; id <= 10_000; id++) {
            fences.add(signaled(ring, id));
        }
        UnloadCertificate certificate = module.rmmod(orderly());

        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.collected()).isTrue();
        assertThat(certificate.pins()).isEmpty();
        assertThat(certificate.fencesCreated()).isEqualTo(10_000);
        assertThat(certificate.fencesDetached()).isEqualTo(10_000);
        assertThat(certificate.fencesSignaledByPolicy()).isZero();
        assertThat(module.state()).isEqualTo(ModuleState.COLLECTED);
        assertThat(modules.loaded()).isEmpty();
        assertThat(fences).allMatch(fence -> fence.independence().independent());
        assertThat(fences.get(0).driverName()).isEqualTo("detached-driver");
        assertThat(fences.get(0).lastKnownDriverName()).isEqualTo("demo");
        fences.forEach(DmaFence::release);
    }

    @Test
    void shouldSignalWithPolicysErrorWhenNobodyElseDoes() throws Exception {
        LoadedModule module = load("");
        HardwareRing ring = module.openRing(RING);
        DmaFence fence = submit(ring, 1);
        UnloadCertificate certificate = module.rmmod(orderly());

        assertThat(fence.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(certificate.fencesSignaledByPolicy()).isEqualTo(1);
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThatThrownBy(() -> ring.submit(RingJob.external(2))).isInstanceOf(IllegalStateException.class);
        assertThat(ring.inFlight()).isZero();
    }

    @Test
    void shouldRefuseAndStayLiveWhenFencesKeepTheirOps() throws Exception {
        LoadedModule module = load(RELEASING);
        HardwareRing ring = module.openRing(RING);
        DmaFence fence = signaled(ring, 1);
        UnloadCertificate certificate = module.rmmod(orderly());

        assertThat(certificate.refused()).isTrue();
        assertThat(certificate.reached()).isEqualTo(ModuleState.LIVE);
        assertThat(certificate.pins()).singleElement().satisfies(pin -> {
            assertThat(pin.kind()).isEqualTo(Pin.Kind.FENCE_OPS);
            assertThat(pin.what()).contains("demo.Driver$1");
            assertThat(pin.site()).contains("demo.Base$Ring.submit");
        });
        signaled(ring, 2).release();
        fence.release();
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldEntombWhenForced() throws Exception {
        LoadedModule module = load(RELEASING);
        HardwareRing ring = module.openRing(RING);
        DmaFence signaled = signaled(ring, 1);
        DmaFence pending = submit(ring, 2);
        UnloadCertificate certificate = module.rmmod(forced());

        assertThat(certificate.forced()).isTrue();
        assertThat(certificate.entombed()).isEqualTo(2);
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.severed()).isNotEmpty();
        assertThat(pending.awaitUninterruptibly(0, TimeUnit.NANOSECONDS)).isTrue();
        signaled.release();
        assertThat(module.tombstones().count()).isEqualTo(1);
        assertThat(module.tombstones().calls().get(0).op()).isEqualTo("release");
        assertThat(signaled.isFreed()).isTrue();
        assertThat(modules.tombstones()).contains(module.tombstones());
    }

    @Test
    void shouldNotRefuseForFencesThatNobodyCanReach() throws Exception {
        LoadedModule module = load(WAITING);
        HardwareRing ring = module.openRing(RING);
        for (int id = 1; id <= 10; id++) {
            assertThat(signaled(ring, id).isDetached()).isFalse(); // forgotten without a release
        }
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    private static final String WAITING = """
                protected FenceOps ops() {
                    return new Ops(FenceOps.Op.WAIT) {
                        protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) {
                            return FenceWaits.defaultWait(fence, interruptible, timeoutNs);
                        }
                    };
                }
            """;

    @Test
    void shouldAnswerWaitWithModuleGoneWhenForced() throws Exception {
        LoadedModule module = load(WAITING);
        DmaFence fence = signaled(module.openRing(RING), 1);
        assertThat(module.rmmod(forced()).reached()).isEqualTo(ModuleState.COLLECTED);
        assertThatThrownBy(() -> fence.await(1, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        ModuleGoneException.class, e -> assertThat(e.op()).isEqualTo("waitTimeout"));
        assertThat(fence.driverName()).isEqualTo("detached-driver");
        fence.release(); // these ops had no release
        assertThat(module.tombstones().calls()).singleElement().satisfies(call -> {
            assertThat(call.op()).isEqualTo("waitTimeout");
            assertThat(call.thread()).isEqualTo(Thread.currentThread().getName());
        });
    }

    private static final String LOCKED = """
                private final FenceLock shared = FenceLock.ownedBy(this);
                protected FenceLock lock() { return shared; }
            """;

    @Test
    void shouldRefuseWhileFencesHaveALockInTheDriversMemory() throws Exception {
        LoadedModule module = load(LOCKED);
        HardwareRing ring = module.openRing(RING);
        DmaFence fence = signaled(ring, 1);
        UnloadCertificate refusal = module.rmmod(orderly());
        assertThat(refusal.refused()).isTrue();
        assertThat(refusal.pins()).extracting(Pin::kind).containsExactly(Pin.Kind.FENCE_LOCK);
        fence.release();
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldCutLocksFromTheirOwnerWhenForced() throws Exception {
        LoadedModule module = load(LOCKED);
        DmaFence fence = signaled(module.openRing(RING), 1);
        UnloadCertificate certificate = module.rmmod(forced());
        assertThat(certificate.forced()).isTrue();
        assertThat(certificate.entombed()).isZero();
        assertThat(certificate.severed()).extracting(Pin::kind).containsExactly(Pin.Kind.FENCE_LOCK);
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(fence.independence().independent()).isTrue();
        fence.release();
    }

    @Test
    void shouldGiveLostFencesTheErrorOfThePolicy() throws Exception {
        DmaFence missing = submit(load("").openRing(RING), 1);
        assertThat(loadedNow()
                        .rmmod(orderly().withIssuerDeath(FenceError.ENOENT))
                        .refused())
                .isFalse();
        assertThat(missing.status().error()).isEqualTo(FenceError.ENOENT);
        DmaFence succeeding = submit(load("").openRing(RING), 1);
        loadedNow().rmmod(orderly().withIssuerDeath(null));
        assertThat(succeeding.status().error()).isNull();
        assertThat(succeeding.isSignaled()).isTrue();
    }

    private LoadedModule loadedNow() {
        return modules.loaded().get(0);
    }

    @Test
    void shouldWaitForFencesThatCompleteByThemselves() throws Exception {
        LoadedModule module = load("");
        HardwareRing ring = module.openRing(RING);
        DmaFence fence = submit(ring, 1);
        Thread engine = new Thread(() -> {
            await().until(() -> module.state() == ModuleState.GOING);
            ring.complete(1, null);
        });
        engine.start();
        UnloadCertificate certificate = module.rmmod(orderly().withDrainTimeoutNs(10_000 * MS));
        engine.join();
        assertThat(fence.status().error()).isNull();
        assertThat(certificate.fencesSignaledByPolicy()).isZero();
    }

    @Test
    void shouldAskForSignalingWhenDriverSignalsOnlyOnDemand() throws Exception {
        LoadedModule module = load("""
                protected FenceOps ops() {
                    return new Ops(FenceOps.Op.ENABLE_SIGNALING) {
                        protected boolean enableSignaling(DmaFence fence) { return false; }
                    };
                }
                """);
        DmaFence fence = submit(module.openRing(RING), 1);
        UnloadCertificate certificate = module.rmmod(orderly().withDrainTimeoutNs(10_000 * MS));
        assertThat(fence.status().error()).isNull();
        assertThat(certificate.fencesSignaledByPolicy()).isZero();
    }

    @Test
    void shouldLeaveFencesToTheDriversExit() throws Exception {
        LoadedModule module = load("public void exit() { rings.forEach(ring -> ring.kill(FenceError.ENODEV)); }");
        DmaFence fence = submit(module.openRing(RING), 1);
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(fence.status().error()).isEqualTo(FenceError.ENODEV);
        assertThat(certificate.fencesSignaledByPolicy()).isZero();
        assertThat(certificate.collected()).isTrue();
    }

    @Test
    void shouldGiveEverySecondCallerTheSameCertificate() throws Exception {
        LoadedModule module = load("");
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Future<UnloadCertificate>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(callers.submit(() -> module.rmmod(orderly())));
        }
        for (Future<UnloadCertificate> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS))
                    .isSameAs(answers.get(0).get())
                    .isSameAs(module.certificate());
        }
        callers.shutdown();
    }

    @Test
    void shouldOpenNoRingOnceTheModuleIsGone() throws Exception {
        LoadedModule module = load("");
        module.rmmod(orderly());
        assertThatThrownBy(() -> module.openRing(RING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ring gfx of module demo, which is COLLECTED");
    }

    @Test
    void shouldRefuseToWaitInsideAReadSection() throws Exception {
        LoadedModule module = load("");
        RcuReader reader = runtime.rcu().reader();
        long section = reader.lock();
        try {
            assertThatThrownBy(() -> module.rmmod(orderly())).isInstanceOf(IllegalStateException.class);
        } finally {
            reader.unlock(section);
        }
        assertThat(module.state()).isEqualTo(ModuleState.LIVE);
    }

    @Test
    void shouldWaitForDeferredCallbacksAndAllowNoMore() throws Exception {
        LoadedModule module = load("""
                protected void submitted(DmaFence fence) { context.defer(() -> context.notice("freed " + fence.seqno())); }
                public void exit() {
                    context.defer(() -> context.notice("last"));
                    context.newThread("late", () -> {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            try { context.defer(() -> {}); } catch (IllegalStateException gone) { context.notice("no more"); }
                        }
                    }).start();
                }
                """);
        HardwareRing ring = module.openRing(RING);
        signaled(ring, 1).release();
        signaled(ring, 2).release();
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.callbacksRun()).isEqualTo(3);
        assertThat(notices).containsExactlyInAnyOrder("demo: freed 1", "demo: freed 2", "demo: last", "demo: no more");
        assertThat(certificate.collected()).isTrue();
    }

    @Test
    void shouldDropTheDriversOwnCallbacks() throws Exception {
        LoadedModule module = load("""
                public final class Mine extends FenceCallback {
                    protected void onSignaled(DmaFence fence) { context.notice("mine"); }
                }
                protected void submitted(DmaFence fence) { fence.addCallback(new Mine()); }
                """);
        DmaFence fence = submit(module.openRing(RING), 1);
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(notices).containsExactly("demo: mine");
        fence.release();
    }

    @Test
    void shouldWriteDownEveryStep() throws Exception {
        UnloadCertificate certificate = load("").rmmod(orderly());
        assertThat(certificate.steps())
                .extracting(UnloadCertificate.Step::name)
                .containsExactly(
                        "going",
                        "drain",
                        "check",
                        "exit",
                        "threads",
                        "listeners",
                        "issuer death",
                        "grace period",
                        "callbacks",
                        "entomb",
                        "close",
                        "collect",
                        "report");
        assertThat(certificate.steps()).allMatch(step -> step.durationNs() >= 0 && step.problem() == null);
        assertThat(certificate.render())
                .startsWith("module demo: unloaded, loader collected after ")
                .contains("grace period");
    }

    @Test
    void shouldAskForNoCollectionWhenPolicyGivesNoTimeForIt() throws Exception {
        LoadedModule module = load("");
        UnloadCertificate certificate = module.rmmod(orderly().withCollectTimeoutNs(0));
        assertThat(certificate.reached()).isEqualTo(ModuleState.CLOSED);
        assertThat(certificate.gcCycles()).isZero();
        awaitCollected(module);
        assertThat(load("").state()).isEqualTo(ModuleState.LIVE);
    }
}
