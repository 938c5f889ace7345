package org.dmafence.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SyncObjEventTest {
    private final SyncObjRig rig = new SyncObjRig();
    private final SyncObj object = SyncObj.create(rig.runtime);
    private final SyncObjPoint binary = new SyncObjPoint(object, 0);

    @AfterEach
    void close() {
        rig.close();
    }

    private SyncObjEvent.Listener logging(String name) {
        return new SyncObjEvent.Listener() {
            @Override
            public void onReached(FenceStatus status) {
                rig.log.add(name + " " + status);
            }

            @Override
            public void onFreed() {
                rig.log.add(name + " freed");
            }
        };
    }

    @Test
    void shouldTellWhenAPointIsSubmittedAndWhenItIsReached() {
        SyncObjEvent.whenSignaled(binary, logging("s"));
        SyncObjEvent.whenAvailable(binary, logging("a"));
        DmaFence fence = rig.fence("f");
        object.replaceFence(fence);
        assertThat(rig.log).containsExactly("enable f", "a active");
        object.signal();
        assertThat(rig.log).hasSize(2);
        rig.signal(fence);
        assertThat(rig.log).endsWith("s signaled").hasSize(3);
        assertThat(fence.references()).isEqualTo(1);
        assertThat(rig.reports).isEmpty();
    }

    @Test
    void shouldTellAtOnceWhatHasHappened() {
        object.signal(4);
        SyncObjEvent reached = SyncObjEvent.whenSignaled(new SyncObjPoint(object, 3), logging("s"));
        SyncObjEvent.whenAvailable(new SyncObjPoint(object, 4), logging("a"));
        assertThat(rig.log).hasSize(2).allMatch(line -> line.endsWith("signaled") || line.endsWith("active"));
        assertThat(reached.cancel()).isFalse();
    }

    @Test
    void shouldNotTellAnybodyWhoCancelled() {
        SyncObjEvent waiting = SyncObjEvent.whenSignaled(binary, logging("waiting"));
        assertThat(waiting.cancel()).isTrue();
        assertThat(waiting.cancel()).isFalse();
        DmaFence fence = rig.fence("f");
        object.replaceFence(fence);
        SyncObjEvent armed = SyncObjEvent.whenSignaled(binary, logging("armed"));
        assertThat(armed.cancel()).isTrue();
        assertThat(fence.references()).isEqualTo(2);
        rig.signal(fence);
        assertThat(rig.log).containsExactly("enable f");
    }

    @Test
    void shouldLeaveNothingOnTheFenceWhenCancelledWhileItIsPutThere() {
        CompletableFuture<FenceStatus> waiting = object.whenSignaled(0);
        DmaFence fence = rig.fence("f");
        rig.onEnable = () -> waiting.cancel(false); // the fence is there already, its callback is not yet
        object.replaceFence(fence);
        assertThat(waiting).isCancelled();
        assertThat(fence.references()).isEqualTo(2);
    }

    @Test
    void shouldNotWaitForTheCallbacksOfOthersWhenCancelled() throws Exception {
        DmaFence fence = rig.fence("f");
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        fence.addCallback(FenceCallback.of(f -> {
            running.countDown();
            await(goOn);
        }));
        object.replaceFence(fence);
        SyncObjEvent event = SyncObjEvent.whenSignaled(binary, logging("s"));
        CompletableFuture<Void> signaling =
                CompletableFuture.runAsync(() -> rig.signal(fence), SyncObjEventTest::start);
        await(running);
        assertThat(CompletableFuture.supplyAsync(event::cancel, SyncObjEventTest::start)
                        .get(20, TimeUnit.SECONDS))
                .isTrue();
        goOn.countDown();
        signaling.get(20, TimeUnit.SECONDS);
        assertThat(rig.log).containsExactly("enable f");
        assertThat(fence.references()).isEqualTo(2);
    }

    /**
     * A thread for each: the common pool of JDK 25 has but one on two processors, and one of the tasks waits for the
     * other.
     */
    private static void start(Runnable task) {
        new Thread(task, "test-event").start();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldTellThatTheObjectWasFreed() {
        SyncObjEvent.whenSignaled(new SyncObjPoint(object, 1), logging("s"));
        DmaFence fence = rig.fence("f");
        object.replaceFence(fence);
        SyncObjEvent.whenSignaled(binary, logging("armed"));
        object.release();
        assertThat(rig.log).containsExactly("enable f", "s freed");
        rig.signal(fence);
        assertThat(rig.log).endsWith("armed signaled");
        SyncObjEvent.whenAvailable(binary, logging("late"));
        assertThat(rig.log).endsWith("late freed");
    }

    @Test
    void shouldSurviveAListenerThatThrows() {
        SyncObjEvent.whenSignaled(binary, status -> {
            throw new IllegalStateException("listener");
        });
        SyncObjEvent.whenSignaled(binary, logging("other"));
        object.signal();
        assertThat(rig.log).containsExactly("other signaled");
        assertThat(rig.reports).hasSize(1).allMatch(report -> report.contains("CALLBACK_FAILED"));
    }

    @Test
    void shouldLetAListenerPutTheNextFenceIn() {
        SyncObjEvent.whenSignaled(binary, status -> object.signal(5));
        object.signal();
        assertThat(object.pollReachedPoint()).isEqualTo(5);
    }

    @Test
    void shouldCompleteFutures() {
        CompletableFuture<FenceStatus> reached = object.whenSignaled(2);
        CompletableFuture<FenceStatus> available = object.whenAvailable(2);
        CompletableFuture<FenceStatus> failed = object.whenSignaled(3);
        CompletableFuture<FenceStatus> cancelled = object.whenSignaled(2);
        CompletableFuture<FenceStatus> never = object.whenSignaled(9);
        DmaFence two = rig.fence("2");
        DmaFence three = rig.fence("3");
        object.addPoint(two, 2);
        assertThat(available).isCompletedWithValue(FenceStatus.ACTIVE);
        assertThat(reached).isNotDone();
        cancelled.cancel(false);
        object.addPoint(three, 3);
        rig.signal(two);
        assertThat(reached).isCompletedWithValue(FenceStatus.OK);
        rig.signal(three, FenceError.EIO);
        assertThat(failed)
                .failsWithin(java.time.Duration.ZERO)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(FenceErrorException.class)
                .withMessageContaining("EIO");
        object.release();
        assertThat(never)
                .failsWithin(java.time.Duration.ZERO)
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withMessageContaining("ECANCELED");
        assertThat(cancelled).failsWithin(java.time.Duration.ZERO).withThrowableOfType(CancellationException.class);
    }
}
