package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The scheduler's host waits for nobody's callbacks, however long they take. */
@Timeout(20)
final class NoWaitingTest {
    private final SchedulerRig rig = new SchedulerRig(4, null) {
        @Override
        public @Nullable DmaFence submit(RingJob job) {
            DmaFence fence = super.submit(job);
            if (blockingHardware && fence != null) {
                blockOn(fence); // before the scheduler's own callback
            }
            return fence;
        }
    };
    private final SchedulerEntity entity = rig.scheduler.newEntity("client");
    private final CountDownLatch inCallback = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private boolean blockingHardware;
    private @Nullable Thread signaler;

    @AfterEach
    void letGo() throws InterruptedException {
        Thread left = signaler;
        go.countDown();
        if (left != null) {
            left.join(10_000);
            assertThat(left.isAlive()).isFalse();
        }
    }

    /** A callback that does not return before {@link #go}. */
    private void blockOn(DmaFence fence) {
        assertThat(fence.addCallback(FenceCallback.of(f -> {
                    inCallback.countDown();
                    boolean unused = await(go);
                })))
                .isTrue();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void onAnotherThread(Runnable signal) {
        Thread thread = new Thread(signal, "signaller");
        signaler = thread;
        thread.start();
        assertThat(await(inCallback)).isTrue();
    }

    @Test
    void shouldStopWhileAConsumersCallbackRuns() {
        SchedulerJob job = rig.push(entity, 1);
        rig.step();
        blockOn(job.finished());
        onAnotherThread(() -> rig.finish(0, null));

        rig.scheduler.recovery().stop(null);
        rig.scheduler.recovery().resubmit();
        rig.scheduler.recovery().start(null);

        assertThat(job.finished().status().error()).isNull();
        assertThat(rig.ranIds()).as("it never runs twice").containsExactly(1L);
    }

    @Test
    void shouldStopWhileACallbackOfTheHardwareFenceRuns() {
        blockingHardware = true;
        SchedulerJob job = rig.push(entity, 1);
        rig.step();
        onAnotherThread(() -> rig.finish(0, null));

        rig.scheduler.recovery().stop(null);
        rig.scheduler.recovery().resubmit();
        rig.scheduler.recovery().start(FenceError.EIO);

        assertThat(rig.ranIds()).containsExactly(1L);
        go.countDown();
        assertThat(job.finished().awaitUninterruptibly(10, TimeUnit.SECONDS)).isTrue();
        assertThat(job.finished().status().error())
                .as("the hardware had done it")
                .isNull();
    }

    @Test
    void shouldTearDownWhileAConsumersCallbackRuns() {
        SchedulerJob job = rig.push(entity, 1);
        SchedulerJob other = rig.push(entity, 2);
        rig.step();
        blockOn(job.finished());
        onAnotherThread(() -> rig.finish(0, null));

        rig.scheduler.tearDown(FenceError.ENODEV);

        assertThat(other.finished().status().error()).isEqualTo(FenceError.ENODEV);
    }

    @Test
    void shouldKillWhileACallbackOfADependencyRuns() {
        SchedulerRig.ForeignFence foreign = rig.foreign();
        blockOn(foreign.fence());
        SchedulerJob job = rig.push(entity, 1, foreign.fence());
        rig.step();
        assertThat(entity.dependency()).isSameAs(foreign.fence());
        onAnotherThread(foreign::signal);

        rig.scheduler.kill(entity);
        rig.step();

        assertThat(job.finished().status().error()).isEqualTo(FenceError.ESRCH);
    }
}
