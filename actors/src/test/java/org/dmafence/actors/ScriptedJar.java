package org.dmafence.actors;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.agrona.concurrent.NanoClock;
import org.dmafence.driver.DriverProvider;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.NullMarked;

/** The jar of the scripted driver, compiled once per run from {@code ScriptedDriver.java.txt}. */
final class ScriptedJar {
    /** The driver in it. */
    static final String DRIVER = "scripted";

    private static final String SOURCE = "/ScriptedDriver.java.txt";

    private ScriptedJar() {}

    private static final class Holder {
        static final Path JAR = build();
    }

    static Path path() {
        return Holder.JAR;
    }

    private static Path build() {
        try (InputStream in = Objects.requireNonNull(ScriptedJar.class.getResourceAsStream(SOURCE))) {
            return jarOf(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path jarOf(String source) {
        try {
            Map<String, byte[]> classes = compile(source);
            Path jar = Files.createTempFile("scripted-driver", ".jar");
            jar.toFile().deleteOnExit();
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
                add(
                        out,
                        "META-INF/services/" + DriverProvider.class.getName(),
                        "scripted.ScriptedDriver\n".getBytes(StandardCharsets.UTF_8));
                for (Map.Entry<String, byte[]> type : classes.entrySet()) {
                    add(out, type.getKey().replace('.', '/') + ".class", type.getValue());
                }
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(JarOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new JarEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private static Map<String, byte[]> compile(String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, byte[]> classes = new ConcurrentSkipListMap<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            files.setLocation(
                    StandardLocation.CLASS_PATH,
                    Stream.of(DmaFence.class, NanoClock.class, NullMarked.class)
                            .map(ScriptedJar::location)
                            .toList());
            JavaFileObject unit =
                    new SimpleJavaFileObject(
                            URI.create("string:///scripted/ScriptedDriver.java"), JavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return source;
                        }
                    };
            if (!compiler.getTask(null, new InMemory(files, classes), null, List.of("-proc:none"), null, List.of(unit))
                    .call()) {
                throw new IllegalStateException(SOURCE + " does not compile");
            }
        }
        return classes;
    }

    private static File location(Class<?> type) {
        return new File(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, byte[]> classes;

        InMemory(JavaFileManager files, Map<String, byte[]> classes) {
            super(files);
            this.classes = classes;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + className.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            classes.put(className, toByteArray());
                        }
                    };
                }
            };
        }
    }
}
