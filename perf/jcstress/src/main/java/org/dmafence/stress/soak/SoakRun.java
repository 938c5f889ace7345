package org.dmafence.stress.soak;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.fence.ModuleGoneException;
import org.dmafence.foreign.ForeignException;
import org.jspecify.annotations.Nullable;

/** One soak: who takes part, how far it is, and whether it is over. */
final class SoakRun {
    final FenceRuntime runtime;
    final Violations violations = new Violations();
    final Seam seam;
    final SoakWaiters waiters;
    private final long target;
    private final List<SoakWorker> workers = new ArrayList<>();
    private final @Nullable SoakModules modules;
    private final AtomicLong made = new AtomicLong();
    private final LongAdder containers = new LongAdder();
    private final LongAdder tombstoneCalls = new LongAdder();
    private final AtomicInteger making;
    private final AtomicInteger working;
    private volatile boolean hung;

    /**
     * @param driver the jar of the driver that is loaded and unloaded all the while; {@code null} for none
     * @param patienceMs how long a waiter may sleep
     */
    SoakRun(long fences, int threads, long seed, Seam seam, @Nullable Path driver, long patienceMs) {
        this.target = fences;
        this.seam = seam;
        runtime = FenceRuntime.builder()
                .reporter((kind, message, cause) -> {
                    if (cause instanceof ForeignException copy
                            && copy.thrown().equals(ModuleGoneException.class.getName())) {
                        // the last release of what an unloaded driver kept attached
                        tombstoneCalls.increment();
                    } else {
                        violations.add("reported " + kind + ": " + message);
                    }
                })
                .build();
        waiters = new SoakWaiters(this, patienceMs);
        SplittableRandom random = new SplittableRandom(seed);
        SoakOps ops = new SoakOps();
        for (int i = 0; i < threads; i++) {
            workers.add(new SoakWorker(this, ops, random.split()));
        }
        modules = driver == null ? null : new SoakModules(this, driver, random.split());
        making = new AtomicInteger(threads + (modules == null ? 0 : 1));
        working = new AtomicInteger(threads + (modules == null ? 0 : 1));
    }

    /** Runs to the end, telling how far it is; whether nothing was found. */
    boolean run(SoakProgress progress) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            threads.add(start("soak-worker-" + i, counted(workers.get(i))));
        }
        if (modules != null) {
            threads.add(start("soak-unloader", counted(modules)));
        }
        for (int i = 0; i < 2; i++) {
            threads.add(start("soak-waiter-" + i, waiters));
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            for (Thread thread : threads) {
                thread.join(20);
            }
            if (!progress.look(this)) {
                violations.add("no fence was made for a long time; the threads' stacks are above");
                hung = true;
                return false;
            }
        }
        progress.end(this);
        return violations.count() == 0;
    }

    private Runnable counted(Runnable body) {
        return () -> {
            try {
                body.run();
            } finally {
                working.decrementAndGet();
            }
        };
    }

    private Thread start(String name, Runnable body) {
        Thread thread = new Thread(
                () -> {
                    try {
                        body.run();
                    } catch (Throwable e) {
                        violations.add(name + " failed", e);
                    }
                },
                name);
        thread.setDaemon(true); // a hung one must not keep the process
        thread.start();
        return thread;
    }

    // ---- for those who take part -----------------------------------------------------------------------------------

    SoakWorker neighbourOf(SoakWorker worker) {
        return workers.get((workers.indexOf(worker) + 1) % workers.size());
    }

    SoakWorker worker(int index) {
        return workers.get(index % workers.size());
    }

    boolean goesOn() {
        return made.get() < target && !isOver();
    }

    /** Whether something was found, so that there is no point in going on. */
    boolean isOver() {
        return hung || violations.count() > 0;
    }

    void workerHasMadeAll() {
        making.decrementAndGet();
    }

    boolean allAreMade() {
        return making.get() == 0;
    }

    /** Whether all workers are gone, so that nobody waits for anything any more. */
    boolean isComplete() {
        return working.get() == 0;
    }

    void count(int fences, int containersAmongThem) {
        made.addAndGet(fences);
        containers.add(containersAmongThem);
    }

    // ---- for the progress ------------------------------------------------------------------------------------------

    long made() {
        return made.get();
    }

    String text() {
        return containers.sum() + " of them containers, " + waiters.waited.sum() + " waits"
                + (modules == null
                        ? ""
                        : ", " + modules.unloaded() + " modules unloaded, " + tombstoneCalls.sum()
                                + " calls of tombstones")
                + ", " + violations.count() + " violations";
    }
}
