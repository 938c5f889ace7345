package org.dmafence.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: every reader gets its share of inputs. A reader that hangs is left to itself, and the next input goes to a
 * new thread.
 *
 * <p>{@link #run} takes the process's standard error for itself while it works. Used by one thread.
 */
public final class FuzzRun {
    private static final long LOOK_MS = 20;
    private static final int HUNDRED = 100;

    /** Threads that hang cost memory and time; so many, and the reader is given up. */
    private static final int MOST_HANGS = 5;

    private final List<Subject> subjects;
    private final FuzzPlan plan;
    private final @Nullable Program program;

    /** @param program reads some inputs in a process of its own; {@code null} for none */
    public FuzzRun(List<Subject> subjects, FuzzPlan plan, @Nullable Program program) {
        this.subjects = List.copyOf(subjects);
        this.plan = plan;
        this.program = program;
    }

    /**
     * Gives all readers their inputs.
     *
     * @param progress told now and then how far it is
     * @param stop asked between inputs whether to end early
     */
    public FuzzReport run(Consumer<String> progress, BooleanSupplier stop) throws InterruptedException {
        long beganNs = System.nanoTime();
        int shares = subjects.stream().mapToInt(Subject::share).sum();
        List<FuzzReport.Row> rows = new ArrayList<>();
        try (StrayErrors stray = new StrayErrors()) {
            for (Subject subject : subjects) {
                if (!stop.getAsBoolean()) {
                    long inputs = Math.max(1, plan.inputs() * subject.share() / Math.max(1, shares));
                    rows.add(run(subject, inputs, stray, progress, stop));
                }
            }
        }
        return new FuzzReport(plan.seed(), System.nanoTime() - beganNs, stop.getAsBoolean(), rows);
    }

    private FuzzReport.Row run(
            Subject subject, long inputs, StrayErrors stray, Consumer<String> progress, BooleanSupplier stop)
            throws InterruptedException {
        Tally tally = new Tally(subject, plan.keep());
        Long only = plan.only();
        long from = only == null ? 0 : only;
        long to = only == null ? inputs : only + 1;
        Inputs again = new Inputs(subject, plan.seed());
        for (int hangs = 0; from < to && hangs < MOST_HANGS; hangs++) {
            InputWorker worker = new InputWorker(subject, plan, tally, stray, program, stop, from, to);
            worker.start();
            from = to;
            while (worker.isAlive()) {
                worker.join(LOOK_MS);
                progress.accept(subject.name() + ": " + tally.inputs() + " of " + (to - (only == null ? 0 : only))
                        + " inputs, " + tally.kinds() + " findings");
                long hanging = worker.hanging(System.nanoTime());
                if (hanging >= 0) {
                    tally.found(
                            new Rules.Broken(
                                    "hangs",
                                    "not done after " + subject.limits().seconds() + " s" + worker.giveUp()),
                            hanging,
                            again.input(hanging));
                    from = hanging + 1;
                    break;
                }
            }
            Throwable fault = worker.fault();
            if (fault != null) {
                throw new IllegalStateException("the fuzzer itself failed at reader " + subject.name(), fault);
            }
        }
        return tally.row();
    }

    /** The readers of some names. */
    public static List<Subject> select(List<Subject> all, List<String> names) {
        return all.stream()
                .filter(subject -> names.isEmpty() || names.contains(subject.name()))
                .toList();
    }

    /** How many of the inputs each reader gets, of a hundred, and what it is. */
    public static String list(List<Subject> all) {
        int shares = all.stream().mapToInt(Subject::share).sum();
        StringBuilder text = new StringBuilder();
        for (Subject subject : all) {
            text.append(String.format(
                    "%-12s%3d %%  %s%n", subject.name(), subject.share() * HUNDRED / shares, subject.what()));
        }
        return text.toString();
    }
}
