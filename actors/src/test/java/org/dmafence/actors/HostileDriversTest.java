package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.module.UnloadCertificate;
import org.dmafence.module.UnloadPolicy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Drivers that throw, hang, unload themselves, answer nothing or lie, each in one of its methods. Loading, jobs and
 * unloading end in bounded time, every job has ended then, and an error, a report or the certificate names the method.
 */
final class HostileDriversTest {
    private static final String HOSTILE = "hostile";
    private static final String THROWS = HOSTILE + ".throws";
    private static final String HANGS = HOSTILE + ".hangs";
    private static final String UNLOADS = HOSTILE + ".unloads";
    private static final long MS = 1_000_000;
    private static final long AT_MOST_MS = 10_000;

    /** Less than a step of an unloading takes by default. */
    private static final long LOAD_AT_MOST_MS = 4_000;

    /**
     * The calls that have a time of their own; it is short where one is to hang, and otherwise no busy machine may
     * exceed it.
     */
    private static final Set<String> CALLS = Set.of("drivers", "create", "info", "issuers", "init", "openRing", "exit");

    private static final Duration SOON = Duration.ofSeconds(10);

    /** What each method is made to do. */
    private static final Map<String, String> DEEDS = Map.ofEntries(
            Map.entry("drivers", "throws hangs null"),
            Map.entry("create", "throws hangs null"),
            Map.entry("info", "throws hangs null lies"),
            Map.entry("issuers", "throws hangs null lies"),
            Map.entry("init", "throws hangs unloads"),
            Map.entry("openRing", "throws hangs unloads null lies"),
            Map.entry("exit", "throws hangs unloads"),
            Map.entry("submit", "throws hangs unloads null lies"),
            Map.entry("advance", "throws hangs unloads lies"),
            Map.entry("complete", "throws hangs unloads lies"),
            Map.entry("kill", "throws hangs unloads lies"),
            Map.entry("driverName", "throws hangs unloads null"),
            Map.entry("timelineName", "throws hangs null"),
            Map.entry("enableSignaling", "throws hangs unloads lies"),
            Map.entry("signaled", "throws hangs unloads lies"),
            Map.entry("waitTimeout", "throws hangs unloads lies"),
            Map.entry("release", "throws hangs unloads"),
            Map.entry("setDeadline", "throws hangs unloads"));

    /** Nobody can tell these from the truth, or nobody needs to. */
    private static final Set<String> UNNOTICED = Set.of(
            "issuers-lies",
            "openRing-lies",
            "submit-null",
            "advance-lies",
            "kill-lies",
            "driverName-null",
            "timelineName-null",
            "enableSignaling-lies",
            "signaled-lies",
            "waitTimeout-lies");

    private static final Path JAR = jar();

    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> said.add(kind + ": " + message))
            .build();
    private final CountDownLatch reached = new CountDownLatch(1);
    private FenceSubsystem subsystem = FenceSubsystem.create(SubsystemTest.system(), runtime);
    private @Nullable DriverHandle driver;

    private static Path jar() {
        try (InputStream in = HostileDriversTest.class.getResourceAsStream("/HostileDriver.java.txt")) {
            return ScriptedJar.jarOf(new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> all() {
        return DEEDS.entrySet().stream()
                .flatMap(each -> Stream.of(each.getValue().split(" ", -1)).map(deed -> each.getKey() + "-" + deed))
                .sorted();
    }

    @BeforeEach
    void plant() {
        Map<Object, Object> properties = System.getProperties();
        properties.put(THROWS, (Runnable) () -> {
            reached.countDown();
            throw new IllegalStateException(System.getProperty(HOSTILE));
        });
        properties.put(HANGS, (Runnable) this::hang);
        properties.put(UNLOADS, (Runnable) this::unloadFromWithin);
    }

    /** What still hangs comes back, and then no fence is left that has not signalled. */
    @AfterEach
    void comeBack() {
        goOn.countDown();
        Map<Object, Object> properties = System.getProperties();
        List.of(HOSTILE, THROWS, HANGS, UNLOADS).forEach(properties::remove);
        List<UnloadCertificate> unused = get(subsystem.shutdown());
        DriverHandle unloaded = driver;
        if (unloaded != null) {
            SubsystemTest.eventually().until(() -> unloaded.module().ledger().unsignaledCount() == 0);
        }
    }

    @AfterAll
    static void stop() {
        SubsystemTest.stopSystem();
    }

    /** Deaf to interrupts. */
    private void hang() {
        reached.countDown();
        while (goOn.getCount() != 0) {
            LockSupport.parkNanos(MS);
            boolean unused = Thread.interrupted();
        }
    }

    private void unloadFromWithin() {
        reached.countDown();
        DriverHandle self = driver;
        try {
            Object unused = self == null
                    ? subsystem.shutdown().toCompletableFuture().join()
                    : subsystem.unload(self, policy()).toCompletableFuture().join();
        } catch (CompletionException e) {
            said.add("from within: " + e.getMessage());
        }
    }

    private static UnloadPolicy policy() {
        return UnloadPolicy.forced()
                .withDrainTimeoutNs(50 * MS)
                .withStepTimeoutNs(100 * MS)
                .withCollectTimeoutNs(0);
    }

    /** What comes of a stage; {@code null} if it fails, which says why. */
    private <T> @Nullable T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            said.add(String.valueOf(e.getCause()));
            return null;
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no end; until now: " + said, e);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    @Timeout(60)
    void shouldEndInBoundedTimeAndNameTheMethod(String deed) throws InterruptedException {
        System.setProperty(HOSTILE, deed);
        if (!deed.endsWith("throws") && CALLS.contains(method(deed))) {
            useShortCalls();
        }
        List<JobHandle> jobs = new ArrayList<>();
        UnloadCertificate certificate = null;
        long beganNs = System.nanoTime();

        driver = get(subsystem.load(JAR, ScriptedJar.DRIVER));
        if (driver != null) {
            SchedulerHandle scheduler = get(subsystem.openScheduler(
                    driver, SchedulerSpec.of(SubsystemTest.ring("gfx")).withTimeout(50, TimeUnit.MILLISECONDS)));
            if (scheduler != null) {
                work(scheduler, jobs);
            }
            client(driver, jobs);
            if (scheduler != null && deed.startsWith("kill-")) {
                scheduler.close(); // an unloading lets the driver's exit see to its rings
                SubsystemTest.eventually().until(() -> reached.getCount() == 0 || deed.endsWith("lies"));
            }
            certificate = get(subsystem.unload(driver, policy()));
        }

        long tookMs = (System.nanoTime() - beganNs) / MS;
        String all = String.join("\n", said) + "\n" + (certificate == null ? "" : certificate.render());
        assertThat(tookMs).as(all).isLessThan(driver == null ? LOAD_AT_MOST_MS : AT_MOST_MS);
        assertThat(jobs)
                .as(all)
                .allSatisfy(job -> assertThat(job.finished().isSignaled()).isTrue());
        assertThat(certificate != null && certificate.refused()).as(all).isFalse();
        assertNamed(deed, all);
    }

    private void useShortCalls() {
        List<UnloadCertificate> unused = get(subsystem.shutdown());
        subsystem = FenceSubsystem.create(
                SubsystemTest.system(),
                runtime,
                Settings.create(ConfigFactory.parseString("dmafence.driver.call-timeout = 200ms")
                        .withFallback(SubsystemTest.system().settings().config())));
    }

    private static String method(String deed) {
        return deed.substring(0, deed.indexOf('-'));
    }

    private static void assertNamed(String deed, String all) {
        String method = method(deed);
        Pattern named = Pattern.compile(
                "[. ]%1$s\\(|(^|[. ])%1$s (of|by|has not come back|answered|threw)|%2$s|makes \"another\"|was shut down"
                        .formatted(method, deed),
                Pattern.MULTILINE);
        if (!UNNOTICED.contains(deed)) {
            assertThat(all).containsPattern(named);
        }
    }

    private void work(SchedulerHandle scheduler, List<JobHandle> jobs) throws InterruptedException {
        EntityHandle entity = subsystem.openEntity(scheduler, "client");
        for (long id = 1; id <= 4; id++) { // the last one hangs
            RingJob work = id % 2 == 0 ? RingJob.external(id) : RingJob.lasting(id, MS);
            try {
                jobs.add(subsystem.submit(
                        entity, JobSpec.of(work).by(runtime.clock().nanoTime() + 10 * MS)));
            } catch (SubmitRefusedException e) { // a job before it has already made the driver unload itself
                said.add("refused: " + e.getMessage());
                break;
            }
        }
        if (jobs.size() > 1) {
            boolean begun = jobs.get(1).scheduled().await(50, TimeUnit.MILLISECONDS);
            CompletionStage<Boolean> told = scheduler.engine().complete(2, null);
        }
        for (JobHandle job : jobs) {
            boolean inTime = job.finished().await(200, TimeUnit.MILLISECONDS);
        }
    }

    /**
     * What somebody does with a ring and a fence without a scheduler, on a thread of its own: if that hangs, nobody
     * else should.
     */
    private void client(DriverHandle loaded, List<JobHandle> jobs) {
        Thread client = new Thread(() -> use(loaded, jobs), "hostile-client");
        client.setDaemon(true);
        client.start();
        SubsystemTest.eventually().until(() -> reached.getCount() == 0 || !client.isAlive());
    }

    private void use(DriverHandle loaded, List<JobHandle> jobs) {
        try {
            DmaFence hardware =
                    loaded.module().openRing(SubsystemTest.ring("copy")).submit(RingJob.external(9));
            if (hardware != null) {
                hardware.setDeadline(0);
                String name = hardware.toString();
                hardware.enableSignaling();
                boolean done = hardware.pollSignaled();
                boolean inTime = hardware.await(10, TimeUnit.MILLISECONDS);
            }
        } catch (RuntimeException | InterruptedException e) {
            said.add("a client: " + e);
        }
        jobs.forEach(JobHandle::release);
    }
}
