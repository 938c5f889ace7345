package org.dmafence.module;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A list of modules, the jars to fill it from, and what it reports. */
abstract class ModuleFixture {
    static final RingSpec RING = new RingSpec("0000:00:01.0", "gfx", "job", 8);
    static final long MS = 1_000_000;

    /** Ops that stay attached until the last release. */
    static final String RELEASING = """
                protected FenceOps ops() {
                    return new Ops(FenceOps.Op.RELEASE) {
                        protected void release(DmaFence fence) { context.notice("released " + fence.seqno()); }
                    };
                }
            """;

    /** Hangs until the test says otherwise; interrupts don't help. */
    static final String HANG = """
                private static void hang() {
                    while (System.getProperty("dmafence.test.hang") != null) {
                        java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                        Thread.interrupted();
                    }
                }
            """;

    /** Text only: a report's exception may be a driver's. */
    final Queue<String> reports = new ConcurrentLinkedQueue<>();

    final Queue<String> notices = new ConcurrentLinkedQueue<>();

    final FenceRuntime runtime = FenceRuntime.builder()
            .reporter((kind, message, cause) -> reports.add(kind + ": " + message))
            .build();

    final Modules modules = Modules.create(
            runtime, ModuleSettings.defaults().withTrackSites(true).withNotices(notices::add));

    @TempDir
    Path dir;

    static void letThingsHang() {
        System.setProperty("dmafence.test.hang", "true");
    }

    static void endAllHangs() {
        System.clearProperty("dmafence.test.hang");
    }

    @AfterEach
    void unloadEverything() {
        endAllHangs();
        modules.close();
    }

    /** Loads the demo driver with the given members. */
    LoadedModule load(String members) throws ModuleException {
        return modules.insmod(new TestDriverJars(dir).demo(members), "demo");
    }

    /** As rmmod, without much patience for fences. */
    static UnloadPolicy orderly() {
        return UnloadPolicy.orderly().withDrainTimeoutNs(5 * MS).withStepTimeoutNs(10_000 * MS);
    }

    static UnloadPolicy forced() {
        return orderly().withForce(true);
    }

    /** As {@link #orderly}, for drivers that are known to be pinned: steps and the search for proof are short. */
    static UnloadPolicy hopeless() {
        return forced().withStepTimeoutNs(300 * MS).withCollectTimeoutNs(200 * MS);
    }

    static void awaitCollected(LoadedModule module) {
        await().until(() -> {
            System.gc();
            return module.state() == ModuleState.COLLECTED;
        });
    }

    static DmaFence submit(HardwareRing ring, long id) {
        return Objects.requireNonNull(ring.submit(RingJob.external(id)));
    }

    /** A fence that has signalled, with the caller's reference. */
    static DmaFence signaled(HardwareRing ring, long id) {
        DmaFence fence = submit(ring, id);
        ring.complete(id, null);
        return fence;
    }
}
