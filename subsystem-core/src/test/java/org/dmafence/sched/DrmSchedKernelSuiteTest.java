package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceError;
import org.dmafence.sched.JobTimeout.Answer;
import org.dmafence.testkit.VirtualCpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The kernel's suites {@code drm_sched_basic}, {@code _timeout}, {@code _cancel}, {@code _priority}, {@code _credits} …
 * by case.
 */
final class DrmSchedKernelSuiteTest {
    /** The kernel's HZ: a second. */
    private static final long HZ_MS = 1000;

    private static final int TIMEOUT_MS = 200;
    private static final int JOBS = 100;
    private static final int JOB_US = 1000;

    private final VirtualCpu cpu = VirtualCpu.create();

    @AfterEach
    void close() {
        cpu.close();
    }

    private MockGpu gpu(SchedulerPolicy policy) {
        return new MockGpu(cpu, builder -> builder.policy(policy));
    }

    private MockGpu gpu() {
        return gpu(SchedulerPolicy.FIFO);
    }

    private MockGpu gpuWithTimeout() {
        return new MockGpu(cpu, builder -> builder.timeout(TIMEOUT_MS, TimeUnit.MILLISECONDS));
    }

    private boolean waitFinished(SchedulerJob job, long ms) {
        return job.finished().awaitUninterruptibly(ms, TimeUnit.MILLISECONDS);
    }

    private boolean waitScheduled(SchedulerJob job, long ms) {
        return job.scheduled().awaitUninterruptibly(ms, TimeUnit.MILLISECONDS);
    }

    // ---- drm_sched_basic --------------------------------------------------------------------------------------------

    @Test
    void basicSubmit() {
        MockGpu gpu = gpu();
        SchedulerJob job = gpu.submit(gpu.entity(), 0);
        assertThat(waitScheduled(job, HZ_MS)).isTrue();
        assertThat(waitFinished(job, HZ_MS / 2)).isFalse();
        assertThat(gpu.advanceSeqno(1)).isEqualTo(1);
        assertThat(waitFinished(job, HZ_MS)).isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "A queue of jobs in a single entity, 1, false",
        "A chain of dependent jobs across multiple entities, 1, true",
        "Multiple independent job queues, 4, false",
        "Multiple inter-dependent job queues, 4, true"
    })
    void basicTest(String name, int entities, boolean chained) {
        for (SchedulerPolicy policy : SchedulerPolicy.values()) {
            MockGpu gpu = gpu(policy);
            List<SchedulerJob> jobs = submitRoundRobin(gpu, entitiesOf(gpu, entities), chained);
            assertThat(waitFinished(jobs.get(JOBS - 1), HZ_MS))
                    .as(name + " " + policy)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void basicEntityCleanup(SchedulerPolicy policy) {
        MockGpu gpu = gpu(policy);
        List<SchedulerEntity> entities = entitiesOf(gpu, 4);
        List<SchedulerJob> jobs = submitRoundRobin(gpu, entities, true);
        assertThat(waitFinished(jobs.get(JOBS / 2), HZ_MS)).isTrue();
        entities.forEach(gpu.scheduler::fini);
        gpu.advanceMs(HZ_MS);
        assertThat(jobs).allMatch(job -> job.finished().isSignaled());
        assertThat(gpu.freed).hasSize(JOBS);
    }

    private static List<SchedulerEntity> entitiesOf(MockGpu gpu, int count) {
        return Stream.generate(gpu::entity).limit(count).toList();
    }

    private static List<SchedulerJob> submitRoundRobin(MockGpu gpu, List<SchedulerEntity> entities, boolean chained) {
        List<SchedulerJob> jobs = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            DmaFence[] before =
                    chained && i > 0 ? new DmaFence[] {jobs.get(i - 1).finished()} : new DmaFence[0];
            jobs.add(gpu.submit(entities.get(i % entities.size()), JOB_US, before));
        }
        return jobs;
    }

    // ---- drm_sched_timeout ------------------------------------------------------------------------------------------

    @Test
    void basicTimeout() {
        MockGpu gpu = gpuWithTimeout();
        SchedulerJob job = gpu.submit(gpu.entity(), 0);
        assertThat(waitScheduled(job, HZ_MS)).isTrue();
        assertThat(waitFinished(job, TIMEOUT_MS / 2)).isFalse();
        assertThat(gpu.timedOut).isEmpty();

        gpu.advanceMs(TIMEOUT_MS);

        assertThat(gpu.timedOut).containsExactly(job.work().id());
        assertThat(job.finished().status().error()).isEqualTo(FenceError.ETIMEDOUT);
        assertThat(gpu.freed)
                .as("the kernel's mock frees it itself")
                .containsExactly(job.work().id());
    }

    @Test
    void skipReset() {
        MockGpu gpu = gpuWithTimeout();
        gpu.onTimeout = timeout -> {
            timeout.answer(Answer.NO_HANG);
            gpu.onTimeout = gpu::resetJob;
        };
        SchedulerJob job = gpu.submit(gpu.entity(), 0);
        assertThat(waitScheduled(job, HZ_MS)).isTrue();
        assertThat(waitFinished(job, 2 * TIMEOUT_MS - 1)).isFalse();
        assertThat(gpu.timedOut).containsExactly(job.work().id());
        assertThat(gpu.advanceSeqno(1)).isEqualTo(1);
        assertThat(waitFinished(job, HZ_MS)).isTrue();
        assertThat(job.finished().status().error()).isNull();
    }

    // ---- drm_sched_cancel -------------------------------------------------------------------------------------------

    @Test
    void basicCancel() {
        MockGpu gpu = gpu();
        gpu.cancels = true;
        SchedulerEntity entity = gpu.entity();
        SchedulerJob job = gpu.submit(entity, 0);
        assertThat(waitScheduled(job, HZ_MS)).isTrue();
        gpu.scheduler.fini(entity);
        gpu.scheduler.tearDown(FenceError.ECANCELED);
        assertThat(gpu.hardwareFence(job).status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(job.finished().status().error()).isEqualTo(FenceError.ECANCELED);
    }

    // ---- drm_sched_priority -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void priorities(SchedulerPolicy policy) {
        MockGpu gpu = gpu(policy);
        List<SchedulerEntity> entities =
                Stream.of(SchedulerPriority.values()).map(gpu::entity).toList();
        List<SchedulerJob> jobs = submitRoundRobin(gpu, entities, false);
        assertThat(waitFinished(jobs.get(JOBS - 1), HZ_MS)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void changePriority(SchedulerPolicy policy) {
        MockGpu gpu = new MockGpu(cpu, builder -> builder.policy(policy).creditLimit(4));
        List<SchedulerEntity> entities =
                Stream.of(SchedulerPriority.values()).map(gpu::entity).toList();
        SchedulerJob last = null;
        for (int i = 0; i < 1000; i++) {
            last = gpu.submit(entities.get(i % 4), JOB_US);
        }
        int turn = 0;
        while (last != null && !last.finished().isSignaled()) {
            for (SchedulerEntity entity : entities) {
                int level = (entity.priority().level() + 1) % SchedulerPriority.COUNT;
                gpu.scheduler.setPriority(entity, SchedulerPriority.ofLevel(level));
                cpu.advanceNs(TimeUnit.MICROSECONDS.toNanos(200 + turn++ * 37 % 300));
            }
            assertThat(turn).as("changes of priority").isLessThan(100_000);
        }
        cpu.advanceMs(HZ_MS);
        assertThat(gpu.freed).hasSize(1000);
    }

    // ---- drm_sched_modify_sched -------------------------------------------------------------------------------------

    @Test
    void testModifySched() {
        List<MockGpu> gpus = Stream.generate(this::gpu).limit(3).toList();
        List<SchedulerEntity> entities = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            entities.add(gpus.get(i % 3).entity());
        }
        SchedulerJob last = null;
        for (int i = 0; i < 1000; i++) {
            last = submitAnywhere(entities.get(i % entities.size()), gpus, i);
        }
        for (int turn = 0; last != null && !last.finished().isSignaled(); turn++) {
            for (int i = 0; i < entities.size(); i++) {
                entities.get(i).modifySchedulers(List.of(gpus.get((i + turn) % 3).scheduler));
            }
            cpu.advanceMs(1);
            assertThat(turn).isLessThan(10_000);
        }
        cpu.advanceMs(HZ_MS);
        assertThat(gpus.stream().mapToInt(gpu -> gpu.freed.size()).sum()).isEqualTo(1000);
        assertThat(gpus).allMatch(gpu -> gpu.scheduler.usedCredits() == 0);
    }

    /** The mock behind a job's scheduler is known only once the job is armed, but any of them numbers and pushes it. */
    private static SchedulerJob submitAnywhere(SchedulerEntity entity, List<MockGpu> gpus, int i) {
        return gpus.get(i % gpus.size()).submit(entity, JOB_US);
    }

    // ---- drm_sched_credits ------------------------------------------------------------------------------------------

    @Test
    void testCredits() {
        MockGpu gpu = new MockGpu(cpu, builder -> builder.creditLimit(1));
        SchedulerEntity entity = gpu.entity();
        SchedulerJob first = gpu.submit(entity, 0);
        SchedulerJob second = gpu.submit(entity, 0);
        assertThat(waitScheduled(first, HZ_MS)).isTrue();
        assertThat(waitScheduled(second, HZ_MS)).isFalse();
        assertThat(gpu.advanceSeqno(1)).isEqualTo(1);
        assertThat(waitScheduled(second, HZ_MS)).isTrue();
        assertThat(gpu.advanceSeqno(1)).isEqualTo(1);
        assertThat(waitFinished(second, HZ_MS)).isTrue();
    }

    // ---- drm_sched_overhead -----------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void queueOverhead(SchedulerPolicy policy) {
        MockGpu gpu = new MockGpu(cpu, builder -> builder.policy(policy).creditLimit(1));
        SchedulerEntity entity = gpu.entity();
        SchedulerJob blocker = gpu.submit(entity, 0);
        SchedulerJob last = blocker;
        for (int i = 0; i < 1000; i++) {
            last = gpu.submit(entity, JOB_US);
        }
        assertThat(waitScheduled(blocker, HZ_MS)).isTrue();
        gpu.advanceSeqno(1);
        assertThat(waitFinished(last, 1001)).as("no time between the jobs").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void pingPong(SchedulerPolicy policy) {
        MockGpu gpu = new MockGpu(cpu, builder -> builder.policy(policy).creditLimit(1));
        List<SchedulerEntity> entities = entitiesOf(gpu, 2);
        SchedulerJob blocker = gpu.submit(entities.get(0), 0);
        SchedulerJob last = blocker;
        for (int i = 0; i < 1000; i++) {
            last = gpu.submit(entities.get(i % 2), JOB_US, last.finished());
        }
        assertThat(waitScheduled(blocker, HZ_MS)).isTrue();
        gpu.advanceSeqno(1);
        assertThat(waitFinished(last, 1001)).as("no time between the jobs").isTrue();
    }
}
