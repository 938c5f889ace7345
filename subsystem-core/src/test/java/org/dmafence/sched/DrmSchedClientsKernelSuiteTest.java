package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dmafence.testkit.VirtualCpu;
import org.dmafence.testkit.VirtualTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernel's {@code drm_sched_scheduler_two_clients…} and {@code …_many_clients}: clients that submit cycles of jobs
 * for a second. The kernel only asks that they come to an end; here each policy must also do what it promises.
 */
final class DrmSchedClientsKernelSuiteTest {
    private static final long RUN_MS = 1000;

    /**
     * What a client does again and again.
     *
     * @param waitUs after each cycle
     * @param sync whether it waits for its last job before it goes on
     */
    private record Load(SchedulerPriority priority, int jobs, long jobUs, long waitUs, boolean sync) {
        static Load of(SchedulerPriority priority, int jobs, long jobUs, long waitUs, boolean sync) {
            return new Load(priority, jobs, jobUs, waitUs, sync);
        }
    }

    private final VirtualCpu cpu = VirtualCpu.create();

    @AfterEach
    void close() {
        cpu.close();
    }

    static Stream<Arguments> twoClients() {
        SchedulerPriority high = SchedulerPriority.HIGH;
        SchedulerPriority normal = SchedulerPriority.NORMAL;
        SchedulerPriority low = SchedulerPriority.LOW;
        return Stream.of(
                Arguments.of("Normal priority and normal priority", hog(normal), hog(normal)),
                Arguments.of("Normal priority and low priority", hog(normal), hog(low)),
                Arguments.of("High priority and normal priority", hog(high), hog(normal)),
                Arguments.of("High priority and low priority", hog(high), hog(low)),
                Arguments.of("50% and 50%", Load.of(normal, 1, 1500, 1500, true), Load.of(normal, 1, 2500, 2500, true)),
                Arguments.of(
                        "50% and 50% low priority",
                        Load.of(normal, 1, 1500, 1500, true), Load.of(low, 1, 2500, 2500, true)),
                Arguments.of(
                        "50% high priority and 50%",
                        Load.of(high, 1, 1500, 1500, true), Load.of(normal, 1, 2500, 2500, true)),
                Arguments.of(
                        "Low priority hog and interactive client",
                        Load.of(low, 3, 2500, 500, false),
                        Load.of(normal, 1, 500, 10_000, true)),
                Arguments.of(
                        "Heavy rendering and interactive client",
                        Load.of(normal, 3, 2500, 2500, true),
                        Load.of(normal, 1, 1000, 9_000, true)),
                Arguments.of(
                        "Very heavy rendering and interactive client",
                        Load.of(normal, 4, 50_000, 1, true),
                        Load.of(normal, 1, 1000, 9_000, true)));
    }

    private static Load hog(SchedulerPriority priority) {
        return Load.of(priority, 1, 8000, 0, false);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("twoClients")
    void twoClientsOneCredit(String name, Load first, Load second) {
        runAll(1, List.of(first, second));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("twoClients")
    void twoClientsTwoCredits(String name, Load first, Load second) {
        runAll(2, List.of(first, second));
    }

    static Stream<Integer> manyClients() {
        return Stream.of(2, 3, 7, 13, 31);
    }

    @ParameterizedTest
    @MethodSource("manyClients")
    void manyClients(int clients) {
        Load load = Load.of(SchedulerPriority.NORMAL, clients == 31 ? 2 : 4, 1000, 0, true);
        for (SchedulerPolicy policy : SchedulerPolicy.values()) {
            List<Client> done =
                    run(policy, 2, Stream.generate(() -> load).limit(clients).toList());
            int least = done.stream().mapToInt(client -> client.cycles).min().orElseThrow();
            int most = done.stream().mapToInt(client -> client.cycles).max().orElseThrow();
            assertThat(most - least).as("equal clients under %s", policy).isLessThanOrEqualTo(1 + most / 2);
        }
    }

    private void runAll(int credits, List<Load> loads) {
        for (SchedulerPolicy policy : SchedulerPolicy.values()) {
            List<Client> clients = run(policy, credits, loads);
            for (Client client : clients) {
                assertThat(client.cycles).as("%s under %s", client.load, policy).isPositive();
            }
            if (policy == SchedulerPolicy.FAIR && loads.get(0).priority == loads.get(1).priority) {
                assertThat(clients.get(1).cycles)
                        .as("an interactive client beside a heavy one")
                        .isGreaterThan(3);
            }
        }
    }

    private List<Client> run(SchedulerPolicy policy, int credits, List<Load> loads) {
        MockGpu gpu = new MockGpu(cpu, builder -> builder.policy(policy).creditLimit(credits));
        List<Client> clients = new ArrayList<>();
        List<VirtualTask> tasks = new ArrayList<>();
        for (Load load : loads) {
            Client client = new Client(gpu, load);
            clients.add(client);
            tasks.add(cpu.start("client " + clients.size(), client::work));
        }
        for (int i = 0; i < 40 && !tasks.stream().allMatch(VirtualTask::isDone); i++) {
            cpu.advanceMs(RUN_MS / 4);
        }
        assertThat(tasks).as("all clients complete").allMatch(VirtualTask::isDone);
        cpu.advanceMs(4 * RUN_MS);
        assertThat(gpu.freed).hasSameSizeAs(gpu.ran);
        return clients;
    }

    private final class Client {
        private final MockGpu gpu;
        private final Load load;
        private final SchedulerEntity entity;
        private int cycles;

        Client(MockGpu gpu, Load load) {
            this.gpu = gpu;
            this.load = load;
            entity = gpu.entity(load.priority);
        }

        void work() {
            long untilNs = cpu.clock().nanoTime() + TimeUnit.MILLISECONDS.toNanos(RUN_MS);
            SchedulerJob before = null;
            while (cpu.clock().nanoTime() < untilNs) {
                SchedulerJob last = null;
                for (int i = 0; i < load.jobs; i++) {
                    last = gpu.submit(entity, load.jobUs);
                }
                // As in the kernel, a client that does not wait for its jobs is at most one cycle ahead of the
                // hardware.
                SchedulerJob awaited = load.sync ? last : before;
                if (awaited != null) {
                    boolean unused = awaited.finished().awaitUninterruptibly(1, TimeUnit.HOURS);
                }
                before = last;
                cycles++;
                sleepUs(load.waitUs);
            }
        }

        private void sleepUs(long us) {
            long untilNs = cpu.clock().nanoTime() + TimeUnit.MICROSECONDS.toNanos(us);
            for (long nowNs = cpu.clock().nanoTime();
                    nowNs < untilNs;
                    nowNs = cpu.clock().nanoTime()) {
                cpu.runtime().parking().parkNanos(this, untilNs - nowNs);
            }
        }
    }
}
