package org.dmafence.vulkan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.driver.DeviceWork;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceErrorException;
import org.dmafence.fence.FenceOps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VulkanRingTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final RealTimeContext context = new RealTimeContext();
    private final VulkanDriver driver = new VulkanDriver();
    private final List<Long> hanging = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private VulkanRing ring;

    @BeforeEach
    void open() {
        Lavapipe.assume();
        driver.init(context);
        ring = (VulkanRing) driver.openRing(spec("compute"));
    }

    @AfterEach
    void close() {
        hanging.forEach(job -> ring.openGate(job)); // each is the first of its test
        if (!context.notices().isEmpty()) {
            await().atMost(LONG).until(() -> driver.busy() == null);
            driver.exit();
            context.runtime().rcu().barrier();
            assertThat(context.notices()).noneMatch(notice -> notice.contains("left behind"));
        }
        assertThat(context.reports()).isEmpty();
    }

    private static RingSpec spec(String name) {
        return new RingSpec("card0", name, "job", 16);
    }

    private static RingJob job(long id, DeviceWork work) {
        return RingJob.lasting(id, 0).withPayload(work);
    }

    private DmaFence hang(long id) {
        hanging.add(id);
        return ring.submit(new RingJob(id, RingJob.HANG, null));
    }

    private static void ends(DmaFence fence) {
        assertThat(fence.awaitUninterruptibly(LONG)).as(fence.toString()).isTrue();
    }

    private static int word(ByteBuffer buffer, int index) {
        return buffer.getInt(4 * index);
    }

    @Test
    void shouldComputeWhatJavaComputes() {
        ByteBuffer out = Words.room(1000);

        DmaFence fence = ring.submit(job(1, DeviceWork.compute(Words.from(7, 1000), out, 5)));
        ends(fence);

        assertThat(fence.status().error()).isNull();
        for (int i = 0; i < 1000; i++) {
            assertThat(word(out, i)).as("word %d", i).isEqualTo(Words.mixed(7 + i, 5));
        }
        assertThat(fence.independence().independent()).isTrue();
    }

    @Test
    void shouldFillAndCopy() {
        ByteBuffer filled = Words.room(64);
        ByteBuffer copied = Words.room(64);

        ends(ring.submit(job(1, DeviceWork.fill(filled, 0x12345678))));
        ends(ring.submit(job(2, DeviceWork.copy(filled, copied))));

        assertThat(word(filled, 63)).isEqualTo(0x12345678);
        assertThat(copied).isEqualTo(filled);
    }

    @Test
    void shouldSignalInOrderWhenManyAreInFlight() {
        List<Long> order = new ArrayList<>();
        DmaFence last = ring.submit(job(1, DeviceWork.empty()));
        for (long id = 2; id <= 500; id++) {
            while (ring.inFlight() == 16) {
                Thread.onSpinWait();
            }
            last = ring.submit(id % 3 == 0 ? RingJob.lasting(id, 10_000) : job(id, DeviceWork.empty()));
            DmaFence fence = last;
            if (!fence.addCallback(FenceCallback.of(signaled -> order.add(signaled.seqno())))) {
                ends(fence);
            }
        }
        ends(last);
        await().atMost(LONG).until(() -> ring.inFlight() == 0);

        assertThat(order).isSorted();
        assertThat(last.seqno()).isEqualTo(500);
    }

    @Test
    void shouldWaitOnTheDeviceForAnotherRing() {
        VulkanRing copying = (VulkanRing) driver.openRing(spec("copy"));
        ByteBuffer out = Words.room(256);
        DmaFence before = hang(1);
        DmaFence after =
                copying.submit(job(2, DeviceWork.copy(Words.from(5, 256), out).after(before)));

        assertThat(driver.busy()).contains("1 submission of ring compute, 1 submission of ring copy on device");
        assertThat(after.awaitUninterruptibly(Duration.ofMillis(50))).isFalse();
        ring.complete(1, null);
        ends(after);

        assertThat(before.isSignaled()).isTrue();
        assertThat(word(out, 0)).isEqualTo(5);
    }

    @Test
    void shouldHoldAJobUntilAFenceOfAnotherDriverSignals() {
        FenceContext other = context.newContext("other").build();
        DmaFence foreign = other.newFence(new Ops(), 1);
        DmaFence held = ring.submit(job(1, DeviceWork.empty().after(foreign)));
        DmaFence behind = ring.submit(job(2, DeviceWork.empty()));

        assertThat(held.awaitUninterruptibly(Duration.ofMillis(50))).isFalse();
        assertThat(driver.busy()).isNull(); // the device has nothing of it
        other.signal(foreign, FenceError.EIO); // as for any dependency, the error is not handed on
        ends(behind);

        assertThat(held.status().error()).isNull();
        assertThat(foreign.references()).isEqualTo(1);
    }

    @Test
    void shouldGiveTheDeviceWhatSomebodyCompletes() {
        DmaFence first = ring.submit(RingJob.external(1));
        DmaFence second = ring.submit(RingJob.external(2));
        DmaFence third = ring.submit(RingJob.external(3));

        assertThat(ring.complete(2, null)).isTrue();
        ends(second);

        assertThat(first.isSignaled()).isTrue();
        assertThat(third.isSignaled()).isFalse();
        assertThat(ring.complete(3, FenceError.ETIME)).isTrue();
        assertThat(third.status().error()).isEqualTo(FenceError.ETIME);
        assertThat(ring.complete(3, null)).isFalse();
    }

    @Test
    void shouldEndAJobWithItsError() {
        DmaFence fence = ring.submit(new RingJob(1, 0, FenceError.EIO));

        ends(fence);

        assertThat(fence.status().error()).isEqualTo(FenceError.EIO);
    }

    @Test
    void shouldStayBusyWhenFencesAreKilled() {
        DmaFence hangs = hang(1);
        assertThat(ring.inFlight()).isEqualTo(1);

        ring.kill(FenceError.ECANCELED);

        assertThat(hangs.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(ring.inFlight()).isZero();
        assertThat(driver.busy()).contains("1 submission of ring compute on device llvmpipe");
        assertThatThrownBy(() -> ring.submit(RingJob.lasting(2, 0))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldTakeNoJobWhenTheDeviceHasAllSlots() {
        hang(1);
        for (long id = 2; id <= 16; id++) {
            ring.submit(job(id, DeviceWork.empty()));
        }

        assertThatThrownBy(() -> ring.submit(RingJob.lasting(17, 0))).hasMessageContaining("all its 16 slots");
    }

    @Test
    void shouldRefuseWhatItCantDo() {
        RingJob huge = RingJob.lasting(1, 0).withPayload(DeviceWork.fill(1 << 30, 0));
        assertThatThrownBy(() -> ring.submit(huge)).isInstanceOf(FenceErrorException.class);
        assertThatThrownBy(() -> ring.submit(RingJob.lasting(2, 0).withPayload("text")))
                .isInstanceOf(FenceErrorException.class);
        assertThat(ring.inFlight()).isZero();
    }

    @Test
    void shouldTellTheDevicesTime() {
        ByteBuffer out = Words.room(1 << 16);
        ends(ring.submit(job(1, DeviceWork.compute(Words.from(0, 1 << 16), out, 100))));

        DeviceTimes times = ring.times();

        assertThat(times.count()).isEqualTo(1);
        assertThat(times.percentileNs(50)).isBetween(10_000L, 60_000_000_000L);
    }

    @Test
    void shouldSubmitInACallbackOfItsOwnFence() {
        AtomicInteger signaled = new AtomicInteger();
        DmaFence first = ring.submit(RingJob.external(1));
        first.addCallback(FenceCallback.of(fence -> {
            ring.advance(System.nanoTime());
            DmaFence next = ring.submit(job(2, DeviceWork.empty()));
            if (!next.addCallback(FenceCallback.of(done -> signaled.incrementAndGet()))) {
                signaled.incrementAndGet();
            }
        }));

        ring.complete(1, null);

        await().atMost(LONG).until(() -> signaled.get() == 1);
    }

    /** Names, and nothing else. */
    private static final class Ops extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "other";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "other";
        }
    }
}
