package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The clock may say anything, below zero too: a monotonic clock has no origin. */
final class TimeoutClockTest {
    private long timerNs;

    @ParameterizedTest
    @CsvSource({
        "-9223372036854775808, 50, -9223372036854775758",
        "-20, 50, 30",
        "-5000, 50, -4950",
        "0, 50, 50",
        "9223372036854775800, 50, 9223372036854775807",
        "-5000, 9223372036854775806, 9223372036854770806"
    })
    void shouldSetATimerWhateverTheClockSays(long nowNs, long timeoutNs, long dueNs) {
        FenceRuntime runtime = FenceRuntime.builder().clock(() -> nowNs).build();
        GpuScheduler scheduler = GpuScheduler.builder(runtime, "dev", "gfx", new SchedulerPort() {
                    @Override
                    public void post(SchedulerEvent event) {}

                    @Override
                    public void run(SchedulerJob job) {}

                    @Override
                    public void freed(SchedulerJob job) {}

                    @Override
                    public void timer(long atNs) {
                        timerNs = atNs;
                    }
                })
                .timeout(timeoutNs, TimeUnit.NANOSECONDS)
                .build();
        SchedulerJob job =
                scheduler.newEntity("client").newJob(RingJob.external(1), 1).arm();
        scheduler.push(job);
        scheduler.runReady();

        assertThat(timerNs).isEqualTo(dueNs);
    }

    /** Hardware whose interrupt was lost: only who asks it learns that it is through. */
    private static final class Asked extends FenceOps {
        boolean done;

        Asked() {
            super(Op.SIGNALED);
        }

        @Override
        protected String driverName(DmaFence fence) {
            return "asked";
        }

        @Override
        protected String timelineName(DmaFence fence) {
            return "asked";
        }

        @Override
        protected boolean signaled(DmaFence fence) {
            return done;
        }
    }

    @Test
    void shouldAskTheHardwareBeforeAJobIsGivenUp() {
        Asked ops = new Asked();
        SchedulerRig rig = new SchedulerRig(1, null) {
            @Override
            public DmaFence submit(RingJob job) {
                return hardware.newFence(ops, job.id());
            }
        };
        SchedulerJob done = rig.push(rig.scheduler.newEntity("client"), 1);
        rig.step();
        ops.done = true;

        rig.timedOut(new JobTimeout(rig.scheduler.core(), done));
        rig.step();

        assertThat(done.finished().isSignaled()).isTrue();
        assertThat(done.finished().status().error()).isNull();
    }
}
