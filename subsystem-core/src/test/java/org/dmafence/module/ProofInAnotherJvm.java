package org.dmafence.module;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.dmafence.fence.FenceRuntime;

/** Loads and unloads a driver in a JVM with flags that the tests' own can't have, and prints the certificate. */
final class ProofInAnotherJvm {
    /** More than one, for what one unloading did to the heap must not be what the next one's proof needs. */
    static final int CYCLES = 3;

    private ProofInAnotherJvm() {}

    /** Runs it; what it printed. */
    static String run(Path dir, String liveMb, String... flags) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(ProofInAnotherJvm.class.getName());
        command.add(dir.toString());
        command.add(liveMb);
        Path out = Files.createTempFile(dir, "proof", ".txt");
        Process jvm = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!jvm.waitFor(120, TimeUnit.SECONDS)) {
            jvm.destroyForcibly();
        }
        return Files.readString(out);
    }

    public static void main(String[] args) throws Exception {
        byte[][] live = new byte[Integer.parseInt(args[1])][];
        for (int i = 0; i < live.length; i++) {
            live[i] = new byte[1 << 20];
        }
        try (Modules modules = Modules.create(FenceRuntime.system(), ModuleSettings.defaults())) {
            Path jar = new TestDriverJars(Path.of(args[0])).demo("");
            long before = fullCollections();
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                LoadedModule module = modules.insmod(jar, "demo");
                System.out.println(module.rmmod(UnloadPolicy.orderly().withCollectTimeoutNs(20_000_000_000L)));
                System.out.println("reached " + module.state() + ", full collections " + (fullCollections() - before)
                        + ", kept " + live.length);
            }
        }
    }

    private static long fullCollections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(bean -> bean.getName().equals("G1 Old Generation"))
                .mapToLong(bean -> bean.getCollectionCount())
                .sum();
    }
}
