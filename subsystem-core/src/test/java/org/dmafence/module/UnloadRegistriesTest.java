package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.dmafence.HostCode;
import org.dmafence.driver.HardwareRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.lockdep.Lockdep;
import org.dmafence.lockdep.LockdepReporter;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What our own lists hold of a driver, and what it makes without telling us. */
class UnloadRegistriesTest extends ModuleFixture {
    private static final class HostOps extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "host";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "host";
        }
    }

    private static DmaFence fenceAt(String property) {
        return (DmaFence) Objects.requireNonNull(System.getProperties().get(property), property);
    }

    @AfterEach
    void forgetProperties() {
        System.getProperties().remove("dmafence.test.fence");
        System.getProperties().remove("dmafence.test.made");
    }

    @Test
    void shouldCutAndNameTraceListeners() throws Exception {
        LoadedModule module = load("""
                public void init(DriverContext given) {
                    super.init(given);
                    given.runtime().trace().addListener((point, driver, timeline, context, seqno) -> given.notice("traced"));
                }
                """);
        submit(module.openRing(RING), 1);
        assertThat(notices).isNotEmpty();
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.severed())
                .contains(new Pin(Pin.Kind.LISTENER, "trace listener demo.Driver$$Lambda", null, 1));
        assertThat(certificate.render()).contains("cut      LISTENER trace listener demo.Driver");
        assertThat(runtime.trace().listeners()).isEmpty();
        assertThat(runtime.trace().isListening()).isFalse();
    }

    @Test
    void shouldCutAndNameTheLockdepReporter() throws Exception {
        LockdepReporter before = Lockdep.reporter();
        try {
            LoadedModule module = load("""
                    public void init(DriverContext given) {
                        super.init(given);
                        org.dmafence.lockdep.Lockdep.reportTo(report -> given.notice(report.text()));
                    }
                    """);
            assertThat(Lockdep.reporter()).isNotSameAs(before);
            UnloadCertificate certificate = module.rmmod(orderly());
            assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
            assertThat(certificate.severed())
                    .extracting(Pin::what)
                    .containsExactly("lockdep reporter demo.Driver$$Lambda");
        } finally {
            Lockdep.reportTo(before);
        }
    }

    @Test
    void shouldCutAndNameCallbacksOnForeignFences() throws Exception {
        FenceContext host = FenceContext.builder(runtime).name("host").build();
        DmaFence fence = host.newFence(new HostOps(), 1);
        System.getProperties().put("dmafence.test.fence", fence);
        LoadedModule module = load("""
                public final class Mine extends FenceCallback {
                    protected void onSignaled(DmaFence fence) { context.notice("mine"); }
                }
                public void init(DriverContext given) {
                    super.init(given);
                    DmaFence fence = (DmaFence) System.getProperties().get("dmafence.test.fence");
                    fence.addCallback(new Mine());
                    fence.addCallback(FenceCallback.of(f -> given.notice("of")));
                    fence.addCallback(FenceCallback.on(Runnable::run, f -> given.notice("on")));
                }
                protected void submitted(DmaFence own) { own.addCallback(new Mine()); }
                """);
        List<String> log = new java.util.ArrayList<>();
        fence.addCallback(FenceCallback.of(f -> log.add("host's")));
        submit(module.openRing(RING), 1);
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.severed())
                .hasSize(3)
                .allSatisfy(pin -> assertThat(pin.what())
                        .startsWith("callback demo.Driver$")
                        .contains("on fence ")
                        .endsWith("which is not its own"));
        assertThat(notices).containsExactly("demo: mine"); // on its own fence, which the policy ended
        host.signal(fence);
        assertThat(log).containsExactly("host's");
        assertThat(notices).hasSize(1);
    }

    @Test
    void shouldNameACallbackThatAnotherThreadIsAboutToRun() throws Exception {
        FenceContext host = FenceContext.builder(runtime).name("host").build();
        DmaFence fence = host.newFence(new HostOps(), 1);
        System.getProperties().put("dmafence.test.fence", fence);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        fence.addCallback(FenceCallback.of(f -> {
            inside.countDown();
            await().until(() -> letGo.getCount() == 0);
        }));
        LoadedModule module = load("""
                public void init(DriverContext given) {
                    super.init(given);
                    DmaFence fence = (DmaFence) System.getProperties().get("dmafence.test.fence");
                    fence.addCallback(FenceCallback.of(f -> given.notice("after all")));
                }
                """);
        Thread signaler = new Thread(() -> host.signal(fence), "signaller");
        signaler.start();
        inside.await();
        UnloadCertificate certificate = module.rmmod(hopeless().withCollectTimeoutNs(0));
        assertThat(certificate.severed()).isEmpty();
        assertThat(certificate.pins())
                .contains(new Pin(
                        Pin.Kind.CALLBACK_RUNNING, "callback of the driver's runs or is due elsewhere", null, 1));
        letGo.countDown();
        signaler.join();
        assertThat(module.ledger().straysRunning()).isZero();
        awaitCollected(module);
    }

    @Test
    void shouldWaitForWorkThatTheDriversCallbackPutOff() throws Exception {
        LoadedModule module = load("""
                public final class Late extends FenceCallback {
                    protected void onSignaled(DmaFence fence) { defer(fence); }
                    protected void onDeferred() { context.notice("deferred work"); }
                }
                protected void submitted(DmaFence fence) { fence.addCallback(new Late()); }
                """);
        HardwareRing ring = module.openRing(RING);
        signaled(ring, 1).release();
        assertThat(notices).containsExactly("demo: deferred work");
        assertThat(module.ledger().straysRunning()).isZero();
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldAnswerForFencesMadeTheEasyWay() throws Exception {
        LoadedModule module = load("""
                private static final FenceContext EASY = FenceContext.create("easy");
                protected void submitted(DmaFence fence) {
                    System.getProperties().put("dmafence.test.fence", EASY.newFence(new Ops(), 1));
                    System.getProperties().put(
                            "dmafence.test.made",
                            FenceContext.builder(FenceRuntime.builder().build()).build().newFence(new Ops(), 1));
                }
                """);
        submit(module.openRing(RING), 1);
        DmaFence easy = fenceAt("dmafence.test.fence");
        DmaFence made = fenceAt("dmafence.test.made");
        assertThat(module.ledger().created()).isEqualTo(3);
        assertThat(module.ledger().domains()).contains(RcuDomain.global());
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.fencesSignaledByPolicy()).isEqualTo(3);
        assertThat(easy.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(made.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldLeaveTheHostsFencesToTheHost() throws Exception {
        LoadedModule module = load("");
        HardwareRing ring = module.openRing(RING);
        DmaFence[] made = new DmaFence[1];
        DmaFence trigger = submit(ring, 1);
        // Beneath the driver's frames, and yet the host's.
        trigger.addCallback(HostCode.making(runtime, new HostOps(), fence -> made[0] = fence));
        ring.complete(1, null);
        assertThat(module.ledger().created()).isEqualTo(1);
        module.rmmod(orderly());
        assertThat(made[0].isSignaled()).isFalse();
    }

    @Test
    void shouldKeepADriverFromClosingTheRuntimesDomain() throws Exception {
        try (RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withName("host's"));
                Modules list = Modules.create(
                        FenceRuntime.builder().rcu(domain).build(),
                        ModuleSettings.defaults().withNotices(notices::add))) {
            LoadedModule module = list.insmod(new TestDriverJars(dir).demo("""
                    public void exit() {
                        try { context.runtime().rcu().close(); } catch (IllegalStateException e) { context.notice(e.getMessage()); }
                    }
                    """), "demo");
            UnloadCertificate certificate = module.rmmod(orderly());
            assertThat(notices)
                    .singleElement()
                    .asString()
                    .contains("RCU domain 'host's' was not made by the code of module demo#");
            assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
            domain.defer(() -> {});
            domain.barrier();
        }
    }

    @Test
    void shouldNameTheThreadOfADomainThatTheDriverNeverClosed() throws Exception {
        LoadedModule module = load("""
                public void init(DriverContext given) {
                    super.init(given);
                    org.dmafence.rcu.RcuDomain mine = org.dmafence.rcu.RcuDomain.create(
                            org.dmafence.rcu.RcuSettings.defaults().withName("mine"));
                    mine.defer(() -> given.notice("its thread runs"));
                    System.getProperties().put("dmafence.test.made", mine);
                }
                """);
        await().until(() -> !notices.isEmpty());
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.reached()).isEqualTo(ModuleState.LEAKED);
        assertThat(certificate.pins())
                .singleElement()
                .satisfies(pin -> assertThat(pin.what())
                        .contains("is the callback thread of an RCU domain that the module made and did not close"));
        RcuDomain domain = (RcuDomain) System.getProperties().get("dmafence.test.made");
        Objects.requireNonNull(domain).close(); // the host may
        await().until(() -> module.state() == ModuleState.COLLECTED);
    }

    @Test
    void shouldRefuseTheEasyWayOnceTheModuleIsGone() throws Exception {
        LoadedModule module = load("""
                public void exit() {
                    try { FenceContext.create("late").newFence(new Ops(), 1); }
                    catch (IllegalStateException e) { context.notice(e.getMessage()); }
                }
                """);
        module.rmmod(orderly());
        assertThat(notices).singleElement().asString().contains("it makes no new fences");
        assertThatThrownBy(() -> module.openRing(RING)).isInstanceOf(IllegalStateException.class);
    }
}
