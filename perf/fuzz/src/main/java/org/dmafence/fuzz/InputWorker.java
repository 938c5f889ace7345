package org.dmafence.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives one reader its inputs, one after the other, until all are through or it is given up because the reader hangs.
 */
final class InputWorker extends Thread {
    private static final long NOTHING = -1;

    private final Subject subject;
    private final Inputs inputs;
    private final Tally tally;
    private final StrayErrors stray;
    private final @Nullable Program program;
    private final FuzzPlan plan;
    private final BooleanSupplier stop;
    private final long from;
    private final long to;

    /**
     * Written by the worker, read by whoever watches it; the number first, so that a time is never taken for an earlier
     * input's.
     */
    private volatile long number = NOTHING;

    private volatile long beganNs;

    /** Written by whoever watches: what the reader still does counts no more. */
    private volatile boolean givenUp;

    private volatile @Nullable Throwable fault;

    InputWorker(
            Subject subject,
            FuzzPlan plan,
            Tally tally,
            StrayErrors stray,
            @Nullable Program program,
            BooleanSupplier stop,
            long from,
            long to) {
        super("dmafence-fuzz-" + subject.name());
        setDaemon(true);
        this.subject = subject;
        this.plan = plan;
        this.tally = tally;
        this.stray = stray;
        this.program = program;
        this.stop = stop;
        this.from = from;
        this.to = to;
        inputs = new Inputs(subject, plan.seed());
    }

    @Override
    public void run() {
        try {
            Path directory = Files.createTempDirectory("dmafence-fuzz");
            try {
                Trial trial = new Trial(subject, directory, stray);
                for (long next = from; next < to && !givenUp && !stop.getAsBoolean(); next++) {
                    one(next, trial);
                }
            } finally {
                Files.walkFileTree(directory, new Deleting());
            }
        } catch (Throwable e) { // the fuzzer's own
            fault = e;
        }
    }

    private void one(long next, Trial trial) throws IOException {
        byte[] input = inputs.input(next);
        number = next;
        beganNs = System.nanoTime();
        Trial.Outcome outcome = trial.run(input);
        number = NOTHING;
        if (givenUp || stop.getAsBoolean()) {
            return; // a process that ends lets no command work as it should
        }
        tally.count(outcome);
        Rules.Broken broken = Rules.check(outcome, subject);
        if (broken != null) {
            tally.found(broken, next, tally.isNew(broken) ? smallest(input, broken, trial) : input);
        }
        Program asProcess = program;
        int every = plan.everyProcess();
        if (asProcess != null && every > 0 && next % every == 0) {
            Rules.Broken outside = asProcess.run(subject, input);
            tally.process();
            if (outside != null) {
                tally.found(outside, next, input);
            }
        }
    }

    /** Only where reading is quick. */
    private byte[] smallest(byte[] input, Rules.Broken broken, Trial trial) {
        return new Shrinker().shrink(input, smaller -> {
            try {
                Rules.Broken still = givenUp || stop.getAsBoolean() ? null : Rules.check(trial.run(smaller), subject);
                return still != null && still.rule().equals(broken.rule());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The input that has been read for longer than it may, or {@code -1}. */
    long hanging(long nowNs) {
        long reading = number;
        long sinceNs = nowNs - beganNs;
        boolean late = sinceNs > subject.limits().seconds() * 1_000_000_000L;
        return late && reading == number ? reading : NOTHING;
    }

    /** Says what it is doing, and leaves it to itself. */
    String giveUp() {
        givenUp = true;
        StackTraceElement[] frames = getStackTrace();
        interrupt();
        return frames.length == 0 ? "" : " at " + frames[0];
    }

    @Nullable Throwable fault() {
        return fault;
    }
}
