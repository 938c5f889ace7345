package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fences whose module was unloaded by force under them: letting go of one fails, and nobody else is to suffer. */
class SyncObjOrphanTest {
    private final SyncObjRig rig = new SyncObjRig();
    private final SyncObj object = SyncObj.create(rig.runtime);

    @AfterEach
    void close() {
        rig.close();
        assertThat(rig.reports).hasSize(1).allMatch(report -> report.contains("module gone was unloaded by force"));
    }

    @Test
    void shouldReplaceOneAndTellEverybody() {
        DmaFence orphan = rig.orphan("o");
        object.replaceFence(orphan);
        orphan.release();
        rig.start("w", SyncObjWait.on(new SyncObjPoint(object, 2)).with(SyncObjWait.Flag.FOR_SUBMIT)::await);
        object.signal();
        object.signal(2);
        rig.cpu.settle();
        assertThat(rig.log).hasSize(1);
        assertThat(orphan.isFreed()).isTrue();
    }

    @Test
    void shouldFindPointsBehindOne() {
        DmaFence orphan = rig.orphan("o");
        object.addPoint(orphan, 1);
        orphan.release();
        DmaFence two = rig.fence("2");
        object.addPoint(two, 2);
        SyncObjEvent.whenSignaled(new SyncObjPoint(object, 3), status -> rig.log.add("first"));
        SyncObjEvent.whenSignaled(new SyncObjPoint(object, 3), status -> rig.log.add("second"));
        object.signal(3);
        assertThat(rig.log).containsExactly("enable 2");
        rig.signal(two);
        assertThat(rig.log).contains("first", "second");
        assertThat(object.pollReachedPoint()).isEqualTo(3);
    }

    @Test
    void shouldBeFreedWithOne() {
        DmaFence orphan = rig.orphan("o");
        object.replaceFence(orphan);
        orphan.release();
        CompletableFuture<FenceStatus> never = object.whenSignaled(7);
        object.release();
        assertThat(orphan.isFreed()).isTrue();
        assertThat(never).isCompletedExceptionally();
    }
}
