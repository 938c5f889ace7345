package org.dmafence.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dmafence.report.Schema;
import org.jspecify.annotations.Nullable;

/**
 * All that was measured.
 *
 * @param interrupted whether it was ended early; the rows that were not measured whole are left out
 * @param rows the table
 * @param groups what it was made of
 */
@Schema("bench")
public record BenchReport(
        Environment environment,
        boolean quick,
        long tookNs,
        boolean interrupted,
        List<RowResult> rows,
        List<GroupResult> groups) {
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
            double loadAfter) {
        /** As it is at the end of a run. */
        static Environment now(double loadBefore) {
            return new Environment(
                    Runtime.version().toString(),
                    System.getProperty("java.vm.name"),
                    ManagementFactory.getRuntimeMXBean().getInputArguments(),
                    System.getProperty("os.name") + " " + System.getProperty("os.version"),
                    System.getProperty("os.arch"),
                    processor(),
                    Runtime.getRuntime().availableProcessors(),
                    loadBefore,
                    load());
        }

        /** Of the last minute, negative where it can't be told. */
        static double load() {
            return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        }

        private static String processor() {
            try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
                return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("");
            } catch (IOException notLinux) {
                return "";
            }
        }
    }

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
