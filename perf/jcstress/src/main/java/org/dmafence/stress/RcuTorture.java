package org.dmafence.stress;

import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.dmafence.rcu.RcuDomain;
import org.dmafence.rcu.RcuOrdering;
import org.dmafence.rcu.RcuSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The idea of the kernel's rcutorture: one writer replaces an element and lets each retired one age by a grace period
 * at a time; readers count the ages they meet. Age 0 is published, 1 is retired. A reader that meets age 2 or more has
 * seen an element after its grace period.
 */
@Command(name = "rcu-torture", mixinStandardHelpOptions = true, description = "Torture RCU and print an age histogram.")
public final class RcuTorture implements Callable<Integer> {
    @Option(names = "--seconds", defaultValue = "20", description = "How long to run (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--readers", defaultValue = "4", description = "Reader threads (default: ${DEFAULT-VALUE}).")
    private int readers;

    @Option(names = "--mode", description = "${COMPLETION-CANDIDATES} (default: AUTO).")
    private RcuOrdering mode = RcuOrdering.AUTO;

    @Option(names = "--seed", description = "Seed of all random choices (default: from the clock; printed).")
    private @Nullable Long seed;

    @Option(names = "--broken", description = "Forget the grace periods: must fail, or the torture proves nothing.")
    private boolean broken;

    private RcuTorture() {}

    /** Exit code 0: no reader saw an element too old; 1: one did, or a thread failed. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new RcuTorture())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        long usedSeed = seed == null ? System.nanoTime() : seed;
        RcuSettings settings = RcuSettings.defaults().withName("torture").withOrdering(mode);
        try (RcuDomain domain = RcuDomain.create(settings)) {
            System.out.printf(
                    "rcu-torture: %s, %d readers, %d s, seed %d%s, Java %s%n",
                    domain.ordering(), readers, seconds, usedSeed, broken ? ", BROKEN" : "", Runtime.version());
            TortureRun run = new TortureRun(domain, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds), broken);
            AtomicLongArray ages = run.run(readers, new SplittableRandom(usedSeed));
            System.out.println(domain.stats());
            return report(ages, run.failure());
        }
    }

    private static int report(AtomicLongArray ages, @Nullable Throwable failure) {
        long tooOld = 0;
        System.out.println("age  reads");
        for (int age = 0; age < ages.length(); age++) {
            System.out.printf("%3d  %d%n", age, ages.get(age));
            tooOld += age > 1 ? ages.get(age) : 0;
        }
        if (failure != null) {
            failure.printStackTrace(System.out);
        }
        boolean passed = tooOld == 0 && failure == null && ages.get(0) > 0;
        System.out.println(passed ? "PASSED" : "FAILED: " + tooOld + " reads of elements after their grace period");
        return passed ? 0 : 1;
    }
}
