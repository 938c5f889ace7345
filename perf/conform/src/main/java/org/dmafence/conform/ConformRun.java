package org.dmafence.conform;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.dmafence.conform.CaseResult.Verdict;
import org.dmafence.conform.report.ConformReport;
import org.jspecify.annotations.Nullable;

/** One run of the command: files in, report out. */
public final class ConformRun {
    /** The driver that scenarios with module ops load. */
    public static final String ISSUER = ModuleOps.ISSUER;

    private final List<OracleFile> files;
    private final @Nullable String onlyCase;

    private ConformRun(List<OracleFile> files, @Nullable String onlyCase) {
        this.files = files;
        this.onlyCase = onlyCase;
    }

    /**
     * Reads the files.
     *
     * @param paths files, or directories of them
     * @param onlyCase the id of the one case to run, {@code null} for all
     * @throws OracleException if one can't be read, or there is no such case
     */
    public static ConformRun read(List<Path> paths, @Nullable String onlyCase) throws OracleException {
        List<OracleFile> files = OracleFile.readAll(paths);
        if (onlyCase != null
                && files.stream()
                        .flatMap(file -> file.cases().stream())
                        .noneMatch(each -> each.id().equals(onlyCase))) {
            throw new OracleException("no case \"" + onlyCase + "\" in " + paths + "; ids look like \""
                    + files.get(0).kind() + "/name\", see \"id\" in the files");
        }
        return new ConformRun(files, onlyCase);
    }

    /** Whether a scenario loads the module {@link #ISSUER}. */
    public boolean needsIssuer() {
        return Conformance.needsIssuer(files);
    }

    /**
     * Runs the cases and compares.
     *
     * @param level how much is compared, 1 to 4
     * @param issuerJar the jar with the module {@link #ISSUER}, {@code null} if it is not needed
     * @param progress told how many cases are done, and the id of the last
     * @param stop asked between cases whether to end early
     */
    public ConformReport run(
            int level, @Nullable Path issuerJar, BiConsumer<Integer, String> progress, BooleanSupplier stop) {
        int[] done = {0};
        List<CaseResult> results = new Conformance(level, onlyCase, issuerJar)
                .run(
                        files,
                        result -> progress.accept(++done[0], result.oracleCase().id()),
                        stop);
        boolean interrupted = stop.getAsBoolean();
        return new ConformReport(
                level,
                interrupted,
                results.stream()
                        .map(result -> result.file().source())
                        .distinct()
                        .toList(),
                kinds(results),
                policies(results),
                deviations(results),
                findings(results, level),
                broken(results),
                incomparable(results, interrupted));
    }

    private static List<ConformReport.Broken> broken(List<CaseResult> results) {
        List<ConformReport.Broken> broken = new ArrayList<>();
        for (CaseResult result : results) {
            String why = result.broken();
            if (why != null) {
                broken.add(new ConformReport.Broken(
                        result.file().release(), result.oracleCase().id(), why));
            }
        }
        return broken;
    }

    /** The files of which nothing was compared, though something was asked for. */
    private List<String> incomparable(List<CaseResult> results, boolean interrupted) {
        Set<Path> compared = new HashSet<>();
        Set<Path> asked = new LinkedHashSet<>();
        for (CaseResult result : results) {
            asked.add(result.file().path());
            if (result.verdict() != Verdict.NOT_IN_KERNEL && !result.answers().isEmpty()) {
                compared.add(result.file().path());
            }
        }
        if (onlyCase == null && !interrupted) {
            files.forEach(file -> asked.add(file.path()));
        }
        asked.removeAll(compared);
        return asked.stream().map(Path::toString).toList();
    }

    private static List<ConformReport.Kind> kinds(List<CaseResult> results) {
        Map<String, List<CaseResult>> byKind = new LinkedHashMap<>();
        for (CaseResult result : results) {
            String key = result.file().release() + " " + result.file().kind();
            byKind.computeIfAbsent(key, any -> new ArrayList<>()).add(result);
        }
        List<ConformReport.Kind> kinds = new ArrayList<>();
        for (List<CaseResult> of : byKind.values()) {
            OracleFile file = of.get(0).file();
            long notIn = count(of, Verdict.NOT_IN_KERNEL);
            long broken = count(of, Verdict.BROKEN);
            kinds.add(new ConformReport.Kind(
                    file.release(),
                    file.kind(),
                    of.size() - notIn - broken,
                    count(of, Verdict.IDENTICAL),
                    count(of, Verdict.DEVIATING),
                    count(of, Verdict.DIFFERING),
                    notIn,
                    broken));
        }
        return kinds;
    }

    private static List<ConformReport.Policy> policies(List<CaseResult> results) {
        Map<List<String>, List<CaseResult>> byPolicy = new TreeMap<>(Comparator.comparing(List::toString));
        for (CaseResult result : results) {
            if (result.file().kind().equals("drm_sched")
                    && result.oracleCase().isComparable()
                    && result.verdict() != Verdict.BROKEN) {
                List<String> key = List.of(result.file().release(), policy(result.oracleCase()));
                byPolicy.computeIfAbsent(key, any -> new ArrayList<>()).add(result);
            }
        }
        List<ConformReport.Policy> policies = new ArrayList<>();
        byPolicy.forEach((key, of) -> policies.add(new ConformReport.Policy(
                key.get(0),
                key.get(1),
                of.size(),
                count(of, Verdict.IDENTICAL),
                count(of, Verdict.DEVIATING),
                count(of, Verdict.DIFFERING))));
        return policies;
    }

    /** The policy that a scenario's schedulers have. */
    private static String policy(OracleCase each) {
        return each.ops().stream()
                .filter(op -> op.name().equals("drm_sched_policy"))
                .map(op -> op.args().textOr("value", ""))
                .findFirst()
                .orElse("FIFO");
    }

    private static long count(List<CaseResult> results, Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }

    private static List<ConformReport.Deviation> deviations(List<CaseResult> results) {
        List<ConformReport.Deviation> list = new ArrayList<>();
        List<String> releases = results.stream()
                .map(result -> result.file().release())
                .distinct()
                .toList();
        for (String release : releases) {
            for (Deviation rule : Deviations.all()) {
                long cases = results.stream()
                        .filter(result -> result.file().release().equals(release)
                                && result.deviations().contains(rule))
                        .count();
                if (cases > 0) {
                    String scope = rule.scope().name().toLowerCase(Locale.ROOT).replace('_', '-');
                    list.add(new ConformReport.Deviation(release, rule.name(), scope, rule.reason(), cases));
                }
            }
        }
        return list;
    }

    private static List<ConformReport.Finding> findings(List<CaseResult> results, int level) {
        List<ConformReport.Finding> findings = new ArrayList<>();
        for (CaseResult result : results) {
            Difference first = result.first();
            if (first != null) {
                String what = first.aspect() == Difference.Aspect.RESULT
                        ? "its result differs in \"" + first.path() + "\""
                        : "its events differ from number " + first.path();
                findings.add(new ConformReport.Finding(
                        result.file().release(),
                        result.oracleCase().id(),
                        result.file().path().toString(),
                        first.op().index(),
                        first.op().text(),
                        what,
                        Listing.of(result, first, level)));
            }
        }
        return findings;
    }
}
