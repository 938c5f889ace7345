package org.dmafence.module;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Virtual threads that run a module's code, by the JVM's own thread dump: no other list of them is to be had. Sees none
 * before JDK 21, nor those that {@code -Djdk.trackAllThreads=false} hides.
 */
final class VirtualThreads {
    private static final String BEAN = "com.sun.management.HotSpotDiagnosticMXBean";

    private VirtualThreads() {}

    /** One pin for each, named and with its place; empty when they can't be seen. */
    static List<Pin> pins(String loaderName) {
        if (Runtime.version().feature() < 21) {
            return List.of();
        }
        try {
            Path dir = Files.createTempDirectory("dmafence-threads");
            Path dump = dir.resolve("dump.txt");
            try {
                write(dump);
                return read(dump, loaderName + "//");
            } finally {
                Files.deleteIfExists(dump);
                Files.delete(dir);
            }
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError unseen) {
            return List.of();
        }
    }

    private static void write(Path dump) throws ReflectiveOperationException {
        Class<? extends PlatformManagedObject> type = Class.forName(BEAN).asSubclass(PlatformManagedObject.class);
        Class<?> format = Class.forName(BEAN + "$ThreadDumpFormat");
        Method dumpThreads = type.getMethod("dumpThreads", String.class, format);
        try {
            dumpThreads.invoke(
                    ManagementFactory.getPlatformMXBean(type), dump.toString(), format.getEnumConstants()[0]);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** A thread begins with {@code #id "name" virtual}; its frames are indented, the innermost first. */
    private static List<Pin> read(Path dump, String mark) throws IOException {
        List<Pin> pins = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(dump)) {
            String virtual = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("#")) {
                    virtual = line.matches(".*\" virtual\\b.*") ? line.replaceFirst("\" virtual\\b.*", "\"") : null;
                } else if (virtual != null && line.contains(mark)) {
                    String frame = line.substring(line.indexOf(mark) + mark.length());
                    pins.add(new Pin(Pin.Kind.VIRTUAL_THREAD, "virtual thread " + virtual + " runs " + frame, null, 1));
                    virtual = null;
                }
            }
        }
        return pins;
    }
}
