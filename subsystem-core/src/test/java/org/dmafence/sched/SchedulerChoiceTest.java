package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceError;
import org.dmafence.testkit.VirtualCpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which of several schedulers a job goes to. */
final class SchedulerChoiceTest {
    private final VirtualCpu cpu = VirtualCpu.create();
    private final MockGpu left = new MockGpu(cpu, builder -> builder.creditLimit(1));
    private final MockGpu right = new MockGpu(cpu, builder -> builder.creditLimit(1));
    private final SchedulerEntity both = SchedulerEntity.builder("both", List.of(left.scheduler, right.scheduler))
            .build();

    @AfterEach
    void close() {
        cpu.close();
    }

    @Test
    void shouldBeginWithTheFirst() {
        assertThat(both.scheduler()).isSameAs(left.scheduler);
        assertThat(left.submit(both, 0).scheduler()).isSameAs(left.scheduler);
    }

    @Test
    void shouldGoWhereThereIsLessToDo() {
        left.submit(left.entity(), 0);

        assertThat(left.submit(both, 0).scheduler()).isSameAs(right.scheduler);
        assertThat(left.scheduler.score()).isEqualTo(2);
        assertThat(right.scheduler.score()).isEqualTo(2);
    }

    @Test
    void shouldStayWhileAnythingIsQueuedOrOnTheHardware() {
        SchedulerJob first = left.submit(both, 1000);
        for (int i = 0; i < 3; i++) {
            left.submit(left.entity(), 1000);
        }
        assertThat(left.submit(both, 0).scheduler()).as("queued").isSameAs(left.scheduler);
        assertThat(first.finished().isSignaled()).isFalse();
        cpu.advanceMs(5);
        left.advanceSeqno(1);
        cpu.advanceMs(1);

        left.submit(left.entity(), 0);
        assertThat(left.submit(both, 0).scheduler()).as("all done").isSameAs(right.scheduler);
        left.submit(right.entity(), 0);
        left.submit(right.entity(), 0);
        cpu.advanceMs(1);
        assertThat(left.submit(both, 0).scheduler()).as("on the hardware").isSameAs(right.scheduler);
    }

    @Test
    void shouldTakeItsListingAlong() {
        left.submit(both, 1000);
        cpu.advanceMs(2);
        assertThat(left.scheduler.score()).isEqualTo(1);
        right.scheduler.setReady(true);
        both.modifySchedulers(List.of(right.scheduler));

        assertThat(left.submit(both, 1000).scheduler()).isSameAs(right.scheduler);

        assertThat(left.scheduler.score()).isZero();
        assertThat(right.scheduler.score()).isEqualTo(2);
        cpu.advanceMs(2);
        assertThat(right.freed).hasSize(1);
    }

    @Test
    void shouldPassOverASchedulerThatIsNotReady() {
        left.scheduler.setReady(false);

        assertThat(left.submit(both, 0).scheduler()).isSameAs(right.scheduler);
    }

    @Test
    void shouldRefuseToArmWhenNoneIsReady() {
        left.scheduler.setReady(false);
        right.scheduler.setReady(false);
        SchedulerJob job = both.newJob(RingJob.external(1), 1);

        assertThatThrownBy(job::arm)
                .isInstanceOfSatisfying(
                        SchedulerException.class, e -> assertThat(e.error()).isEqualTo(FenceError.ENOENT));

        assertThat(job.isArmed()).isFalse();
        right.scheduler.setReady(true);
        assertThat(job.arm().scheduler()).isSameAs(right.scheduler);
    }

    @Test
    void shouldShareAScoreAmongSchedulersOfOneRing() {
        AtomicInteger score = new AtomicInteger();
        MockGpu one = new MockGpu(cpu, builder -> builder.score(score));
        MockGpu two = new MockGpu(cpu, builder -> builder.score(score));
        one.submit(one.entity(), 0);

        assertThat(two.scheduler.score()).isEqualTo(2);
    }

    @Test
    void shouldRefuseEntitiesWithoutSchedulers() {
        assertThatThrownBy(() -> SchedulerEntity.builder("nobody", List.of()))
                .isInstanceOf(SchedulerException.class)
                .hasMessageContaining("nobody");
        assertThatThrownBy(() -> both.modifySchedulers(List.of())).isInstanceOf(SchedulerException.class);
    }

    @Test
    void shouldRefuseSettingsOutOfRange() {
        assertThatThrownBy(() -> new MockGpu(cpu, builder -> builder.priorities(5)))
                .isInstanceOf(SchedulerException.class);
        assertThatThrownBy(() -> new MockGpu(cpu, builder -> builder.priorities(0)))
                .isInstanceOf(SchedulerException.class);
    }
}
