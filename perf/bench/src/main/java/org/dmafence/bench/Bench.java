package org.dmafence.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.dmafence.bench.BenchReport.Environment;
import org.dmafence.bench.BenchReport.Figures;
import org.dmafence.bench.BenchReport.GroupResult;
import org.jspecify.annotations.Nullable;

/** Measures rows of the table, each group in processes of its own. Belongs to one thread. */
public final class Bench {
    private final List<Row> rows;
    private final int waiters;
    private final boolean quick;
    private final Path drivers;
    private final Path peers;
    private final String compiler;

    private Bench(List<Row> rows, int waiters, boolean quick, Path drivers, Path peers, String compiler) {
        this.rows = rows;
        this.waiters = waiters;
        this.quick = quick;
        this.drivers = drivers;
        this.peers = peers;
        this.compiler = compiler;
    }

    /**
     * Chooses.
     *
     * @param only parts of names of rows, or patterns with {@code *} and {@code ?}; none for all
     * @param quick rather soon than exactly
     * @param drivers where the jars of drivers are
     * @param peers where the jars of the peers are; need not exist if they are on the class path
     * @param compiler the C compiler's command
     * @throws UnknownRowException if a pattern matches none
     */
    public static Bench of(List<String> only, boolean quick, Path drivers, Path peers, String compiler)
            throws UnknownRowException {
        return new Bench(Patterns.choose(only, Rows.all(), Row::name), Rows.CROWD, quick, drivers, peers, compiler);
    }

    /**
     * The rows of a crowd that waits, of any size.
     *
     * @param waiters how many virtual threads
     */
    public static Bench ofWaiters(int waiters, boolean quick, Path drivers, Path peers, String compiler) {
        return new Bench(Rows.waiters(waiters), waiters, quick, drivers, peers, compiler);
    }

    /** Names of the chosen rows and what they are about, in their order. */
    public Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        rows.forEach(row -> names.put(row.name(), row.what()));
        return names;
    }

    /**
     * Measures.
     *
     * @param progress is told how far it is
     * @param stop says that the user wants an end; asked between processes, and when one ends early
     */
    public BenchReport run(Consumer<String> progress, BooleanSupplier stop) throws IOException, InterruptedException {
        long start = System.nanoTime();
        double loadBefore = Environment.load();
        progress.accept("building the peers written in C");
        NativePrograms programs = NativePrograms.build(compiler);
        Thread cleaner = new Thread(programs::close, "bench-cleaner");
        Runtime.getRuntime().addShutdownHook(cleaner);
        try (programs) {
            BenchPlan plan = new BenchPlan(quick, programs.directory(), drivers, peers, waiters);
            List<String> names = rows.stream().map(Row::group).distinct().toList();
            Map<String, Samples> samples = new LinkedHashMap<>();
            Map<String, String> failures = new LinkedHashMap<>();
            List<GroupResult> groups = new ArrayList<>();
            for (String name : names) {
                if (stop.getAsBoolean()) {
                    break;
                }
                String of = name + " (" + (samples.size() + 1) + " of " + names.size() + ")";
                Samples windows = new Samples();
                samples.put(name, windows);
                Group group = Groups.named(name);
                try {
                    for (int fork = 0; fork < group.forksOf(plan); fork++) {
                        String process = fork == 0 ? "" : ", process " + (fork + 1);
                        progress.accept("bench: " + of + process);
                        Fork.run(
                                group,
                                plan,
                                windows,
                                far -> progress.accept("bench: " + of + process + ", round " + far));
                    }
                } catch (IOException e) {
                    failures.put(name, String.valueOf(e.getMessage()));
                }
                if (stop.getAsBoolean()) { // the terminal interrupts both processes
                    samples.remove(name);
                    break;
                }
                groups.add(result(group, plan, windows, failures.get(name)));
            }
            List<RowResult> results = rows.stream()
                    .filter(row -> samples.containsKey(row.group()))
                    .map(row -> row.result(Objects.requireNonNull(samples.get(row.group())), failures.get(row.group())))
                    .toList();
            return new BenchReport(
                    Environment.now(loadBefore),
                    quick,
                    System.nanoTime() - start,
                    stop.getAsBoolean(),
                    results,
                    groups);
        }
    }

    private static GroupResult result(Group group, BenchPlan plan, Samples samples, @Nullable String failure) {
        List<Figures> figures = new ArrayList<>();
        samples.windows()
                .forEach((key, values) -> figures.add(new Figures(
                        key.contender(),
                        key.metric().unit,
                        Summary.of(samples.of(key.contender(), key.metric())),
                        values,
                        null)));
        samples.missing()
                .forEach((contender, reason) -> figures.add(new Figures(contender, null, null, List.of(), reason)));
        return new GroupResult(group.name(), group.jvmOptions(), group.forksOf(plan), figures, failure);
    }
}
