package org.dmafence.bench;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Jobs through the actors, with two scheduler fences and a hardware fence each, beside plain Akka with one message per
 * hop, without fences and with three like them, and beside the bare inboxes and doorbells: closed loop, the variants in
 * turn, so that whatever else the machine does hits all of them.
 *
 * <p>Not a JMH benchmark, because JMH measures one variant after the other. Run it with
 *
 * <pre>java -cp perf/jmh/target/bench.jar org.dmafence.bench.PipelineBenchmark drivers/target/dmafence-drivers.jar
 * amdxdna amdxdna</pre>
 *
 * <p>with the jar of a driver, its name and an ops table, best one whose fences are independent of it; further
 * arguments are the jobs per window, the number of windows, and part of the names of the variants to run. Read the CPU
 * time and the ratios; the rate depends on who else uses the machine.
 */
public final class PipelineBenchmark {
    /** How many jobs may be on their way; the same for all. */
    static final int IN_FLIGHT = 32_768;

    /** One way to get jobs from a client to the hardware and back. */
    public interface Variant extends AutoCloseable {
        /** What it is called in reports. */
        String name();

        /** Starts what lives for one window only; does not count. */
        default void begin() throws InterruptedException {}

        /** Ends that; does not count. */
        default void end() throws InterruptedException {}

        /** Sends so many jobs through, and returns when all are back. */
        void run(int jobs);

        @Override
        void close();
    }

    private record Window(double jobsPerSecond, double cpuNs, double bytes) {}

    private PipelineBenchmark() {}

    /** Measures; see the class. */
    public static void main(String[] args) throws Exception {
        if (args.length < 3) {
            System.err.println(
                    "usage: PipelineBenchmark <driver jar> <driver> <ops table> [jobs per window] [windows] [variants]");
            System.exit(2);
        }
        int jobs = args.length > 3 ? Integer.parseInt(args[3]) : 400_000;
        int windows = args.length > 4 ? Integer.parseInt(args[4]) : 10;
        String wanted = args.length > 5 ? args[5] : "";
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "bench", ConfigFactory.load());
        try {
            List<Variant> variants = List.of(
                    new FencePipeline(system, "dmafence", Path.of(args[0]), args[1], args[2]),
                    new DoorbellPipeline(system, "doorbells, default", "akka.actor.default-dispatcher", IN_FLIGHT),
                    new DoorbellPipeline(system, "doorbells, 2 threads", "dmafence.dispatcher", IN_FLIGHT),
                    new PlainPipeline(system, "akka, default dispatcher", "akka.actor.default-dispatcher", false),
                    new PlainPipeline(system, "akka, 2 threads", "dmafence.dispatcher", false),
                    new PlainPipeline(system, "akka, default, 3 fences", "akka.actor.default-dispatcher", true),
                    new PlainPipeline(system, "akka, 2 threads, 3 fences", "dmafence.dispatcher", true),
                    new FuturePipeline("3 futures, 2 executors"));
            measure(
                    variants.stream()
                            .filter(variant -> variant.name().contains(wanted))
                            .toList(),
                    jobs,
                    windows);
            variants.forEach(Variant::close);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static void measure(List<Variant> variants, int jobs, int windows) throws InterruptedException {
        List<List<Window>> results = new ArrayList<>();
        variants.forEach(variant -> results.add(new ArrayList<>()));
        for (int window = -2; window < windows; window++) { // two to warm up
            for (int i = 0; i < variants.size(); i++) {
                Window one = window(variants.get(i), jobs);
                if (window >= 0) {
                    results.get(i).add(one);
                }
            }
        }
        System.out.printf(
                "%-28s %10s %10s %12s %12s %10s%n", "variant", "M jobs/s", "best", "CPU ns/job", "best", "B/job");
        for (int i = 0; i < variants.size(); i++) {
            double[] rate = results.get(i).stream()
                    .mapToDouble(Window::jobsPerSecond)
                    .sorted()
                    .toArray();
            double[] cpu =
                    results.get(i).stream().mapToDouble(Window::cpuNs).sorted().toArray();
            double[] bytes =
                    results.get(i).stream().mapToDouble(Window::bytes).sorted().toArray();
            System.out.printf(
                    "%-28s %10.2f %10.2f %12.0f %12.0f %10.0f%n",
                    variants.get(i).name(),
                    median(rate) / 1e6,
                    rate[rate.length - 1] / 1e6,
                    median(cpu),
                    cpu[0],
                    median(bytes));
        }
    }

    private static double median(double[] sorted) {
        return sorted[sorted.length / 2];
    }

    private static Window window(Variant variant, int jobs) throws InterruptedException {
        variant.begin();
        com.sun.management.OperatingSystemMXBean process =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long bytes = allocated();
        long cpuNs = process.getProcessCpuTime();
        long startNs = System.nanoTime();
        variant.run(jobs);
        long tookNs = System.nanoTime() - startNs;
        Window window = new Window(
                jobs * 1e9 / tookNs,
                (double) (process.getProcessCpuTime() - cpuNs) / jobs,
                (double) (allocated() - bytes) / jobs);
        variant.end();
        return window;
    }

    /** By the threads that live, all of those that take part among them. */
    private static long allocated() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(
                        ((com.sun.management.ThreadMXBean) threads).getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
