package org.dmafence.race;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dmafence.race.Machine.Broken;
import org.dmafence.race.RaceReport.Failure;
import org.dmafence.race.RaceReport.Result;

/** Searches scenarios in their variants, several at a time, and reports in the order of the request. */
public final class RaceRun {
    private record Job(Scenario scenario, Variant variant, Memory memory) {}

    private final List<Job> jobs = new ArrayList<>();
    private final List<Memory> memories;
    private final Search search;
    private final BooleanSupplier stop;
    private final LongAdder states = new LongAdder();
    private final AtomicInteger done = new AtomicInteger();

    /**
     * Makes one.
     *
     * @param stop whether the user wants an end; asked by several threads
     */
    public RaceRun(List<Memory> memories, Search search, BooleanSupplier stop) {
        this.memories = List.copyOf(memories);
        this.search = search;
        this.stop = stop;
    }

    /** Asks for a variant of a scenario. */
    public void add(Scenario scenario, Variant variant) {
        memories.forEach(memory -> jobs.add(new Job(scenario, variant, memory)));
    }

    /** How many searches there are to be. */
    public int size() {
        return jobs.size();
    }

    /**
     * Runs all of them on as many threads as there are processors.
     *
     * @param progress is handed a line now and then
     */
    public RaceReport run(Consumer<Supplier<String>> progress) throws InterruptedException {
        long beganNs = System.nanoTime();
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(
                Math.max(1, Math.min(jobs.size(), Runtime.getRuntime().availableProcessors())), work -> {
                    Thread thread = new Thread(work, "dmafence-race-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        try {
            List<Future<Result>> pending = new ArrayList<>();
            for (Job job : jobs) {
                pending.add(threads.submit(() -> run(job)));
            }
            List<Result> results = new ArrayList<>();
            for (Future<Result> result : pending) {
                progress.accept(
                        () -> done.get() + " of " + jobs.size() + " searches done, " + states.sum() + " states so far");
                results.add(result(result));
            }
            return new RaceReport(
                    memories.stream().map(Memory::toString).toList(),
                    search.kind().toString(),
                    search.seed(),
                    search.bound() == Search.WHOLE ? null : search.bound(),
                    results,
                    System.nanoTime() - beganNs);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Result result(Future<Result> pending) throws InterruptedException {
        try {
            return pending.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failed ? failed : new IllegalStateException(e.getCause());
        }
    }

    private Result run(Job job) {
        Machine machine = job.scenario.machine(job.variant, job.memory);
        long[] told = new long[1];
        Outcome outcome = new Explorer(machine, search, stop, seen -> {
                    states.add(seen - told[0]);
                    told[0] = seen;
                })
                .run();
        done.incrementAndGet();
        List<Failure> failures = new ArrayList<>();
        for (Outcome.Failure found : outcome.failures()) {
            failures.add(failure(job, machine, found));
        }
        return new Result(
                job.scenario.name(),
                job.variant.name(),
                job.variant.role().name(),
                job.memory.toString(),
                job.scenario.due().in(job.variant, job.memory),
                outcome.verdict().name(),
                outcome.whole(),
                outcome.states(),
                outcome.transitions(),
                outcome.depth(),
                outcome.tookNs(),
                failures);
    }

    private static Failure failure(Job job, Machine machine, Outcome.Failure found) {
        try {
            Schedule schedule = Schedule.of(machine, found.moves());
            return failure(job.scenario, job.variant, schedule, new Broken(found.law(), found.detail()));
        } catch (Schedule.ImpossibleException e) {
            throw new IllegalStateException("a schedule of " + job + " can't be repeated: " + e.getMessage(), e);
        }
    }

    static Failure failure(Scenario scenario, Variant variant, Schedule schedule, Broken broken) {
        Question question = scenario.question().by(variant, broken.law());
        return new Failure(
                broken.law().name(),
                broken.law().words(),
                broken.detail(),
                question.asked(),
                question.where(),
                schedule.parties(),
                schedule.rows());
    }
}
