package org.dmafence.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fairness.ClientService;
import org.dmafence.fairness.Fairness;
import org.dmafence.sched.SchedulerPolicy;
import org.dmafence.sched.SchedulerTraceText;
import org.dmafence.sched.SchedulerTraceText.Dialect;
import org.dmafence.testkit.VirtualCpu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WorkloadRunTest {
    private static final String BUSY = """
            workload busy
            credits 2
            run-ms 500
            client short us=500 depth=12 spread=10
            client long us=4000 depth=4 spread=10
            """;

    private static final String LOW = """
            workload low
            credits 2
            run-ms 200
            client busy us=1000 depth=4
            client low priority=low us=1000 depth=4
            """;

    private static final String DEEP = """
            workload deep
            credits 2
            run-ms 500
            client hog us=2500 depth=32
            client interactive us=500 wait=9500
            """;

    private static final String HANG = """
            workload hang
            credits 2
            run-ms 400
            timeout-ms 20
            client hangs us=1000 depth=2 hang-every=10
            client behaves us=1000 depth=2
            """;

    private final List<String> events = new ArrayList<>();
    private int mostOnRing;

    @ParameterizedTest
    @EnumSource(SchedulerPolicy.class)
    void shouldEndEveryJobOnceAndKeepTheRingBusyWhenThereIsWork(SchedulerPolicy policy) throws Exception {
        WorkloadRun run = run(BUSY, policy, 1);

        assertThat(run.submitted()).isEqualTo(run.ran()).isEqualTo(run.finished());
        assertThat(run.failed()).isZero();
        assertThat(mostOnRing).isEqualTo(2);
        assertThat(run.service().spanNs()).isEqualTo(500_000_000);
        assertThat(run.service().clients().stream()
                        .mapToLong(ClientService::hardwareNs)
                        .sum())
                .isEqualTo(500_000_000);
    }

    @ParameterizedTest
    @EnumSource(SchedulerPolicy.class)
    void shouldRepeatEveryEventWhenTheSeedIsTheSame(SchedulerPolicy policy) throws Exception {
        run(BUSY, policy, 5);
        List<String> first = List.copyOf(events);
        run(BUSY, policy, 5);
        assertThat(events).isEqualTo(first).hasSizeGreaterThan(300);

        run(BUSY, policy, 6);
        assertThat(events).isNotEqualTo(first);
    }

    @Test
    void shouldShareByTimeUnderFairOnlyWhenJobsDifferInLength() throws Exception {
        assertThat(jain(run(BUSY, SchedulerPolicy.FAIR, 1))).isGreaterThan(0.99);
        assertThat(jain(run(BUSY, SchedulerPolicy.FIFO, 1))).isLessThan(0.9);
        assertThat(jain(run(BUSY, SchedulerPolicy.RR, 1))).isLessThan(0.7);
    }

    @Test
    void shouldStarveLowPriorityUnlessPoliciesWeighIt() throws Exception {
        for (SchedulerPolicy strict : List.of(SchedulerPolicy.FIFO, SchedulerPolicy.RR)) {
            ClientService low = client(run(LOW, strict, 1), 1);
            // What it got is the place that was free at the very beginning.
            assertThat(low.hardwareNs()).isEqualTo(1_000_000);
            assertThat(low.starvedNs()).isGreaterThanOrEqualTo(197_000_000);
            assertThat(low.unserved()).isEqualTo(4);
        }
        ClientService low = client(run(LOW, SchedulerPolicy.FAIR, 1), 1);
        assertThat(low.hardwareNs()).isGreaterThan(10_000_000);
        assertThat(low.starvedNs()).isLessThan(30_000_000);
    }

    @Test
    void shouldHoldUpTheInteractiveBehindADeepQueueUnderFifoOnly() throws Exception {
        long fifo = client(run(DEEP, SchedulerPolicy.FIFO, 1), 1).waits().getMaxValue();
        long rr = client(run(DEEP, SchedulerPolicy.RR, 1), 1).waits().getMaxValue();
        long fair = client(run(DEEP, SchedulerPolicy.FAIR, 1), 1).waits().getMaxValue();

        assertThat(fifo).isGreaterThan(50_000_000);
        assertThat(List.of(rr, fair)).allSatisfy(wait -> assertThat(wait).isLessThan(8_000_000));
    }

    @ParameterizedTest
    @EnumSource(SchedulerPolicy.class)
    void shouldAskTheDriverAboutEachJobThatHangs(SchedulerPolicy policy) throws Exception {
        WorkloadRun run = run(HANG, policy, 1);

        assertThat(run.timeouts())
                .hasSizeGreaterThan(3)
                .allSatisfy(timeout -> assertThat(timeout.client()).isEqualTo("hangs"));
        assertThat(run.failed()).isEqualTo(run.timeouts().size());
        assertThat(run.finished() + run.failed()).isEqualTo(run.submitted());
        assertThat(client(run, 1).failed()).isZero();
        assertThat(client(run, 1).waits().getMaxValue()).isGreaterThanOrEqualTo(20_000_000);
    }

    @Test
    void shouldSubmitNoMoreThanTheDepthAllows() throws Exception {
        run("workload one\nrun-ms 10\nclient a jobs=2 us=1000 depth=3\n", SchedulerPolicy.FIFO, 1);

        assertThat(events.stream().filter(line -> line.contains("job_queue")).limit(6))
                .hasSize(6)
                .last()
                .asString()
                .contains("job count:4");
        assertThat(events).noneMatch(line -> line.contains("job count:6"));
    }

    private WorkloadRun run(String text, SchedulerPolicy policy, long seed) throws WorkloadFormatException {
        events.clear();
        Workload workload = WorkloadParser.parse(text, "test.txt", seed).get(0);
        try (VirtualCpu cpu = VirtualCpu.create()) {
            ToldRing ring = new ToldRing(cpu.runtime(), WorkloadRun.ringFor(workload, "test"));
            SchedulerTraceText trace = new SchedulerTraceText(
                    Dialect.SINCE_6_17,
                    (event, fields) -> events.add(cpu.clock().nanoTime() + " " + event + ": " + fields));
            WorkloadRun run = WorkloadRun.of(workload, policy, seed, cpu, cpu.runtime(), ring, trace);
            mostOnRing = ring.most;
            assertThat(ring.inFlight()).isZero();
            return run;
        }
    }

    private static ClientService client(WorkloadRun run, int index) {
        return run.service().clients().get(index);
    }

    private static double jain(WorkloadRun run) {
        return Fairness.jain(run.service().clients().stream()
                .mapToDouble(ClientService::hardwareNs)
                .toArray());
    }
}
