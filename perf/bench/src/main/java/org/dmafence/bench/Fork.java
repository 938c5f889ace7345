package org.dmafence.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Runs {@link BenchProcess} for a group and collects what it tells. */
final class Fork {
    private static final long PATIENCE_S = 10;

    private static final int JDK_WITH_NATIVE_ACCESS = 22;

    private static final Pattern SAID = Pattern.compile(
            Arrays.stream(BenchProcess.Line.values()).map(Enum::name).collect(Collectors.joining("|", "^(", ")\t")));

    private Fork() {}

    /**
     * Measures a group in a new process.
     *
     * @param samples gets the windows
     * @param progress is told how far it is
     * @throws IOException if the process ends without having said everything; its own words are on standard error
     */
    static void run(Group group, BenchPlan plan, Samples samples, Consumer<String> progress)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(group, plan))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        boolean complete = false;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                complete |= read(line, samples, progress);
            }
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS) || !complete) {
                throw new IOException("the process that measures " + group.name() + " ended early");
            }
        } finally {
            process.destroyForcibly(); // also ends by itself when this process does
        }
    }

    private static List<String> command(Group group, BenchPlan plan) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agentlib") && !option.startsWith("-javaagent"))
                .filter(option -> !option.equals("-ea")) // under test; assertions are no part of what is measured
                .forEach(command::add);
        if (Runtime.version().feature() >= JDK_WITH_NATIVE_ACCESS) {
            command.add("--enable-native-access=ALL-UNNAMED"); // which a jar's manifest says for -jar alone
        }
        command.addAll(group.jvmOptions());
        command.addAll(List.of("-cp", classPath(plan), BenchProcess.class.getName()));
        command.addAll(List.of(
                group.name(),
                String.valueOf(plan.quick()),
                plan.natives().toString(),
                plan.drivers().toString(),
                plan.peers().toString(),
                String.valueOf(plan.waiters())));
        return command;
    }

    /** This process's, and the peers, which only those that measure load. */
    private static String classPath(BenchPlan plan) {
        String own = System.getProperty("java.class.path");
        return Files.isDirectory(plan.peers())
                ? own + File.pathSeparator + plan.peers().resolve("*")
                : own;
    }

    /** Takes a line in; true if it says that this was all. */
    static boolean read(String line, Samples samples, Consumer<String> progress) {
        if (!SAID.matcher(line).find()) {
            System.err.println(line); // a warning of the JVM, which goes to standard output
            return false;
        }
        String[] cells = line.split("\t", -1);
        switch (BenchProcess.Line.valueOf(cells[0])) {
            case PROGRESS -> progress.accept(cells[1]);
            case SAMPLE -> samples.add(cells[1], Metric.valueOf(cells[2]), Double.parseDouble(cells[3]));
            case MISSING -> samples.miss(cells[1], cells[2]);
            case END -> {
                return true;
            }
        }
        return false;
    }
}
