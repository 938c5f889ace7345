package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dmafence.driver.HardwareRing;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.Test;

/** Module exit against pollers, namers, waiters and putters: row I10 of the interleavings that a port must hold. */
class UnloadRaceTest extends ModuleFixture {
    private static final int FENCES = 400;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<Thread> racers = new ArrayList<>();

    private void race(String name, CountDownLatch running, ThrowingTask task) {
        Thread racer = new Thread(
                () -> {
                    boolean first = true;
                    while (!stop.get()) {
                        try {
                            task.run();
                        } catch (Throwable e) {
                            failures.add(e);
                        }
                        if (first) {
                            running.countDown();
                            first = false;
                        }
                    }
                },
                name);
        racers.add(racer);
        racer.start();
    }

    private interface ThrowingTask {
        void run() throws Exception;
    }

    /** Polls, names, describes and waits for every fence, again and again, while the module is unloaded. */
    private UnloadCertificate unloadWhileUsed(LoadedModule module, List<DmaFence> fences) throws Exception {
        CountDownLatch running = new CountDownLatch(4);
        race("poller", running, () -> fences.forEach(DmaFence::pollSignaled));
        race(
                "namer",
                running,
                () -> fences.forEach(fence -> {
                    assertThat(fence.driverName()).isIn("demo", "detached-driver");
                    assertThat(fence.timelineName()).isIn("demo-ring", "signaled-timeline");
                    assertThat(fence.pollDescription()).endsWith("signalled\n");
                }));
        race("waiter", running, () -> {
            for (DmaFence fence : fences) {
                fence.await(1, TimeUnit.MICROSECONDS);
            }
        });
        race(
                "retainer",
                running,
                () -> fences.forEach(fence -> {
                    if (fence.tryRetain()) {
                        fence.release();
                    }
                }));
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
        UnloadCertificate certificate = module.rmmod(forced().withCollectTimeoutNs(0));
        stop.set(true);
        for (Thread racer : racers) {
            racer.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(racer.isAlive()).isFalse();
        }
        return certificate;
    }

    private static List<DmaFence> fences(LoadedModule module) {
        HardwareRing ring = module.openRing(RING);
        List<DmaFence> fences = new ArrayList<>();
        for (long id = 1; id <= FENCES; id++) {
            fences.add(id % 2 == 0 ? signaled(ring, id) : submit(ring, id));
        }
        return fences;
    }

    @Test
    void shouldNeverCallIntoTheModuleForIndependentFences() throws Exception {
        LoadedModule module = load("");
        List<DmaFence> fences = fences(module);
        UnloadCertificate certificate = unloadWhileUsed(module, fences);
        assertThat(failures).isEmpty();
        assertThat(certificate.reached()).isEqualTo(ModuleState.CLOSED);
        assertThat(module.tombstones().count()).isZero();
        assertThat(fences).allMatch(fence -> fence.status().signaled());
        awaitCollected(module);
        fences.forEach(DmaFence::release);
    }

    @Test
    void shouldFailEveryLateReleaseOfFencesThatKeepTheirOps() throws Exception {
        LoadedModule module = load(RELEASING);
        List<DmaFence> fences = fences(module);
        UnloadCertificate certificate = unloadWhileUsed(module, fences);
        assertThat(failures).isEmpty();
        assertThat(certificate.reached()).isEqualTo(ModuleState.CLOSED);
        assertThat(certificate.entombed()).isEqualTo(FENCES);
        fences.forEach(DmaFence::release);
        // The odd ones still have the ring's reference, which nobody drops any more.
        assertThat(module.tombstones().count()).isEqualTo(FENCES / 2);
        assertThat(module.tombstones().calls()).hasSizeLessThanOrEqualTo(TombstoneRecord.KEPT);
        assertThat(notices).isEmpty();
        awaitCollected(module);
    }

    @Test
    void shouldNotGrowWhenLoadedAndUnloadedAgainAndAgain() throws Exception {
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        long before = 0;
        long fastestNs = Long.MAX_VALUE;
        for (int cycle = 0; cycle < 25; cycle++) {
            LoadedModule module = load("");
            DmaFence fence = submit(module.openRing(RING), 1);
            UnloadCertificate certificate = module.rmmod(orderly().withDrainTimeoutNs(0));
            assertThat(certificate.reached()).isEqualTo(ModuleState.COLLECTED);
            assertThat(fence.status()).extracting(FenceStatus::signaled).isEqualTo(true);
            fastestNs = Math.min(fastestNs, certificate.unloadNs());
            if (cycle == 4) { // what the first cycles load of our own is there by now
                before = classes.getLoadedClassCount();
            }
        }
        System.out.println("unload without the proof: " + Durations.text(fastestNs) + " at best");
        // A leaked module would be four classes more each time.
        assertThat(classes.getLoadedClassCount() - before).isLessThan(40);
    }
}
