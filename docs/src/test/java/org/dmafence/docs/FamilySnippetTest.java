package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.FenceStatus;
import org.dmafence.fence.container.FenceCauses;
import org.dmafence.fence.container.FenceMerge;
import org.dmafence.resv.AcquireContext;
import org.dmafence.resv.LockResult;
import org.dmafence.resv.ReservationObject;
import org.dmafence.resv.ResvUsage;
import org.dmafence.sync.SyncFile;
import org.dmafence.sync.SyncObj;
import org.dmafence.sync.SyncTimeline;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.testkit.VirtualTask;
import org.junit.jupiter.api.Test;

/** The snippets of the pages on what is built of fences, and on running them under virtual time. */
class FamilySnippetTest {
    private final FenceRuntime runtime = FenceRuntime.system();
    private final FenceContext context = FenceContext.create("my-timeline");

    @Test
    void shouldMerge() {
        DmaFence ok = context.newFence(new MyOps(), 1);
        DmaFence failed = context.newFence(new MyOps(), 2);
        context.signal(ok);
        context.signal(failed, FenceError.ENOENT);

        DmaFence both = FenceMerge.merge(ok, failed); // flat: containers are looked into

        System.out.println(both.status()); // the error is kept ...
        System.out.println(FenceCauses.of(both)); // ... and who it came from

        assertThat(both.status().error()).isEqualTo(FenceError.ENOENT);
        assertThat(FenceCauses.of(both).first()).hasSize(1);
    }

    @Test
    void shouldReserve() {
        DmaFence copy = context.newFence(new MyOps(), 3);
        try (ReservationObject source = ReservationObject.create(runtime);
                ReservationObject target = ReservationObject.create(runtime)) {
            try (AcquireContext job = AcquireContext.begin(ReservationObject.LOCKS)) {
                lockAll(job, source, target);
                source.reserve(1);
                target.reserve(1);
                source.add(copy, ResvUsage.READ);
                target.add(copy, ResvUsage.WRITE);
                source.mutex().unlock();
                target.mutex().unlock();
            }
            assertThat(source.pollSignaled(ResvUsage.WRITE)).isTrue();
            assertThat(target.pollSignaled(ResvUsage.WRITE)).isFalse();
            context.signal(copy);
            assertThat(target.pollSignaled(ResvUsage.WRITE)).isTrue();
        }
    }

    static void lockAll(AcquireContext job, ReservationObject... buffers) {
        ReservationObject contended = null;
        for (int i = 0; i < buffers.length; i++) {
            if (buffers[i] == contended) {
                continue; // held already, since the last time
            }
            if (buffers[i].mutex().lock(job) == LockResult.DEADLOCK) {
                for (ReservationObject held : buffers) {
                    if (held.mutex().holdingContext() == job) {
                        held.mutex().unlock();
                    }
                }
                contended = buffers[i];
                contended.mutex().lockSlow(job); // sleeps until it is free; holds nothing else
                i = -1; // and the others again
            }
        }
    }

    @Test
    void shouldShow() {
        SyncTimeline timeline = SyncTimeline.create(runtime, "frames");
        SyncFile third = SyncFile.create(timeline.point(3));

        CompletableFuture<FenceStatus> shown = third.signaled();
        timeline.increment(3);

        assertThat(shown).isCompletedWithValue(FenceStatus.OK);
        third.close();
        timeline.close();
    }

    @Test
    void shouldWaitForWhatComesLater() {
        DmaFence work = context.newFence(new MyOps(), 4);
        SyncObj semaphore = SyncObj.create(runtime);
        CompletableFuture<FenceStatus> reached = semaphore.whenSignaled(2); // nothing is there yet

        semaphore.addPoint(work, 2); // submitted ...
        context.signal(work); // ... and done

        assertThat(reached).isCompletedWithValue(FenceStatus.OK);
        semaphore.release();
    }

    @Test
    void shouldPassNoRealTime() {
        try (VirtualCpu cpu = VirtualCpu.create()) {
            FenceContext context = FenceContext.builder(cpu.runtime()).build();
            DmaFence fence = context.newFence(new MyOps(), 1);
            VirtualTask waiter = cpu.start("waiter", () -> fence.awaitUninterruptibly(1, TimeUnit.HOURS));

            cpu.after(TimeUnit.MINUTES.toNanos(5), () -> context.signal(fence));
            cpu.advanceNs(TimeUnit.MINUTES.toNanos(5)); // takes no real time

            assertThat(waiter.isDone()).isTrue();
        }
    }
}
