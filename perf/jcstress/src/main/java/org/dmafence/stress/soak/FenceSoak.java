package org.dmafence.stress.soak;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The soak's command: makes so many fences, has threads race over them, and compares what everybody wrote down with
 * what happened. Finds a fence that signals twice or never, a callback that runs twice, never or after its removal, a
 * status that changes, a waiter that wakes early or not at all, and a container that forgets a fence or an error.
 */
@Command(
        name = "fence-soak",
        mixinStandardHelpOptions = true,
        description = "Race over very many fences, and check them independently.")
public final class FenceSoak implements Callable<Integer> {
    @Option(names = "--fences", defaultValue = "10000000", description = "How many (default: ${DEFAULT-VALUE}).")
    private long fences;

    @Option(names = "--threads", defaultValue = "2", description = "Threads that race (default: ${DEFAULT-VALUE}).")
    private int threads;

    @Option(names = "--seed", description = "Seed of all random choices (default: from the clock; printed).")
    private @Nullable Long seed;

    @Option(names = "--unload", description = "Load and unload a driver, with fences in flight, all the while.")
    private boolean unload;

    @Option(names = "--broken", description = "Plant a mistake, which must be found: ${COMPLETION-CANDIDATES}.")
    private @Nullable Mutant broken;

    @Option(
            names = "--progress",
            defaultValue = "10",
            description = "Seconds between two lines (default: ${DEFAULT-VALUE}).")
    private long progressSeconds;

    @Option(
            names = "--patience",
            defaultValue = "30",
            description = "Seconds after which a waiter is lost (default: ${DEFAULT-VALUE}).")
    private long patienceSeconds;

    private FenceSoak() {}

    /** Exit code 0: nothing was found; 1: a violation, also a planted one; 2: a wrong argument. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    static int execute(String... args) {
        return new CommandLine(new FenceSoak())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    @Override
    public Integer call() throws Exception {
        if (threads < 1 || fences < 1 || progressSeconds < 1 || patienceSeconds < 1) {
            System.err.println("fence-soak: threads, fences, progress and patience must be at least 1");
            return 2;
        }
        long usedSeed = seed == null ? System.nanoTime() : seed;
        System.out.printf(
                "fence-soak: %,d fences, %d threads, seed %d%s%s, Java %s%n",
                fences,
                threads,
                usedSeed,
                unload ? ", unloading" : "",
                broken == null ? "" : ", BROKEN: " + broken,
                Runtime.version());
        Path jar = unload ? Files.createTempFile("soak", ".jar") : null;
        try {
            if (jar != null) {
                SoakModules.writeJar(jar);
            }
            Seam seam = broken == null ? new Seam() : broken.seam();
            SoakRun run = new SoakRun(fences, threads, usedSeed, seam, jar, patienceSeconds * 1_000);
            boolean clean = run.run(new SoakProgress(System.out, progressSeconds));
            run.violations.first().forEach(what -> System.out.println("  " + what));
            System.out.println(clean ? "PASSED" : "FAILED: " + run.violations.count() + " violations");
            return clean ? 0 : 1;
        } finally {
            if (jar != null) {
                Files.delete(jar);
            }
        }
    }
}
