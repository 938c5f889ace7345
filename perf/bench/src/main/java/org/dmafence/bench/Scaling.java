package org.dmafence.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.dmafence.bench.BenchReport.Environment;
import org.jspecify.annotations.Nullable;

/** Measures how costs grow, each curve in a process of its own. Belongs to one thread. */
public final class Scaling {
    private final List<Curve> curves;
    private final BenchPlan plan;

    private Scaling(List<Curve> curves, BenchPlan plan) {
        this.curves = curves;
        this.plan = plan;
    }

    /**
     * Chooses.
     *
     * @param only parts of names of curves, or patterns with {@code *} and {@code ?}; none for all
     * @param quick up to smaller sizes
     * @param drivers where the jars of drivers are
     * @param peers where the jars of the peers are; need not exist if they are on the class path
     * @throws UnknownRowException if a pattern matches none
     */
    public static Scaling of(List<String> only, boolean quick, Path drivers, Path peers) throws UnknownRowException {
        Path noPrograms = Path.of("");
        return new Scaling(
                Patterns.choose(only, Curves.all(), Curve::name), new BenchPlan(quick, noPrograms, drivers, peers, 0));
    }

    /** Names of the chosen curves and what they are about, in their order. */
    public Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        curves.forEach(curve -> names.put(curve.name(), curve.what() + ", by " + curve.grows()));
        return names;
    }

    /**
     * Measures.
     *
     * @param progress is told how far it is
     * @param stop says that the user wants an end; asked between processes, and when one ends early
     */
    public ScalingReport run(Consumer<String> progress, BooleanSupplier stop) throws InterruptedException {
        long start = System.nanoTime();
        double loadBefore = Environment.load();
        List<ScalingReport.CurveResult> results = new ArrayList<>();
        for (Curve curve : curves) {
            if (stop.getAsBoolean()) {
                break;
            }
            String of = curve.name() + " (" + (results.size() + 1) + " of " + curves.size() + ")";
            progress.accept("scaling: " + of);
            Samples samples = new Samples();
            String failure = measure(curve, samples, far -> progress.accept("scaling: " + of + ", round " + far));
            if (failure != null && stop.getAsBoolean()) { // the terminal interrupts both processes
                break;
            }
            results.add(curve.result(samples, plan.quick(), failure));
        }
        return new ScalingReport(
                Environment.now(loadBefore), plan.quick(), System.nanoTime() - start, stop.getAsBoolean(), results);
    }

    private @Nullable String measure(Curve curve, Samples samples, Consumer<String> progress)
            throws InterruptedException {
        try {
            Fork.run(curve.group(), plan, samples, progress);
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
