package org.dmafence.bench;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.sun.management.ThreadMXBean;
import com.typesafe.config.ConfigFactory;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Jobs from a client to the hardware and back, in one of several ways: rate, CPU time and bytes of a job. */
final class PipelineContender extends Contender {
    static final String OURS = "dmafence";
    static final String AKKA = "Akka";
    static final String AKKA_TWO = "Akka, 2 threads";
    static final String AKKA_DEFAULT_FENCES = "Akka, 3 fences";
    static final String AKKA_FENCES = "Akka, 2 threads, 3 fences";
    static final String FUTURES = "3 futures, 2 executors";
    static final String DOORBELLS = "inboxes and doorbells";
    static final String FENCES = "the fences alone";
    static final String DISRUPTOR = "Disruptor";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final PipelineBenchmark.Variant variant;
    private final int jobs;

    private PipelineContender(PipelineBenchmark.Variant variant, int jobs) {
        super(variant.name());
        this.variant = variant;
        this.jobs = jobs;
    }

    static void lineUp(Lineup lineup) throws Exception {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "bench", ConfigFactory.load());
        lineup.atEnd(system::terminate);
        UnloadContender.Driver driver = UnloadContender.Driver.in(lineup, SystemGroups.DRIVER);
        String issuer = driver.issuer();
        String actors = "akka.actor.default-dispatcher";
        String two = "dmafence.dispatcher";
        int jobs = lineup.plan().quick() ? 150_000 : 400_000;
        for (PipelineBenchmark.Variant variant : new PipelineBenchmark.Variant[] {
            new FencePipeline(system, OURS, driver.jar(), driver.name(), issuer),
            new DoorbellPipeline(system, DOORBELLS, two, PipelineBenchmark.IN_FLIGHT),
            new PlainPipeline(system, AKKA, actors, false),
            new PlainPipeline(system, AKKA_TWO, two, false),
            new PlainPipeline(system, AKKA_DEFAULT_FENCES, actors, true),
            new PlainPipeline(system, AKKA_FENCES, two, true),
            new FuturePipeline(FUTURES),
            new DisruptorPipeline(DISRUPTOR),
            new FencesAlone()
        }) {
            lineup.add(new PipelineContender(variant, jobs));
        }
    }

    @Override
    void window(Sink sink) throws InterruptedException {
        variant.begin();
        long bytes = allocated();
        long cpuNs = ProcessClock.cpuNs();
        long startNs = System.nanoTime();
        variant.run(jobs);
        long tookNs = System.nanoTime() - startNs;
        sink.add(Metric.RATE, jobs * (double) TimeUnit.SECONDS.toNanos(1) / tookNs);
        sink.add(Metric.CPU_NS, (double) (ProcessClock.cpuNs() - cpuNs) / jobs);
        sink.add(Metric.BYTES, (double) (allocated() - bytes) / jobs);
        variant.end();
    }

    /** No pipeline at all: what the fences of so many jobs take. */
    private static final class FencesAlone implements PipelineBenchmark.Variant {
        private final Operation fences = new FenceOperations.JobFences();

        @Override
        public String name() {
            return FENCES;
        }

        @Override
        public void run(int jobs) {
            fences.run(jobs);
        }

        @Override
        public void close() {
            // nothing was started
        }
    }

    /** By the threads that live, all of those that take part among them. */
    private static long allocated() {
        return Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    @Override
    public void close() {
        variant.close();
    }
}
