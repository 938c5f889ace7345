package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.fence.DmaFence;
import org.dmafence.fence.FenceContext;
import org.dmafence.testkit.VirtualCpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and how long anybody may have to wait for it. */
final class SchedulerPolicyTest {
    private final VirtualCpu cpu = VirtualCpu.create();
    private final Map<Long, String> names = new HashMap<>();
    private int made;

    @AfterEach
    void close() {
        cpu.close();
    }

    private MockGpu gpu(SchedulerPolicy policy) {
        return new MockGpu(cpu, builder -> builder.policy(policy).creditLimit(1));
    }

    private SchedulerJob submit(MockGpu gpu, SchedulerEntity entity, String name, long us, DmaFence... dependencies) {
        SchedulerJob job = gpu.submit(entity, us, dependencies);
        names.put(job.work().id(), name);
        cpu.advanceNs(1 + made++ % 3); // so that no two are submitted at one time
        return job;
    }

    private List<String> ran(MockGpu gpu) {
        return gpu.ran.stream().map(id -> names.getOrDefault(id, "?")).toList();
    }

    @Test
    void shouldServeFirstComeFirstServedUnderFifo() {
        MockGpu gpu = gpu(SchedulerPolicy.FIFO);
        SchedulerEntity a = gpu.entity();
        SchedulerEntity b = gpu.entity();
        submit(gpu, a, "a1", 1000);
        submit(gpu, b, "b1", 1000);
        submit(gpu, b, "b2", 1000);
        submit(gpu, a, "a2", 1000);
        submit(gpu, b, "b3", 1000);
        cpu.advanceMs(10);

        assertThat(ran(gpu)).containsExactly("a1", "b1", "b2", "a2", "b3");
    }

    @Test
    void shouldTakeTurnsUnderRoundRobinAsLinux72Does() {
        MockGpu gpu = gpu(SchedulerPolicy.RR);
        SchedulerEntity a = gpu.entity();
        SchedulerEntity b = gpu.entity();
        SchedulerEntity c = gpu.entity();
        submit(gpu, c, "blk", 1000);
        submit(gpu, c, "c1", 1000);
        submit(gpu, a, "a1", 1000);
        submit(gpu, b, "b1", 1000);
        submit(gpu, a, "a2", 1000);
        submit(gpu, c, "c2", 1000);
        submit(gpu, b, "b2", 1000);
        cpu.advanceMs(10);

        assertThat(ran(gpu))
                .as("c ran empty when it was first served, so it keeps its key 0 and is served again before a and b;"
                        + " from c2 on everybody waits for the next turn")
                .containsExactly("blk", "c1", "a1", "b1", "c2", "a2", "b2");
    }

    @Test
    void shouldKeepTheTurnOfAnEntityThatWaits() {
        for (SchedulerPolicy policy : SchedulerPolicy.values()) {
            MockGpu gpu = gpu(policy);
            FenceContext issuer = FenceContext.builder(cpu.runtime()).build();
            DmaFence foreign = issuer.newFence(new SchedulerRig.Foreign(), 1);
            SchedulerEntity a = gpu.entity();
            SchedulerEntity b = gpu.entity();
            submit(gpu, a, "a1", 0, foreign);
            submit(gpu, b, "b1", 1000);
            submit(gpu, b, "b2", 1000);
            submit(gpu, b, "b3", 1000);
            cpu.advanceNs(1_500_000);
            issuer.signal(foreign);
            cpu.advanceMs(10);

            assertThat(ran(gpu)).as(policy.toString()).startsWith("b1", "b2", "a1");
        }
    }

    @Test
    void shouldServeHigherPrioritiesFirst() {
        for (SchedulerPolicy policy : List.of(SchedulerPolicy.RR, SchedulerPolicy.FIFO)) {
            MockGpu gpu = gpu(policy);
            submit(gpu, gpu.entity(), "blk", 1000);
            submit(gpu, gpu.entity(SchedulerPriority.LOW), "low", 1000);
            submit(gpu, gpu.entity(SchedulerPriority.NORMAL), "normal", 1000);
            submit(gpu, gpu.entity(SchedulerPriority.KERNEL), "kernel", 1000);
            submit(gpu, gpu.entity(SchedulerPriority.HIGH), "high", 1000);
            cpu.advanceMs(10);

            assertThat(ran(gpu)).as(policy.toString()).containsExactly("blk", "kernel", "high", "normal", "low");
        }
    }

    @Test
    void shouldMoveQueuedJobsWithTheirEntityWhenItsPriorityChanges() {
        MockGpu gpu = gpu(SchedulerPolicy.FIFO);
        SchedulerEntity slow = gpu.entity(SchedulerPriority.LOW);
        submit(gpu, gpu.entity(), "blk", 1000);
        submit(gpu, slow, "was low", 1000);
        submit(gpu, gpu.entity(), "normal", 1000);
        gpu.scheduler.setPriority(slow, SchedulerPriority.HIGH);
        cpu.advanceMs(10);

        assertThat(ran(gpu)).as("upstream changes the number only").containsExactly("blk", "was low", "normal");
        assertThat(slow.priority()).isEqualTo(SchedulerPriority.HIGH);
    }

    @Test
    void shouldClampPrioritiesThatTheSchedulerDoesNotHave() {
        MockGpu gpu = new MockGpu(cpu, builder -> builder.priorities(2));

        SchedulerEntity entity = gpu.entity(SchedulerPriority.LOW);

        assertThat(entity.priority()).isEqualTo(SchedulerPriority.HIGH);
        submit(gpu, entity, "a", 1000);
        gpu.scheduler.setPriority(entity, SchedulerPriority.NORMAL);
        assertThat(entity.priority()).isEqualTo(SchedulerPriority.HIGH);
        cpu.advanceMs(2);
        assertThat(ran(gpu)).containsExactly("a");
    }

    @Test
    void shouldGiveFairSharesByHardwareTimeAndNotByJobs() {
        MockGpu gpu = gpu(SchedulerPolicy.FAIR);
        SchedulerEntity longJobs = gpu.entity();
        SchedulerEntity shortJobs = gpu.entity();
        for (int i = 0; i < 400; i++) {
            submit(gpu, longJobs, "long", 4000);
            submit(gpu, shortJobs, "short", 1000);
        }
        cpu.advanceMs(200);

        long longNs = longJobs.stats().runtimeNs();
        long shortNs = shortJobs.stats().runtimeNs();
        assertThat((double) longNs / shortNs).isBetween(0.8, 1.25);
    }

    @Test
    void shouldWeighSharesByPriority() {
        MockGpu gpu = gpu(SchedulerPolicy.FAIR);
        SchedulerEntity normal = gpu.entity(SchedulerPriority.NORMAL);
        SchedulerEntity high = gpu.entity(SchedulerPriority.HIGH);
        for (int i = 0; i < 400; i++) {
            submit(gpu, normal, "normal", 1000);
            submit(gpu, high, "high", 1000);
        }
        cpu.advanceMs(200);

        double share = (double) high.stats().runtimeNs() / normal.stats().runtimeNs();
        assertThat(share).as("a shift of 2 against one of 4 is a factor of 4").isBetween(3.0, 5.0);
    }

    // ---- how long anybody waits -------------------------------------------------------------------------------------

    /**
     * The longest time from submitting to running that a job of a low-priority entity sees beside a hog of high
     * priority.
     */
    private long longestWaitMs(SchedulerPolicy policy, long runMs) {
        MockGpu gpu = gpu(policy);
        SchedulerEntity hog = gpu.entity(SchedulerPriority.HIGH);
        SchedulerEntity low = gpu.entity(SchedulerPriority.LOW);
        long startNs = cpu.clock().nanoTime();
        for (int i = 0; i < runMs; i++) {
            submit(gpu, hog, "hog", 1000);
        }
        SchedulerJob job = submit(gpu, low, "low", 1000);
        cpu.advanceMs(2 * runMs);
        assertThat(job.finished().isSignaled()).isTrue();
        return (job.ranNs() - startNs) / 1_000_000;
    }

    @Test
    void shouldStarveLowPriorityUnderFifoButNotUnderFair() {
        assertThat(longestWaitMs(SchedulerPolicy.FIFO, 200))
                .as("only when the hog has nothing left")
                .isGreaterThanOrEqualTo(199);
        assertThat(longestWaitMs(SchedulerPolicy.FIFO, 400)).as("with no bound").isGreaterThanOrEqualTo(399);
        assertThat(longestWaitMs(SchedulerPolicy.FAIR, 400))
                .as("until the hog's time weighs as much: 2^(7-2) jobs of the same length, and some")
                .isLessThanOrEqualTo(80);
    }

    /** How long one job waits beside entities of the same priority whose queues are deep. */
    private long waitBehindDeepQueuesMs(SchedulerPolicy policy, int entities, int depth) {
        MockGpu gpu = gpu(policy);
        for (int i = 0; i < entities; i++) {
            SchedulerEntity entity = gpu.entity();
            for (int k = 0; k < depth; k++) {
                submit(gpu, entity, "deep", 1000);
            }
        }
        SchedulerJob job = submit(gpu, gpu.entity(), "one", 1000);
        long submittedNs = cpu.clock().nanoTime();
        cpu.advanceMs(2L * entities * depth);
        return (job.ranNs() - submittedNs) / 1_000_000;
    }

    @Test
    void shouldLetDeepQueuesHoldUpOthersUnderFifoOnly() {
        assertThat(waitBehindDeepQueuesMs(SchedulerPolicy.FIFO, 3, 30)).isGreaterThan(80);
        assertThat(waitBehindDeepQueuesMs(SchedulerPolicy.RR, 3, 30)).isLessThanOrEqualTo(4);
        assertThat(waitBehindDeepQueuesMs(SchedulerPolicy.FAIR, 3, 30)).isLessThanOrEqualTo(4);
    }

    /** An entity that always has something queued against one that submits when its last job has finished. */
    private double shareOfTheShallow(SchedulerPolicy policy) {
        MockGpu gpu = gpu(policy);
        SchedulerEntity deep = gpu.entity();
        SchedulerEntity shallow = gpu.entity();
        for (int i = 0; i < 300; i++) {
            submit(gpu, deep, "deep", 4000);
        }
        for (int i = 0; i < 300; i++) {
            SchedulerJob job = submit(gpu, shallow, "shallow", 1000);
            while (!job.finished().isSignaled()) {
                cpu.advanceNs(100_000);
            }
            if (deep.queued() == 0) {
                break;
            }
        }
        double time = deep.stats().runtimeNs() + shallow.stats().runtimeNs();
        return shallow.stats().runtimeNs() / time;
    }

    @Test
    void shouldStarveShallowQueuesUnderFifoOnly() {
        assertThat(shareOfTheShallow(SchedulerPolicy.FIFO))
                .as("it comes after everything that was submitted before, each time")
                .isLessThan(0.01);
        assertThat(shareOfTheShallow(SchedulerPolicy.RR)).isGreaterThan(0.15);
        assertThat(shareOfTheShallow(SchedulerPolicy.FAIR)).isGreaterThan(0.15);
    }

    /** How often a deep queue is served beside an entity that submits its next job whenever its last was handed out. */
    private int turnsOfTheDeep(SchedulerPolicy policy) {
        MockGpu gpu = gpu(policy);
        SchedulerEntity deep = gpu.entity();
        SchedulerEntity refilled = gpu.entity();
        submit(gpu, refilled, "refilled", 1000);
        cpu.advanceNs(1_000);
        for (int i = 0; i < 100; i++) {
            submit(gpu, deep, "deep", 1000);
        }
        for (int i = 0; i < 60; i++) {
            if (refilled.queued() == 0) {
                submit(gpu, refilled, "refilled", 1000);
            }
            cpu.advanceMs(1);
        }
        return (int) ran(gpu).stream().filter("deep"::equals).count();
    }

    @Test
    void shouldStarveDeepQueuesBesideOneThatIsRefilledInTimeButUnderFifo() {
        assertThat(turnsOfTheDeep(SchedulerPolicy.RR))
                .as("who runs empty when it is served keeps its key, and is first again")
                .isLessThanOrEqualTo(1);
        assertThat(turnsOfTheDeep(SchedulerPolicy.FIFO)).isGreaterThan(50);
        assertThat(turnsOfTheDeep(SchedulerPolicy.FAIR))
                .as("7.2 charges an entity for its time only when it is served and has more")
                .isLessThanOrEqualTo(1);
    }

    @Test
    void shouldGiveLongJobsMoreUnderRoundRobin() {
        MockGpu gpu = gpu(SchedulerPolicy.RR);
        SchedulerEntity longJobs = gpu.entity();
        SchedulerEntity shortJobs = gpu.entity();
        for (int i = 0; i < 100; i++) {
            submit(gpu, longJobs, "long", 4000);
            submit(gpu, shortJobs, "short", 1000);
        }
        cpu.advanceMs(200);

        double ratio = (double) longJobs.stats().runtimeNs() / shortJobs.stats().runtimeNs();
        assertThat(ratio).as("a turn is a job, however long").isGreaterThan(3.5);
    }

    /** {@code drm_sched_entity_save_vruntime()}: compared first, then subtracted, both with a sign. */
    @Test
    void shouldKeepWhatAnEntityIsAheadAsTheKernelComputesIt() {
        assertThat(FairOrder.ahead(7, 3)).isEqualTo(4);
        assertThat(FairOrder.ahead(3, 7)).isZero();
        assertThat(FairOrder.ahead(7, 0)).isZero();
        assertThat(FairOrder.ahead(7, -1)).isEqualTo(8);
        assertThat(FairOrder.ahead(Long.MAX_VALUE, -2)).isEqualTo(Long.MIN_VALUE + 1);
        assertThat(FairOrder.ahead(Long.MIN_VALUE, 2)).isZero();
    }
}
