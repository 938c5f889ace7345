package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.JobTimeout.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A job that a time-out has taken off the list keeps its id: its driver is being asked about it by that. */
final class SuspectedIdTest implements SchedulerPort, HardwareRing {
    private static final long TIMEOUT_NS = 100;

    private long nowNs = 1;
    private final FenceRuntime runtime = FenceRuntime.builder()
            .clock(() -> nowNs)
            .reporter((kind, message, cause) -> {})
            .build();
    private final GpuScheduler scheduler = GpuScheduler.builder(runtime, "dev", "gfx", this)
            .timeout(TIMEOUT_NS, TimeUnit.NANOSECONDS)
            .creditLimit(8)
            .build();
    private final FenceContext hardware =
            FenceContext.builder(runtime).name("hardware").build();
    private final List<DmaFence> flying = new ArrayList<>();
    private final List<SchedulerJob> ran = new ArrayList<>();
    private final List<SchedulerEvent> events = new ArrayList<>();
    private @Nullable JobTimeout asked;

    private SchedulerJob push(long id) {
        SchedulerJob job = scheduler
                .newEntity("client " + id)
                .newJob(RingJob.external(id), 1)
                .arm();
        job.finished().retain();
        scheduler.push(job);
        step();
        return job;
    }

    private void step() {
        while (!events.isEmpty()) {
            scheduler.handle(events.remove(0));
        }
        scheduler.runReady();
    }

    private JobTimeout suspect() {
        nowNs += TIMEOUT_NS;
        scheduler.onTimer();
        step();
        return Objects.requireNonNull(asked, "the driver is asked");
    }

    private void assertRefused(SchedulerJob twin) {
        assertThat(twin.finished().status().error()).as("the twin's end").isEqualTo(FenceError.EINVAL);
        assertThat(ran).doesNotContain(twin);
    }

    @Test
    void shouldRefuseTheIdWhileTheDriverIsAsked() {
        SchedulerJob suspected = push(1);
        JobTimeout timeout = suspect();
        assertThat(timeout.job()).isSameAs(suspected);

        assertRefused(push(1));
        assertThat(suspected.finished().isSignaled()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Answer.class)
    void shouldRefuseTheIdUntilTheJobIsFreedWhateverTheAnswer(Answer answer) {
        SchedulerJob suspected = push(1);
        push(2);
        suspect().answer(answer);
        step();

        assertRefused(push(1));
        assertRefused(push(2));

        hardware.signal(flying.get(0));
        hardware.signal(flying.get(1));
        step();
        assertThat(suspected.isFreed()).isTrue();
        assertThat(ran).contains(push(1), push(2));
    }

    @Override
    public void post(SchedulerEvent event) {
        events.add(event);
    }

    @Override
    public void run(SchedulerJob job) {
        ran.add(job);
        job.runOn(this);
    }

    @Override
    public void freed(SchedulerJob job) {}

    @Override
    public void timedOut(JobTimeout timeout) {
        asked = timeout;
    }

    @Override
    public RingSpec spec() {
        return new RingSpec("dev", "gfx", "job", 64);
    }

    @Override
    public DmaFence submit(RingJob job) {
        DmaFence fence = hardware.newFence(new SchedulerRig.Foreign(), flying.size() + 1);
        flying.add(fence.retain());
        return fence;
    }

    @Override
    public long advance(long timeNs) {
        return Long.MAX_VALUE;
    }

    @Override
    public boolean complete(long jobId, @Nullable FenceError error) {
        return false;
    }

    @Override
    public void kill(FenceError error) {}

    @Override
    public int inFlight() {
        return flying.size();
    }
}
