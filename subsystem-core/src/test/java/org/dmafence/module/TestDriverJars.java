package org.dmafence.module;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.agrona.concurrent.NanoClock;
import org.dmafence.driver.DriverProvider;
import org.dmafence.fence.DmaFence;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Compiles drivers at test time into jars, so that unloading is tested on real ones. */
final class TestDriverJars {
    static final String SERVICE = "META-INF/services/" + DriverProvider.class.getName();

    /** A driver named "demo" that a test's own {@code demo.Driver} extends; its ring does what the test tells it. */
    private static final String BASE = """
            package demo;

            import java.util.*;
            import java.util.concurrent.*;
            import org.dmafence.driver.*;
            import org.dmafence.fence.*;

            public abstract class Base implements DriverProvider, DriverModule {
                protected DriverContext context;
                protected final List<Ring> rings = new CopyOnWriteArrayList<>();

                public List<DriverInfo> drivers() { return List.of(info()); }
                public DriverModule create(String name) { return this; }
                public DriverInfo info() { return new DriverInfo("demo", "1.0", "Apache-2.0", "for tests"); }
                public List<IssuerTable> issuers() {
                    return List.of(new IssuerTable("job", Set.of(), IssuerTable.LockKind.INLINE));
                }
                public void init(DriverContext given) { context = given; }
                public HardwareRing openRing(RingSpec spec) {
                    Ring ring = new Ring(spec, this);
                    rings.add(ring);
                    return ring;
                }
                public void exit() {}
                protected FenceLock lock() { return null; }
                protected FenceOps ops() { return new Ops(); }
                protected void submitted(DmaFence fence) {}

                public static class Ops extends FenceOps {
                    public Ops(Op... implemented) { super(implemented); }
                    protected String driverName(DmaFence fence) { return "demo"; }
                    protected String timelineName(DmaFence fence) { return "demo-ring"; }
                }

                public static final class Ring implements HardwareRing {
                    public final Map<Long, DmaFence> flying = new ConcurrentSkipListMap<>();
                    public final FenceContext fences;
                    private final RingSpec spec;
                    private final Base driver;
                    private long seqno;

                    Ring(RingSpec spec, Base driver) {
                        this.spec = spec;
                        this.driver = driver;
                        FenceContext.Builder builder = driver.context.newContext(spec.name());
                        if (driver.lock() != null) builder.lock(driver.lock());
                        fences = builder.build();
                    }
                    public RingSpec spec() { return spec; }
                    public DmaFence submit(RingJob job) {
                        DmaFence fence = fences.newFence(driver.ops(), ++seqno);
                        flying.put(job.id(), fence.retain());
                        driver.submitted(fence);
                        return fence;
                    }
                    public long advance(long nowNs) { return Long.MAX_VALUE; }
                    public boolean complete(long id, FenceError error) {
                        DmaFence fence = flying.remove(id);
                        if (fence == null) return false;
                        if (error == null) fences.signal(fence); else fences.signal(fence, error);
                        fence.release();
                        return true;
                    }
                    public void kill(FenceError error) {
                        for (long id : flying.keySet()) complete(id, error);
                    }
                    public int inFlight() { return flying.size(); }
                }
            }
            """;

    private static final Map<List<String>, Map<String, byte[]>> COMPILED = new ConcurrentHashMap<>();

    private final Path dir;

    TestDriverJars(Path dir) {
        this.dir = dir;
    }

    /** A jar with the base and {@code demo.Driver}, whose members are given. */
    Path demo(String members) {
        return jar("demo.jar", "demo.Driver", null, compile(BASE, driver(members)));
    }

    /** The source of {@code demo.Driver}. */
    static String driver(String members) {
        return """
                package demo;

                import java.util.*;
                import java.util.concurrent.*;
                import org.dmafence.driver.*;
                import org.dmafence.fence.*;

                public final class Driver extends Base {
                %s
                }
                """.formatted(members);
    }

    static String base() {
        return BASE;
    }

    /** Writes a jar of classes or other entries. */
    Path jar(String name, @Nullable String provider, @Nullable String classPath, Map<String, byte[]> entries) {
        Path jar = dir.resolve(name);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (classPath != null) {
            manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        }
        Map<String, byte[]> all = new LinkedHashMap<>(entries);
        if (provider != null) {
            all.put(SERVICE, provider.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            for (Map.Entry<String, byte[]> entry : all.entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar;
    }

    /** Compiles sources against the core; class files by their names in a jar. */
    static Map<String, byte[]> compile(String... sources) {
        return COMPILED.computeIfAbsent(List.of(sources), TestDriverJars::compileNew);
    }

    private static Map<String, byte[]> compileNew(List<String> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> units = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            units.add(new Source(sources.get(i)));
        }
        java.io.StringWriter errors = new java.io.StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            Path classes = Files.createTempDirectory("dmafence-driver");
            files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            files.setLocation(
                    StandardLocation.CLASS_PATH,
                    Stream.of(DmaFence.class, NullMarked.class, NanoClock.class)
                            .map(TestDriverJars::location)
                            .toList());
            List<String> options = List.of("-proc:none", "-g", "--release", "17");
            if (!compiler.getTask(errors, files, null, options, null, units).call()) {
                throw new IllegalArgumentException("the driver does not compile:\n" + errors);
            }
            Map<String, byte[]> entries = new LinkedHashMap<>();
            try (Stream<Path> tree = Files.walk(classes)) {
                for (Path file :
                        tree.sorted(java.util.Comparator.reverseOrder()).collect(Collectors.toList())) {
                    if (Files.isRegularFile(file)) {
                        entries.put(
                                classes.relativize(file).toString().replace(File.separatorChar, '/'),
                                Files.readAllBytes(file));
                    }
                    Files.delete(file);
                }
            }
            return Map.copyOf(entries);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static File location(Class<?> type) {
        try {
            return new File(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String code;

        Source(String code) {
            super(URI.create("string:///" + path(code)), Kind.SOURCE);
            this.code = code;
        }

        private static String path(String code) {
            String pkg = code.replaceFirst("(?s).*?\\bpackage ([\\w.]+);.*", "$1");
            String type = code.replaceFirst("(?s).*?\\bpublic (?:abstract |final )*(?:class|interface) (\\w+).*", "$1");
            return pkg.replace('.', '/') + "/" + type + Kind.SOURCE.extension;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
