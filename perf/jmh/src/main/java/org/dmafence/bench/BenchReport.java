package org.dmafence.bench;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured.
 *
 * @param rows the table
 * @param groups what it was made of
 */
public record BenchReport(
        Environment environment, boolean quick, long tookNs, List<RowResult> rows, List<GroupResult> groups) {
    /**
     * Where it was measured.
     *
     * @param jvmOptions of this process, which the measuring ones inherit
     * @param cpu the processor's name, empty if it can't be told
     */
    public record Environment(
            String java,
            String vm,
            List<String> jvmOptions,
            String os,
            String arch,
            String cpu,
            int cpus,
            double loadBefore,
            double loadAfter) {}

    /**
     * Contenders measured in turn, in processes of their own.
     *
     * @param jvmOptions what only this group's JVM was given
     * @param failure why there is nothing to tell
     */
    public record GroupResult(
            String name,
            List<String> jvmOptions,
            int processes,
            List<Figures> figures,
            @Nullable String failure) {}

    /**
     * One contender's windows.
     *
     * @param windows in the order of the rounds
     * @param missing why it was not measured
     */
    public record Figures(
            String contender,
            @Nullable String unit,
            @Nullable Summary summary,
            List<Double> windows,
            @Nullable String missing) {}
}
