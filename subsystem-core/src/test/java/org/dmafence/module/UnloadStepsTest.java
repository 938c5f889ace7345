package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceLedger;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.UnloadCertificate.Step;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each step promises: nobody calls a driver that has exited, and the times are true. */
class UnloadStepsTest extends ModuleFixture {
    private static final String TELLING = """
                public HardwareRing openRing(RingSpec spec) {
                    HardwareRing real = super.openRing(spec);
                    return new HardwareRing() {
                        public RingSpec spec() { return spec; }
                        public DmaFence submit(RingJob job) { context.notice("submit"); return real.submit(job); }
                        public long advance(long nowNs) { context.notice("advance"); return Long.MAX_VALUE; }
                        public boolean complete(long id, FenceError error) { context.notice("complete"); return false; }
                        public void kill(FenceError error) { context.notice("kill"); }
                        public int inFlight() { context.notice("inFlight"); return 1; }
                    };
                }
                public void exit() { context.notice("exit"); }
            """;

    private static final class Failing extends Unload {
        private final boolean atCheck;

        Failing(LoadedModule module, UnloadPolicy policy, boolean atCheck) {
            super(module, policy, System.nanoTime(), List.of(), true);
            this.atCheck = atCheck;
        }

        @Override
        List<FenceLedger.Entry> dependents() {
            if (atCheck) {
                throw new IllegalStateException("no beans");
            }
            return super.dependents();
        }

        @Override
        boolean synchronizeWithin(long timeoutNs) {
            throw new IllegalStateException("no clock");
        }
    }

    @Test
    void shouldStayWhenTheCheckFails() throws Exception {
        LoadedModule module = load(TELLING);
        UnloadCertificate certificate = new Failing(module, orderly(), true).run();
        assertThat(certificate.refused()).isTrue();
        assertThat(certificate.render()).contains("no beans").contains("nobody knows whether fences need the module");
        assertThat(module.state()).isEqualTo(ModuleState.LIVE);
        assertThat(notices).isEmpty();
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldNotCallItQuiescentWhenTheGracePeriodFails() throws Exception {
        LoadedModule module = load("");
        UnloadCertificate certificate = new Failing(module, orderly().withCollectTimeoutNs(0), false).run();
        assertThat(certificate.render()).contains("no clock");
        assertThat(certificate.pins()).extracting(Pin::kind).containsExactly(Pin.Kind.GRACE_PERIOD);
    }

    @Test
    void shouldNotCallTheRingAfterExit() throws Exception {
        LoadedModule module = load(TELLING);
        HardwareRing ring = module.openRing(RING);
        DmaFence fence = submit(ring, 1);
        fence.addCallback(FenceCallback.of(
                f -> { // runs when the policy ends the fence, which is after the exit
                    ring.advance(0);
                    ring.complete(1, null);
                    ring.kill(FenceError.EIO);
                    notices.add("in flight " + ring.inFlight());
                }));
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(notices).containsExactly("demo: submit", "demo: exit", "in flight 0");
    }

    @Test
    void shouldWaitForCallsThatAreInsideBeforeExit() throws Exception {
        letThingsHang();
        LoadedModule module = load(HANG + """
                protected void submitted(DmaFence fence) { hang(); context.notice("submitted"); }
                public void exit() { context.notice("exit"); }
                """);
        HardwareRing ring = module.openRing(RING);
        Thread engine = new Thread(() -> ring.submit(RingJob.external(1)), "engine");
        engine.start();
        await().until(() -> Arrays.stream(engine.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("hang")));
        Thread unloader = new Thread(() -> module.rmmod(orderly()), "unloader");
        unloader.start();
        await().until(() -> Arrays.stream(unloader.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("exit")));
        endAllHangs();
        engine.join();
        unloader.join();
        assertThat(notices).containsExactly("demo: submitted", "demo: exit");
    }

    @Test
    void shouldKeepTheErrorThatARingMeansForAFence() throws Exception {
        LoadedModule module = load("""
                protected void submitted(DmaFence fence) { throw new FenceErrorException("no memory", FenceError.ENOMEM); }
                """);
        HardwareRing ring = module.openRing(RING);
        assertThatThrownBy(() -> ring.submit(RingJob.external(1)))
                .isInstanceOfSatisfying(
                        FenceErrorException.class, e -> assertThat(e.error()).isEqualTo(FenceError.ENOMEM))
                .hasMessage("a call into ring gfx of module demo ended with -ENOMEM");
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldCloseARingThatComesLate() {
        ModuleRings rings = new ModuleRings();
        rings.setGoing(true);
        ModuleRing late = new ModuleRing("demo", RING, new FakeRing());
        rings.add(late);
        assertThatThrownBy(() -> late.submit(RingJob.external(1))).isInstanceOf(IllegalStateException.class);
        assertThat(late.inFlight()).isEqualTo(7);
        rings.setGoing(false);
        assertThat(late.submit(RingJob.external(1))).isNull();
        rings.shut();
        ModuleRing later = new ModuleRing("demo", RING, new FakeRing());
        rings.add(later);
        assertThat(later.inFlight()).isZero();
        assertThat(late.inFlight()).isZero();
        assertThat(rings.callsRunning()).isZero();
    }

    @Test
    void shouldCountCallsMadeTogetherOnce() {
        ModuleRings rings = new ModuleRings();
        ModuleRing ring = new ModuleRing("demo", RING, new FakeRing());
        rings.add(ring);

        ring.together(() -> {
            assertThat(ring.submit(RingJob.external(1))).isNull();
            ring.together(() -> assertThat(ring.submit(RingJob.external(2))).isNull());
            assertThat(rings.callsRunning()).isEqualTo(1);
        });

        assertThat(rings.callsRunning()).isZero();
        assertThatThrownBy(() -> ring.together(() -> {
                    throw new IllegalStateException("as it is");
                }))
                .hasMessage("as it is");
        assertThat(rings.callsRunning()).isZero();
        assertThat(ring.submit(RingJob.external(3))).isNull();
        assertThat(rings.callsRunning()).isZero();
    }

    /** R1: who waits until no call runs may then take the driver away. */
    @Test
    void shouldLetNoCallInThatBeginsAfterTheRingWasShutThoughItIsOneOfSeveral() {
        ModuleRings rings = new ModuleRings();
        ModuleRing ring = new ModuleRing("demo", RING, new FakeRing());
        rings.add(ring);
        ring.together(() -> {
            rings.setGoing(true);
            assertThatThrownBy(() -> ring.submit(RingJob.external(1))).isInstanceOf(IllegalStateException.class);
            rings.setGoing(false);
            assertThat(ring.submit(RingJob.external(2))).isNull();
            rings.shut();
            assertThat(rings.callsRunning()).as("this one goes on").isEqualTo(1);
            assertThatThrownBy(() -> ring.submit(RingJob.external(3))).isInstanceOf(IllegalStateException.class);
        });
        assertThat(rings.callsRunning()).isZero();
        int[] ran = new int[1];
        ring.together(() -> ran[0]++);
        assertThat(ran[0]).as("each call answers for itself").isEqualTo(1);
    }

    private static final class FakeRing implements HardwareRing {
        @Override
        public RingSpec spec() {
            return RING;
        }

        @Override
        public @Nullable DmaFence submit(RingJob job) {
            return null;
        }

        @Override
        public long advance(long nowNs) {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean complete(long jobId, @Nullable FenceError error) {
            return true;
        }

        @Override
        public void kill(FenceError error) {}

        @Override
        public int inFlight() {
            return 7;
        }
    }

    @Test
    void shouldNameAWaitInTheDriversOwnOp() throws Exception {
        letThingsHang();
        LoadedModule module = load(HANG + """
                protected FenceOps ops() {
                    return new Ops(FenceOps.Op.WAIT) {
                        protected long waitTimeout(DmaFence fence, boolean interruptible, long timeoutNs) { hang(); return 1; }
                    };
                }
                """);
        DmaFence fence = submit(module.openRing(RING), 1);
        Thread waiter = new Thread(() -> fence.waitTimeout(false, Long.MAX_VALUE), "waiter");
        waiter.start();
        await().until(() -> module.ledger().waitsRunning() == 1);
        UnloadCertificate certificate = module.rmmod(hopeless());
        assertThat(step(certificate, "entomb").problem()).isEqualTo("1 waits in the driver's own op go on");
        assertThat(certificate.pins())
                .extracting(Pin::what)
                .contains("wait op of the driver runs or is due")
                .anySatisfy(what -> assertThat(what).contains("thread \"waiter\" runs demo.Driver.hang"));
        endAllHangs();
        waiter.join();
        assertThat(module.ledger().waitsRunning()).isZero();
        awaitCollected(module);
    }

    @Test
    void shouldAddUp() throws Exception {
        LoadedModule module = load("");
        submit(module.openRing(RING), 1);
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.steps().stream().mapToLong(Step::durationNs).sum())
                .isEqualTo(certificate.tookNs());
        long endNs = 0;
        for (Step step : certificate.steps()) {
            assertThat(step.startNs()).isEqualTo(endNs);
            endNs += step.durationNs();
        }
        assertThat(certificate.unloadNs()).isBetween(1L, certificate.tookNs());
        assertThat(certificate.render()).containsPattern("in all +" + Durations.text(certificate.tookNs()));
    }

    @Test
    void shouldCountTheTimeOfWhoeverPreparedIt() throws Exception {
        LoadedModule module = load("");
        submit(module.openRing(RING), 1);
        long beganNs = System.nanoTime() - 1_500 * MS;
        UnloadCertificate certificate = module.rmmod(
                orderly().withDrainTimeoutNs(1_000 * MS), beganNs, List.of(new Step("jobs", 0, 1_400 * MS, null)));
        assertThat(certificate.steps()).first().extracting(Step::name).isEqualTo("jobs");
        assertThat(certificate.tookNs()).isGreaterThan(1_500 * MS);
        assertThat(certificate.steps().stream().mapToLong(Step::durationNs).sum())
                .isEqualTo(certificate.tookNs());
        assertThat(step(certificate, "drain").problem()).isEqualTo("1 did not complete within 1.00 s");
        assertThat(step(certificate, "drain").durationNs()).isLessThan(500 * MS); // its time was up before
    }

    @Test
    void shouldNotClaimToBeQuietWhenCallbacksOfTheDomainGoOn() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withName("busy"));
                Modules list = Modules.create(FenceRuntime.builder().rcu(domain).build(), ModuleSettings.defaults())) {
            LoadedModule module = list.insmod(new TestDriverJars(dir).demo(""), "demo");
            domain.defer(() -> await().until(() -> end.getCount() == 0));
            UnloadCertificate certificate = module.rmmod(hopeless().withCollectTimeoutNs(0));
            assertThat(step(certificate, "grace period").problem()).contains("callbacks of the RCU domain");
            assertThat(certificate.pins()).extracting(Pin::kind).containsExactly(Pin.Kind.CALLBACK_RUNNING);
            end.countDown();
        }
    }

    private static Step step(UnloadCertificate certificate, String name) {
        return certificate.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
