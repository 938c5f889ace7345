package org.dmafence.cli;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.agrona.concurrent.NanoClock;
import org.dmafence.driver.DriverProvider;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.NullMarked;

/** The jar of the driver that makes the mistake that a test asks for, compiled from {@code PlantedDriver.java.txt}. */
final class PlantedJar {
    /** The system property that names the mistake. */
    static final String MISTAKE = "dmafence.planted";

    private static final Path SOURCES = Path.of("src", "test", "resources");

    private PlantedJar() {}

    /** Compiles it into a directory. */
    static Path into(Path directory) throws IOException {
        return of("planted", "PlantedDriver", directory);
    }

    /** The jar of a driver whose source is in the resources, in a package of its own. */
    static Path of(String name, String type, Path directory) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Path text = SOURCES.resolve(name).resolve(type + ".java.txt");
        Path source = Files.copy(text, directory.resolve(type + ".java"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocation(StandardLocation.CLASS_OUTPUT, List.of(classes.toFile()));
            files.setLocation(
                    StandardLocation.CLASS_PATH,
                    Stream.of(DmaFence.class, NanoClock.class, NullMarked.class)
                            .map(PlantedJar::location)
                            .toList());
            if (!compiler.getTask(
                            null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(source.toFile()))
                    .call()) {
                throw new IllegalStateException(text + " does not compile");
            }
        }
        Path jar = directory.resolve(name + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> all = Files.walk(classes)) {
            out.putNextEntry(new JarEntry("META-INF/services/" + DriverProvider.class.getName()));
            out.write((name + "." + type + "\n").getBytes(StandardCharsets.UTF_8));
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
                Files.copy(file, out);
            }
        }
        return jar;
    }

    private static File location(Class<?> type) {
        return new File(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }
}
