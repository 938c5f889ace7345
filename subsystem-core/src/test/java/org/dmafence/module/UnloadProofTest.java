package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import org.dmafence.driver.HardwareRing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The proof: true both ways, renewable, and at no higher price than allowed. */
class UnloadProofTest extends ModuleFixture {
    /** Leaves an object of the driver's in a place of the host's. */
    private static final String PINNING = """
                public void init(DriverContext given) {
                    super.init(given);
                    System.getProperties().put("dmafence.test.pin", this);
                }
            """;

    @AfterEach
    void unpin() {
        System.getProperties().remove("dmafence.test.pin");
        if (System.getProperties().remove("dmafence.test.pool") instanceof ExecutorService pool) {
            pool.shutdownNow();
        }
    }

    private static UnloadCertificate now(LoadedModule module) {
        return Objects.requireNonNull(module.certificate());
    }

    @Test
    void shouldSayUnprovenWhenTheJvmTakesNoRequests() throws Exception {
        assertThat(ProofInAnotherJvm.run(dir, "0", "-XX:+DisableExplicitGC"))
                .contains("reached UNPROVEN")
                .contains("no collection took place, for the JVM takes no requests (-XX:+DisableExplicitGC)")
                .doesNotContain("still reachable");
    }

    @Test
    void shouldSayUnprovenWhenTheJvmUnloadsNoClasses() throws Exception {
        assertThat(ProofInAnotherJvm.run(dir, "0", "-Xnoclassgc"))
                .contains("reached UNPROVEN")
                .contains("the JVM unloads no classes (-Xnoclassgc)")
                .doesNotContain("still reachable");
    }

    @Test
    void shouldFindTheProofWithEachCollector() throws Exception {
        for (String collector : List.of("-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseZGC")) {
            assertThat(ProofInAnotherJvm.run(dir, "0", collector, "-Xmx256m"))
                    .as(collector)
                    .contains("reached COLLECTED");
        }
    }

    @Test
    void shouldNotStopTheProcessForALargeHeap() throws Exception {
        for (String concurrent : List.of("-XX:-ExplicitGCInvokesConcurrent", "-XX:+ExplicitGCInvokesConcurrent")) {
            assertThat(ProofInAnotherJvm.run(dir, "400", "-XX:+UseG1GC", "-Xms1500m", "-Xmx1500m", concurrent)
                            .lines())
                    .as(concurrent)
                    .filteredOn(line -> line.equals("reached COLLECTED, full collections 0, kept 400"))
                    .hasSize(ProofInAnotherJvm.CYCLES);
        }
        assertThat(ProofInAnotherJvm.run(dir, "400", "-XX:+UseSerialGC", "-Xmx1500m"))
                .contains("loader collected after 1 gc");
    }

    @Test
    void shouldAskForNothingWhenThePolicySaysSo() throws Exception {
        LoadedModule module = load("");
        UnloadCertificate certificate =
                module.rmmod(orderly().withEffort(CollectionEffort.NONE).withCollectTimeoutNs(50 * MS));
        assertThat(certificate.gcCycles()).isZero();
        assertThat(certificate.reached()).isIn(ModuleState.UNPROVEN, ModuleState.COLLECTED);
        awaitCollected(module);
    }

    @Test
    void shouldRenewTheProofWhenThePinIsGone() throws Exception {
        LoadedModule module = load(PINNING);
        UnloadCertificate pinned = module.rmmod(hopeless());
        assertThat(pinned.reached()).isEqualTo(ModuleState.PINNED);
        assertThat(module.awaitCollected(100 * MS).reached()).isEqualTo(ModuleState.PINNED);

        unpin();
        UnloadCertificate again = module.rmmod(orderly());
        assertThat(again.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(again.collected()).isTrue();
        assertThat(again.pins()).isEmpty();
        assertThat(again.steps()).isEqualTo(pinned.steps());
        assertThat(again.gcCycles()).isGreaterThan(pinned.gcCycles());
        assertThat(module.certificate()).isSameAs(again);
        assertThat(module.awaitCollected(100 * MS)).isSameAs(again);
        assertThat(module.rmmod(orderly())).isSameAs(again);
    }

    @Test
    void shouldBringTheCertificateUpToDateByItself() throws Exception {
        LoadedModule module = load(PINNING);
        module.rmmod(hopeless());
        assertThat(now(module).reached()).isEqualTo(ModuleState.PINNED);
        unpin();
        await().until(() -> {
            System.gc();
            return now(module).collected();
        });
        assertThat(now(module).pins()).isEmpty();
        assertThat(now(module).render()).contains("loader collected after ");
    }

    @Test
    void shouldProveNothingOfAModuleThatIsLoaded() throws Exception {
        LoadedModule module = load("");
        assertThatThrownBy(() -> module.awaitCollected(MS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was not unloaded");
    }

    @Test
    void shouldReportThePoolThatTheDriverNeverShutDown() throws Exception {
        LoadedModule module = load("""
                public void init(DriverContext given) {
                    super.init(given);
                    ExecutorService pool = Executors.newFixedThreadPool(4);
                    for (int i = 0; i < 4; i++) pool.execute(() -> given.notice("ran"));
                    System.getProperties().put("dmafence.test.pool", pool);
                }
                """);
        await().until(() -> notices.size() == 4);
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.reached()).isEqualTo(ModuleState.LEAKED);
        assertThat(certificate.collected()).isFalse();
        assertThat(certificate.pins()).hasSize(4).allSatisfy(pin -> {
            assertThat(pin.kind()).isEqualTo(Pin.Kind.THREAD);
            assertThat(pin.what()).contains("-thread-").contains("was started for or by the module, lives on");
        });
        assertThat(certificate.render()).contains("loader collected").contains("threads that it started live on");

        unpin();
        await().until(() -> module.state() == ModuleState.COLLECTED);
        assertThat(now(module).pins()).isEmpty();
    }

    @Test
    void shouldNameSurvivorsWithoutAProofToo() throws Exception {
        LoadedModule module = load("""
                public void init(DriverContext given) {
                    super.init(given);
                    ExecutorService pool = Executors.newSingleThreadExecutor();
                    pool.execute(() -> {});
                    System.getProperties().put("dmafence.test.pool", pool);
                }
                """);
        UnloadCertificate certificate = module.rmmod(orderly().withCollectTimeoutNs(0));
        assertThat(certificate.reached()).isEqualTo(ModuleState.CLOSED);
        assertThat(certificate.pins()).extracting(Pin::kind).containsExactly(Pin.Kind.THREAD);
    }

    private static final String POOL = """
                static void makePool(int threads) {
                    ExecutorService pool = Executors.newFixedThreadPool(threads);
                    for (int i = 0; i < threads; i++) pool.execute(new CountDownLatch(0)::countDown);
                    System.getProperties().put("dmafence.test.pool", pool);
                }
            """;

    @Test
    void shouldReportThePoolThatARingMadeOnItsEngine() throws Exception {
        for (boolean again : new boolean[] {false, true}) { // the group of an earlier load's engines is used again
            LoadedModule module =
                    load(POOL + (again ? "" : "protected void submitted(DmaFence fence) { makePool(4); }"));
            HardwareRing ring = module.openRing(RING);
            Thread engine =
                    module.newEngineThread("engine", () -> signaled(ring, 1).release());
            engine.start();
            engine.join();
            UnloadCertificate certificate = module.rmmod(orderly());
            if (again) {
                assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
            } else {
                assertThat(certificate.reached()).isEqualTo(ModuleState.LEAKED);
                assertThat(certificate.pins())
                        .hasSize(4)
                        .extracting(Pin::what)
                        .allMatch(what -> what.contains("was started for or by the module, lives on"));
            }
        }
    }

    @Test
    void shouldSayThatThreadsBeganWhoseMakerNobodyKnows() throws Exception {
        LoadedModule module = load(POOL + """
                public void init(DriverContext given) {
                    given.defer(() -> { makePool(1); given.notice("made"); });
                }
                """);
        await().until(() -> !notices.isEmpty());
        UnloadCertificate certificate = module.rmmod(orderly());
        assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
        assertThat(certificate.render()).containsPattern("report .* threads began meanwhile that may be .*-thread-1");
    }

    @Test
    void shouldNotBlameTheDriverForThreadsOfTheJdk() throws Exception {
        LoadedModule module = load("""
                public void init(DriverContext given) {
                    super.init(given);
                    CompletableFuture.runAsync(() -> {}).join();
                    new CompletableFuture<Object>().orTimeout(1, TimeUnit.MILLISECONDS).exceptionally(e -> e).join();
                }
                """);
        assertThat(module.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
    }

    @Test
    void shouldNameVirtualThreads() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads");
        letThingsHang();
        LoadedModule module = load(HANG + """
                public void init(DriverContext given) {
                    super.init(given);
                    try {
                        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
                        Class<?> type = Class.forName("java.lang.Thread$Builder");
                        type.getMethod("name", String.class).invoke(builder, "demo-virtual");
                        type.getMethod("start", Runnable.class).invoke(builder, (Runnable) Driver::hang);
                    } catch (ReflectiveOperationException e) { throw new IllegalStateException(e); }
                }
                """);
        UnloadCertificate certificate = module.rmmod(hopeless());
        assertThat(certificate.reached()).isEqualTo(ModuleState.PINNED);
        assertThat(certificate.pins())
                .extracting(Pin::what)
                .anySatisfy(what ->
                        assertThat(what).contains("\"demo-virtual\"").contains("runs demo.Driver.hang(Driver.java:"));
        endAllHangs();
        awaitCollected(module);
    }

    @Test
    void shouldNotBlameTheThreadsOfAnotherListsModule() throws Exception {
        letThingsHang();
        LoadedModule mine = load(PINNING);
        try (Modules others = Modules.create(runtime, ModuleSettings.defaults())) {
            LoadedModule other = others.insmod(new TestDriverJars(dir).demo(HANG + """
                    public void init(DriverContext given) {
                        super.init(given);
                        given.newThread("busy", Driver::hang).start();
                    }
                    """), "demo");
            UnloadCertificate certificate = mine.rmmod(hopeless());
            assertThat(certificate.pins()).extracting(Pin::kind).containsExactly(Pin.Kind.LOADER_REACHABLE);
            endAllHangs();
            assertThat(other.rmmod(orderly()).reached()).isEqualTo(ModuleState.COLLECTED);
        }
    }

    @Test
    void shouldSayWhatIsKnownWhenNobodyIsFound() throws Exception {
        UnloadCertificate certificate = load(PINNING).rmmod(hopeless());
        assertThat(certificate.pins())
                .singleElement()
                .satisfies(pin -> assertThat(pin.what())
                        .contains("a collection that takes unreachable loaders left this one")
                        .contains("a heap dump then shows the path")
                        .contains("inlined, which no heap dump shows"));
    }
}
