package org.dmafence.docs;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Jars of test classes: as a plug-in's build makes them. */
public final class TestJars {
    private static final Path CLASSES = Path.of("target/test-classes");

    private TestJars() {}

    /** A jar of one package without its tests, which provides a service unless that is empty. */
    public static Path of(Path jar, String packageName, String service, String provider) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Path type : classes(CLASSES.resolve(packageName.replace('.', '/')))) {
                out.putNextEntry(new JarEntry(packageName.replace('.', '/') + "/" + type.getFileName()));
                out.write(Files.readAllBytes(type));
            }
            if (!service.isEmpty()) {
                out.putNextEntry(new JarEntry("META-INF/services/" + service));
                out.write(provider.getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private static List<Path> classes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.toString().endsWith("Test.class"))
                    .toList();
        }
    }
}
