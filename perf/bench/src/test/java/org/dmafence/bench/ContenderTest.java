package org.dmafence.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuSettings;
import org.junit.jupiter.api.Test;

/** What is in a window and what isn't. */
class ContenderTest {
    private static final int JOBS = 10_000;

    private final Map<Metric, Double> figures = new EnumMap<>(Metric.class);

    private double figure(Metric metric) {
        return Objects.requireNonNull(figures.get(metric));
    }

    private static long disruptorThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("bench-disruptor"))
                .count();
    }

    @Test
    void shouldStartAndBoxNothingInTheDisruptorsWindow() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        DisruptorPipeline pipeline = new DisruptorPipeline("limit");
        pipeline.begin();
        assertThat(disruptorThreads()).isEqualTo(3);
        long before = threads.getCurrentThreadAllocatedBytes();
        pipeline.run(JOBS);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(disruptorThreads()).isEqualTo(3);
        pipeline.end();

        assertThat(disruptorThreads()).isZero();
        assertThat(allocated).isLessThan(8L * JOBS);
    }

    @Test
    void shouldRunAnObjectOfItsOwnForEachRcuCallback() {
        RcuDomain domain = RcuDomain.create(RcuSettings.defaults().withName("bench"));
        try {
            new GraceContenders.Callbacks("ours", domain, JOBS).window(figures::put);
        } finally {
            domain.close();
        }

        assertThat(figures).containsKeys(Metric.CPU_NS, Metric.WALL_NS);
    }

    private void measure(Callable<Operation> maker) throws Exception {
        try (OperationThread worker = OperationThread.foreign()) {
            OperationContender contender = new OperationContender("any", worker, 1_000_000, maker);
            contender.window((metric, value) -> {}); // what is linked and loaded at first
            contender.window(figures::put);
        }
    }

    @Test
    void shouldTellWhatAnOperationAllocatesBecauseTheCollectorsTimeIsNotItsOwn() throws Exception {
        measure(PromiseOperations.VolatileFlag::new);
        assertThat(figure(Metric.BYTES)).isLessThan(1);

        measure(HandOperations.CallbackSignalAt::new);
        double byHand = figure(Metric.BYTES);
        assertThat(byHand).isBetween(24.0, 80.0);

        measure(PromiseOperations.FutureRun::new);
        assertThat(figure(Metric.BYTES)).isGreaterThan(byHand);
    }
}
