package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmafence.driver.DriverProvider;
import org.dmafence.fence.DmaFence;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who finds which class, and what the loader keeps or does not keep. */
class ModuleClassLoaderTest {
    private static final String GREETER = """
            package demo;

            public final class Greeter implements java.util.concurrent.Callable<String> {
                public String call() { return %s; }
            }
            """;

    @TempDir
    Path dir;

    private TestDriverJars jars = new TestDriverJars(Path.of(""));

    @BeforeEach
    void writeIntoTheTemporaryDirectory() {
        jars = new TestDriverJars(dir);
    }

    private static ModuleClassLoader loader(Path jar) throws ModuleException {
        return new ModuleClassLoader("module test#1", ModuleJar.readWithSiblings(jar), null);
    }

    private static Object greet(ClassLoader loader) throws Exception {
        Object greeter =
                loader.loadClass("demo.Greeter").getDeclaredConstructor().newInstance();
        return ((Callable<?>) greeter).call();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldPreferTheJarsOverTheApplication() throws Exception {
        Map<String, byte[]> entries = TestDriverJars.compile(
                GREETER.formatted("org.agrona.Verify.own()"),
                "package org.agrona;\npublic final class Verify { public static String own() { return \"mine\"; } }");
        ModuleClassLoader loader = loader(jars.jar("a.jar", null, null, entries));
        assertThat(greet(loader)).isEqualTo("mine");
        assertThat(loader.loadClass("org.agrona.Verify")).isNotSameAs(org.agrona.Verify.class);
        assertThat(loader.loadClass("org.agrona.BitUtil")).isSameAs(org.agrona.BitUtil.class);
    }

    @Test
    void shouldShareTheCoreAndTheJdkWhateverIsInTheJar() throws Exception {
        String fence = DmaFence.class.getName().replace('.', '/') + ".class";
        ModuleClassLoader loader = loader(jars.jar("a.jar", null, null, Map.of(fence, utf8("not a class"))));
        assertThat(loader.loadClass(DmaFence.class.getName())).isSameAs(DmaFence.class);
        assertThat(loader.loadClass("java.lang.String")).isSameAs(String.class);
        assertThat(loader.loadClass("javax.tools.Tool")).isSameAs(javax.tools.Tool.class);
    }

    @Test
    void shouldKnowEveryPackageOfTheCore() throws Exception {
        URI location = DmaFence.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        assumeThat(Files.isDirectory(Path.of(location))).isTrue();
        try (Stream<Path> tree = Files.walk(Path.of(location))) {
            Set<String> packages = tree.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("module-info.class"))
                    .map(file -> Path.of(location).relativize(file).getParent())
                    .map(folder -> folder.toString().replace('/', '.').replace('\\', '.'))
                    .collect(Collectors.toSet());
            assertThat(ModuleClassLoader.CORE_PACKAGES).containsAll(packages);
        }
    }

    @Test
    void shouldLoadFromSiblingsThatTheManifestsName() throws Exception {
        jars.jar("deep.jar", null, null, Map.of("deep.txt", utf8("deep")));
        jars.jar("lib.jar", null, "deep.jar demo.jar", TestDriverJars.compile(GREETER.formatted("\"from lib\"")));
        jars.jar("unnamed.jar", null, null, Map.of("unnamed.txt", utf8("no")));
        ModuleClassLoader loader = loader(jars.jar("demo.jar", null, " lib.jar ", Map.of()));
        assertThat(greet(loader)).isEqualTo("from lib");
        assertThat(loader.getResource("deep.txt")).isNotNull();
        assertThat(loader.getResource("unnamed.txt")).isNull();
    }

    @Test
    void shouldTakeOnlyTheMainJarsProviders() throws Exception {
        Map<String, byte[]> classes = TestDriverJars.compile(TestDriverJars.base(), TestDriverJars.driver(""));
        jars.jar("lib.jar", "demo.Driver", null, classes);
        ModuleClassLoader none = loader(jars.jar("main.jar", null, "lib.jar", Map.of()));
        assertThat(ServiceLoader.load(DriverProvider.class, none)).isEmpty();
        ModuleClassLoader one = loader(jars.jar("main2.jar", "demo.Driver", "lib.jar", Map.of()));
        assertThat(ServiceLoader.load(DriverProvider.class, one)).hasSize(1);
    }

    @Test
    void shouldFindResourcesAndOtherServices() throws Exception {
        String service = "META-INF/services/" + Callable.class.getName();
        Map<String, byte[]> entries = new HashMap<>(TestDriverJars.compile(GREETER.formatted("\"hello\"")));
        entries.put(service, utf8("demo.Greeter"));
        entries.put("same.txt", utf8("main"));
        jars.jar("lib.jar", null, null, Map.of("same.txt", utf8("sibling")));
        ModuleClassLoader loader = loader(jars.jar("a.jar", null, "lib.jar", entries));
        assertThat(ServiceLoader.load(Callable.class, loader))
                .singleElement()
                .satisfies(greeter -> assertThat(greeter.call()).isEqualTo("hello"));
        List<URL> same = Collections.list(loader.getResources("same.txt"));
        assertThat(same).extracting(ModuleClassLoaderTest::text).containsExactly("main", "sibling");
        assertThat(same.get(0).toString()).startsWith("dmafence-module:").endsWith("a.jar!/same.txt");
        assertThat(loader.getResourceAsStream("same.txt")).hasContent("main");
        assertThat(loader.getResource("none.txt")).isNull();
    }

    private static String text(URL url) {
        try (InputStream in = url.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void shouldGoOnWhenTheJarIsDeleted() throws Exception {
        Path jar = jars.jar("a.jar", null, null, TestDriverJars.compile(GREETER.formatted("\"still here\"")));
        ModuleClassLoader loader = loader(jar);
        Files.delete(jar);
        assertThat(greet(loader)).isEqualTo("still here");
    }

    @Test
    void shouldKeepNoFileOpen() throws Exception {
        Path descriptors = Path.of("/proc/self/fd");
        assumeThat(Files.isDirectory(descriptors)).isTrue();
        Path jar = jars.jar("a.jar", null, null, TestDriverJars.compile(GREETER.formatted("\"hello\"")));
        ModuleClassLoader loader = loader(jar);
        assertThat(greet(loader)).isEqualTo("hello");
        try (Stream<Path> open = Files.list(descriptors)) {
            assertThat(open.map(ModuleClassLoaderTest::target)).doesNotContain(jar.toRealPath());
        }
    }

    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException closedMeanwhile) {
            return descriptor;
        }
    }

    @Test
    void shouldDefineClassesInADomainThatDoesNotReferToTheLoader() throws Exception {
        Path jar = jars.jar("a.jar", null, null, TestDriverJars.compile(GREETER.formatted("\"hello\"")));
        Class<?> type = loader(jar).loadClass("demo.Greeter");
        assertThat(type.getProtectionDomain().getClassLoader()).isNull();
        assertThat(type.getProtectionDomain().getCodeSource().getLocation())
                .isEqualTo(jar.toUri().toURL());
    }

    @Test
    void shouldNameTheModuleInStackFrames() throws Exception {
        String frame = "new Throwable().getStackTrace()[0].getClassLoaderName()";
        Path jar = jars.jar("a.jar", null, null, TestDriverJars.compile(GREETER.formatted(frame)));
        assertThat(greet(loader(jar))).isEqualTo("module test#1");
    }

    @Test
    void shouldDefineNothingMoreWhenClosed() throws Exception {
        ModuleClassLoader loader =
                loader(jars.jar("a.jar", null, null, TestDriverJars.compile(GREETER.formatted("\"hello\""))));
        loader.close();
        assertThatThrownBy(() -> loader.loadClass("demo.Greeter"))
                .isInstanceOf(ClassNotFoundException.class)
                .hasMessageContaining("module test#1 after its unloading");
        assertThat(loader.loadClass("java.lang.String")).isSameAs(String.class);
    }
}
