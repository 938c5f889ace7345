package org.dmafence.conform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.dmafence.conform.CaseResult.Verdict;
import org.dmafence.conform.CaseRunner.Answer;
import org.jspecify.annotations.Nullable;

/** Runs scenarios and compares; one object may be used for any number of files. */
final class Conformance {
    private final OpTable table = new OpTable();
    private final int level;
    private final @Nullable String onlyCase;
    private final @Nullable Path issuerJar;

    /**
     * @param level how much is compared, 1 to 4
     * @param onlyCase the one case to run, {@code null} for all
     * @param issuerJar the jar of the module that scenarios load, {@code null} if none of them does
     */
    Conformance(int level, @Nullable String onlyCase, @Nullable Path issuerJar) {
        this.level = level;
        this.onlyCase = onlyCase;
        this.issuerJar = issuerJar;
    }

    /** Whether a scenario in some files loads the module. */
    static boolean needsIssuer(List<OracleFile> files) {
        return files.stream()
                .flatMap(file -> file.cases().stream())
                .flatMap(each -> each.ops().stream())
                .anyMatch(op -> op.name().equals("module_load"));
    }

    /**
     * Runs the cases of some files; one that makes no sense is counted as such, and the next is run.
     *
     * @param progress told each result as it comes
     * @param stop asked between cases whether to end early
     */
    List<CaseResult> run(List<OracleFile> files, Consumer<CaseResult> progress, BooleanSupplier stop) {
        List<CaseResult> results = new ArrayList<>();
        for (OracleFile file : files) {
            for (OracleCase each : file.cases()) {
                if (stop.getAsBoolean()) {
                    return results;
                }
                if (onlyCase == null || each.id().equals(onlyCase)) {
                    CaseResult result = run(file, each);
                    results.add(result);
                    progress.accept(result);
                }
            }
        }
        return results;
    }

    private CaseResult run(OracleFile file, OracleCase each) {
        if (!each.isComparable()) {
            Verdict verdict = each.broken() == null ? Verdict.NOT_IN_KERNEL : Verdict.BROKEN;
            return new CaseResult(file, each, verdict, Set.of(), null, List.of(), each.broken());
        }
        String broken = null;
        List<Answer> answers = new ArrayList<>();
        try {
            new CaseRunner(table, file.kind(), issuerJar).run(each, answers);
        } catch (OracleException e) {
            broken = String.valueOf(e.getMessage());
        }
        Comparison comparison = new Comparison(file, level);
        Set<Deviation> deviations = new LinkedHashSet<>();
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            for (Difference difference : comparison.compare(each, each.ops().get(i), answer)) {
                Optional<Deviation> rule = Deviations.of(difference);
                if (rule.isEmpty()) {
                    return new CaseResult(file, each, Verdict.DIFFERING, deviations, difference, answers, null);
                }
                deviations.add(rule.get());
            }
            Deviations.ending(answer.notes()).ifPresent(deviations::add);
        }
        Verdict verdict =
                broken != null ? Verdict.BROKEN : deviations.isEmpty() ? Verdict.IDENTICAL : Verdict.DEVIATING;
        return new CaseResult(file, each, verdict, deviations, null, answers, broken);
    }
}
