package org.dmafence.actors;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dmafence.actors.EngineActor.Look;
import org.dmafence.actors.EngineActor.Reset;
import org.dmafence.actors.inbox.Quiescence;
import org.dmafence.driver.HardwareRing;
import org.dmafence.driver.RingJob;
import org.dmafence.driver.RingSpec;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceCallback;
import org.dmafence.fence.FenceContext;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceOps;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.GuiltyFlag;
import org.dmafence.sched.HandedJobs;
import org.dmafence.sched.SchedulerEntity;
import org.dmafence.sched.SchedulerJob;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is to blame when a job is late, and who is not. A scheduler and an engine whose every turn the test takes. */
final class TimeoutHandlerTest {
    private static final long MS = 1_000_000;
    private static final long TIMEOUT_NS = 50 * MS;

    private final AtomicLong nowNs = new AtomicLong(-1_000 * MS);
    private final List<String> reports = new ArrayList<>();
    private final FenceRuntime runtime = FenceRuntime.builder()
            .clock(nowNs::get)
            .reporter((kind, message, cause) -> reports.add(message))
            .build();
    private final HardwareClock clock = new HardwareClock(nowNs::get);
    private final FenceHost host = new FenceHost(
            runtime,
            Settings.create(ConfigFactory.load()),
            new Quiescence(),
            clock,
            new AgentThreads("hang-watch-test", clock, 1),
            new ClientThreads(clock));
    private final Ring ring = new Ring();
    private final EngineLink link = new EngineLink(host, 64);
    private final SchedulerGate gate;
    private final GuiltyFlag guilty = new GuiltyFlag();
    private final SchedulerEntity client;
    private final CountDownLatch go = new CountDownLatch(1);
    private @Nullable Thread other;

    TimeoutHandlerTest() {
        link.inbox().connect(() -> {});
        gate = new SchedulerGate(
                SchedulerSpec.of(ring.spec()).withTimeout(TIMEOUT_NS, TimeUnit.NANOSECONDS), host, link);
        gate.inbox().connect(() -> {});
        client = SchedulerEntity.builder("client", List.of(gate.scheduler()))
                .guilty(guilty)
                .build();
    }

    @AfterEach
    void end() throws InterruptedException {
        go.countDown();
        if (other != null) {
            other.join(10_000);
        }
        gate.close("the test is over", FenceError.ECANCELED);
        host.clock().close();
    }

    /** Hardware that does a job in some time of its clock, but only shows it when the ring is looked at. */
    private final class Ring implements HardwareRing {
        private final FenceContext context =
                FenceContext.builder(runtime).name("ring").build();
        private final Map<Long, DmaFence> flying = new HashMap<>();
        private final Map<Long, Long> dueNs = new HashMap<>();
        private long seqno;
        boolean mute;
        int looks;

        @Override
        public RingSpec spec() {
            return new RingSpec("dev", "ring", "job", 64);
        }

        @Override
        public DmaFence submit(RingJob job) {
            DmaFence fence = context.newFence(
                    new FenceOps() {
                        @Override
                        protected String driverName(DmaFence f) {
                            return "test";
                        }

                        @Override
                        protected String timelineName(DmaFence f) {
                            return "test";
                        }
                    },
                    ++seqno);
            flying.put(job.id(), fence);
            dueNs.put(job.id(), job.durationNs() < 0 ? Long.MAX_VALUE : nowNs.get() + job.durationNs());
            return fence.retain();
        }

        @Override
        public long advance(long untilNs) {
            looks++;
            List.copyOf(flying.keySet()).stream()
                    .filter(id -> dueNs.getOrDefault(id, Long.MAX_VALUE) <= untilNs)
                    .forEach(id -> complete(id, null));
            return Long.MAX_VALUE;
        }

        @Override
        public boolean complete(long jobId, @Nullable FenceError error) {
            DmaFence fence = mute ? flying.get(jobId) : flying.remove(jobId);
            if (fence != null && !mute) {
                if (error == null) {
                    context.signal(fence);
                } else {
                    context.signal(fence, error);
                }
                fence.release();
            }
            return fence != null;
        }

        @Override
        public void kill(FenceError error) {}

        @Override
        public int inFlight() {
            return flying.size();
        }
    }

    private void scheduler() {
        gate.host().takeIn();
        gate.host().work();
        gate.inbox().settle();
    }

    private void engine() {
        link.enterDriver(nowNs.get());
        try {
            link.inbox().drain(this::work);
        } finally {
            link.leaveDriver();
        }
        link.inbox().settle();
    }

    private void work(Object item) {
        link.progress(nowNs.get());
        if (item instanceof HandedJobs jobs) {
            jobs.drain(job -> job.runOn(ring));
        } else if (item instanceof Look look) {
            ring.advance(nowNs.get());
            look.reply().accept(true);
        } else if (item instanceof Reset reset) {
            reset.reply().accept(ring.complete(reset.jobIds().get(0), FenceError.ETIME));
        }
    }

    private void both() {
        for (int i = 0; i < 6; i++) {
            scheduler();
            engine();
        }
    }

    /** Time passes, and the scheduler looks at its usual ticks. The engine does not run. */
    private void tick(long ns) {
        for (long leftNs = ns; leftNs > 0; leftNs -= 10 * MS) {
            nowNs.addAndGet(Math.min(leftNs, 10 * MS));
            scheduler();
        }
    }

    private SchedulerJob send(long id, long durationNs) {
        assertThat(gate.room().enter()).isTrue();
        SchedulerJob job = client.newJob(new RingJob(id, durationNs, null), 1).arm();
        job.finished().retain();
        gate.append(job);
        return job;
    }

    private SchedulerJob sendToRing(long id, long durationNs) {
        SchedulerJob job = send(id, durationNs);
        both();
        assertThat(job.scheduled().isSignaled()).isTrue();
        return job;
    }

    private void assertInnocent(SchedulerJob job) {
        assertThat(guilty.isGuilty()).isFalse();
        assertThat(job.karma()).isZero();
        assertThat(job.finished().error()).isNull();
    }

    private void assertDone(SchedulerJob job) {
        assertInnocent(job);
        assertThat(job.finished().isSignaled()).isTrue();
    }

    private void assertFoundHanging(SchedulerJob job) {
        assertThat(job.finished().status().error()).isEqualTo(FenceError.ETIME);
        assertThat(guilty.isGuilty()).isTrue();
    }

    @Test
    void shouldAskTheHardwareBeforeItJudges() {
        SchedulerJob done = sendToRing(1, 5 * MS);
        SchedulerJob next = sendToRing(2, 60 * MS);
        tick(2 * TIMEOUT_NS);
        assertThat(done.finished().isSignaled())
                .as("its engine has not come to look")
                .isFalse();
        assertInnocent(done);

        both();

        assertDone(done);
        assertDone(next);
        assertThat(ring.looks).isPositive();
    }

    @Test
    void shouldFindAJobThatTheHardwareHasNotDone() {
        SchedulerJob hung = sendToRing(1, RingJob.EXTERNAL);
        SchedulerJob next = sendToRing(2, RingJob.EXTERNAL);
        tick(TIMEOUT_NS - 10 * MS);
        both();
        assertInnocent(hung);

        tick(10 * MS);
        both();

        assertFoundHanging(hung);
        assertThat(next.finished().isSignaled()).isFalse();
        assertThat(link.isInDriver()).isFalse();
    }

    /**
     * The process was stopped, or a collection took long: the hardware, if it is of this process, was stopped as well.
     */
    @Test
    void shouldNotCountTimeInWhichNobodyLooked() {
        SchedulerJob job = sendToRing(1, RingJob.EXTERNAL);
        for (int i = 0; i < 3; i++) {
            tick(5 * MS);
            nowNs.addAndGet(300 * MS);
            ring.complete(i == 2 ? 1 : 99, null);
            both();
            assertInnocent(job);
        }
        assertDone(job);
    }

    @Test
    void shouldLetHardwareRunForAMomentBeforeItIsLookedAtAfterAPause() {
        SchedulerJob job = sendToRing(1, RingJob.EXTERNAL);
        tick(TIMEOUT_NS - 10 * MS);
        nowNs.addAndGet(300 * MS);
        both();
        assertInnocent(job);
        tick(10 * MS);
        both();
        ring.complete(1, null);
        both();
        assertDone(job);
    }

    @Test
    void shouldNotBlameForAClockThatIsSet() {
        SchedulerJob job = sendToRing(1, RingJob.EXTERNAL);
        nowNs.addAndGet(-5_000 * MS);
        both();
        tick(20 * MS);
        nowNs.addAndGet(5_000 * MS);
        both();
        assertInnocent(job);

        tick(TIMEOUT_NS);
        both();
        assertFoundHanging(job);
    }

    @Test
    void shouldFindAHangThoughTheClockWasSetBack() {
        SchedulerJob hung = sendToRing(1, RingJob.EXTERNAL);
        nowNs.addAndGet(-5_000 * MS);
        both();
        tick(3 * TIMEOUT_NS);
        both();
        assertFoundHanging(hung);
    }

    @Test
    void shouldFindAHangAfterFewLooksHoweverFarApart() {
        SchedulerJob hung = sendToRing(1, RingJob.EXTERNAL);
        int looks = 0;
        while (!hung.finished().isSignaled() && looks < 20) {
            nowNs.addAndGet(1_000 * MS);
            both();
            looks++;
        }
        assertFoundHanging(hung);
        assertThat(looks).isLessThanOrEqualTo(10);
    }

    @Test
    void shouldNotCountTimeInWhichTheEngineIsParked() {
        SchedulerJob job = sendToRing(1, RingJob.EXTERNAL);
        link.parked(true);
        tick(20 * TIMEOUT_NS);
        link.parked(false);
        both();
        assertInnocent(job);
        assertThat(gate.host().isEngineLost()).isFalse();

        tick(TIMEOUT_NS);
        both();
        assertFoundHanging(job);
    }

    @Test
    void shouldNotBlameForAnEngineThatDoesNotAnswer() {
        SchedulerJob job = sendToRing(1, RingJob.EXTERNAL);
        tick(10 * TIMEOUT_NS);
        assertInnocent(job);
        assertThat(job.finished().isSignaled()).isFalse();

        ring.complete(1, null);
        both();
        assertDone(job);
    }

    /** Enters the driver on another thread, and runs what the ring would there. */
    private void inDriver(Runnable call) throws InterruptedException {
        CountDownLatch there = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    link.enterDriver(nowNs.get());
                    link.progress(nowNs.get());
                    there.countDown();
                    call.run();
                    link.leaveDriver();
                },
                "engine");
        other = thread;
        thread.start();
        assertThat(there.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private void untilGo() {
        boolean interrupted = false;
        while (go.getCount() != 0) {
            try {
                go.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldNotBlameForACallbackThatHoldsTheEngine() throws InterruptedException {
        SchedulerJob first = sendToRing(1, RingJob.EXTERNAL);
        SchedulerJob second = sendToRing(2, 5 * MS);
        CountDownLatch inCallback = new CountDownLatch(1);
        first.finished().addCallback(FenceCallback.of(fence -> {
            inCallback.countDown();
            untilGo();
        }));
        inDriver(() -> ring.complete(1, null));
        assertThat(inCallback.await(10, TimeUnit.SECONDS)).isTrue();

        tick(8 * TIMEOUT_NS);

        assertInnocent(second);
        assertThat(gate.host().isEngineLost()).isFalse();
        go.countDown();
        Thread engine = Objects.requireNonNull(other);
        engine.join(10_000);
        both();
        assertDone(first);
        assertDone(second);
    }

    @Test
    void shouldGiveUpAnEngineThatACallbackHoldsForEver() throws InterruptedException {
        SchedulerJob first = sendToRing(1, RingJob.EXTERNAL);
        SchedulerJob second = sendToRing(2, RingJob.EXTERNAL);
        CountDownLatch inCallback = new CountDownLatch(1);
        first.finished().addCallback(FenceCallback.of(fence -> {
            inCallback.countDown();
            untilGo();
        }));
        inDriver(() -> ring.complete(1, null));
        assertThat(inCallback.await(10, TimeUnit.SECONDS)).isTrue();

        tick(50 * TIMEOUT_NS);

        assertThat(gate.host().isEngineLost()).isTrue();
        assertInnocent(second);
    }

    @Test
    void shouldGiveUpAnEngineThatTheDriverHoldsAndBlameNoClient() throws InterruptedException {
        SchedulerJob job = sendToRing(1, RingJob.EXTERNAL);
        inDriver(this::untilGo);

        tick(4 * TIMEOUT_NS);

        assertThat(gate.host().isEngineLost()).isTrue();
        assertThat(guilty.isGuilty()).isFalse();
        assertThat(job.karma()).isZero();
    }

    @Test
    void shouldEndAJobWhoseRingSaysThatItIsOverAndSignalsNothing() {
        ring.mute = true;
        SchedulerJob job = sendToRing(1, RingJob.EXTERNAL);

        tick(TIMEOUT_NS);
        both();

        assertThat(job.finished().status().error()).isEqualTo(FenceError.ETIME);
        assertThat(gate.scheduler().usedCredits()).isZero();
        assertThat(gate.scheduler().pendingJobs()).isEmpty();
    }
}
