package org.dmafence.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.Parking;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VirtualCpuTest {
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    private final VirtualCpu cpu = VirtualCpu.create();
    private final FenceContext context =
            FenceContext.builder(cpu.runtime()).name("tl").build();
    private final List<String> log = new ArrayList<>();

    private static final class Names extends FenceOps {
        @Override
        protected String driverName(DmaFence fence) {
            return "drv";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "tl";
        }
    }

    private DmaFence fence(long seqno) {
        return context.newFence(new Names(), seqno);
    }

    @AfterEach
    void close() {
        cpu.close();
    }

    @Test
    void shouldRunATaskOnlyWhenTheDriverLetsIt() {
        VirtualTask task = cpu.start("a", () -> log.add("ran"));
        assertThat(log).isEmpty();
        cpu.settle();
        assertThat(log).containsExactly("ran");
        assertThat(task.isDone()).isTrue();
        assertThat(cpu.live()).isEmpty();
    }

    @Test
    void shouldWakeAWaiterOnlyAfterTheSignalerSleeps() {
        DmaFence fence = fence(1);
        cpu.start("waiter", () -> {
            fence.awaitUninterruptibly(1, TimeUnit.HOURS);
            log.add("woken");
        });
        cpu.settle();
        cpu.start("signaller", () -> {
            context.signal(fence);
            log.add("signalled");
        });
        cpu.settle();
        assertThat(log).containsExactly("signalled", "woken");
    }

    @Test
    void shouldLetHoursPassInNoTime() {
        DmaFence fence = fence(1);
        VirtualTask waiter = cpu.start("waiter", () -> log.add("" + fence.waitTimeout(false, HOUR_NS)));
        cpu.advanceNs(HOUR_NS - 1);
        assertThat(waiter.isParked()).isTrue();
        assertThat(waiter.blocker()).isSameAs(fence);
        cpu.advanceNs(1);
        assertThat(log).containsExactly("0");
        assertThat(cpu.clock().nanoTime()).isEqualTo(HOUR_NS);
    }

    @Test
    void shouldTellAWaiterWhatIsLeftOfItsTime() {
        DmaFence fence = fence(1);
        cpu.start("waiter", () -> log.add("" + fence.waitTimeout(false, 100)));
        cpu.after(30, () -> context.signal(fence));
        cpu.advanceNs(50);
        assertThat(log).containsExactly("70");
    }

    @Test
    void shouldRunEverybodyElseWhileTheDriverWaits() {
        DmaFence fence = fence(1);
        cpu.start("a", () -> log.add("a"));
        cpu.after(500, () -> context.signal(fence));
        assertThat(fence.waitTimeout(false, 800)).isEqualTo(300);
        assertThat(log).containsExactly("a");
        assertThat(fence(2).waitTimeout(false, 800)).isZero();
        assertThat(cpu.clock().nanoTime()).isEqualTo(1300);
    }

    @Test
    void shouldRefuseAWaitThatNothingCanEnd() {
        assertThatThrownBy(() -> fence(1).waitTimeout(false, Long.MAX_VALUE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("would never end");
    }

    @Test
    void shouldInterruptASleepingTask() {
        DmaFence fence = fence(1);
        VirtualTask waiter = cpu.start("waiter", () -> log.add("" + fence.waitTimeout(true, Long.MAX_VALUE)));
        cpu.settle();
        waiter.interrupt();
        cpu.settle();
        assertThat(log).containsExactly("" + FenceError.ERESTARTSYS.errno());
    }

    @Test
    void shouldFireTimersInOrderOfTimeAndThenOfSetting() {
        cpu.after(20, () -> log.add("20"));
        cpu.after(10, () -> log.add("10 first"));
        cpu.after(10, () -> log.add("10 second"));
        cpu.advanceNs(15);
        assertThat(log).containsExactly("10 first", "10 second");
        cpu.advanceNs(15);
        assertThat(log).containsExactly("10 first", "10 second", "20");
    }

    @Test
    void shouldFireAtTicksAndNeverEarly() {
        try (VirtualCpu ticking = VirtualCpu.ticking(1000, 340)) {
            ticking.after(2000, () -> log.add("at " + ticking.clock().nanoTime()));
            ticking.advanceNs(2000);
            assertThat(log).isEmpty();
            ticking.advanceNs(1000);
            assertThat(log).containsExactly("at 3000");
            assertThat(ticking.clock().nanoTime()).isEqualTo(3340);
        }
    }

    @Test
    void shouldNotLoseAnUnparkBeforeThePark() {
        Parking parking = cpu.runtime().parking();
        VirtualTask[] tasks = new VirtualTask[1];
        tasks[0] = cpu.start("a", () -> {
            parking.unpark(Thread.currentThread());
            parking.park("first");
            log.add("first");
            parking.park("second");
            log.add("second");
        });
        cpu.settle();
        assertThat(log).containsExactly("first");
        assertThat(tasks[0].blocker()).isEqualTo("second");
    }

    @Test
    void shouldSayWhichTaskThrew() {
        cpu.start("broken", () -> {
            throw new UnsupportedOperationException("no");
        });
        assertThatThrownBy(cpu::settle)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("broken")
                .hasRootCauseMessage("no");
    }

    @Test
    void shouldEndSleepersWhenClosed() {
        VirtualTask sleeper = cpu.start("sleeper", () -> fence(1).waitTimeout(false, Long.MAX_VALUE));
        cpu.start("never ran", () -> log.add("ran"));
        VirtualTask first = cpu.live().get(0);
        cpu.close();
        assertThat(first).isSameAs(sleeper);
        assertThat(sleeper.isDone()).isTrue();
        assertThat(log).isEmpty();
        assertThatThrownBy(() -> cpu.start("late", () -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldKeepDriverAndTasksApart() {
        cpu.start("a", () -> assertThatThrownBy(cpu::settle).isInstanceOf(IllegalStateException.class));
        cpu.after(
                1,
                () -> assertThatThrownBy(() -> fence(1).waitTimeout(false, 5))
                        .isInstanceOf(IllegalStateException.class));
        cpu.advanceNs(2);
        assertThatThrownBy(() -> cpu.advanceNs(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTakeTheSameCourseEveryTime() {
        assertThat(course(42)).isEqualTo(course(42)).isNotEqualTo(course(43));
    }

    /** Tasks that wait for and signal each other's fences at random. */
    private static List<String> course(long seed) {
        List<String> course = new ArrayList<>();
        try (VirtualCpu cpu = VirtualCpu.create()) {
            FenceContext context = FenceContext.builder(cpu.runtime()).build();
            Random random = new Random(seed);
            List<DmaFence> fences = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                fences.add(context.newFence(new Names(), i));
            }
            for (int t = 0; t < 8; t++) {
                String name = "t" + t;
                cpu.start(name, () -> {
                    for (int i = 0; i < 20; i++) {
                        DmaFence fence = fences.get(random.nextInt(fences.size()));
                        long left = fence.waitTimeout(false, 1 + random.nextInt(1000));
                        course.add(name + " " + fence.seqno() + " " + left + " @"
                                + cpu.clock().nanoTime());
                        context.signal(fences.get(random.nextInt(fences.size())));
                    }
                });
            }
            cpu.executor().execute(() -> course.add("work"));
            cpu.advanceNs(1_000_000);
            assertThat(cpu.live()).isEmpty();
        }
        return course;
    }
}
