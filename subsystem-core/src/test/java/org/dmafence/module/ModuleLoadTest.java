package org.dmafence.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.dmafence.driver.DriverInfo;
import org.dmafence.fence.FenceError;
import org.junit.jupiter.api.Test;

/** Loading, and what it says when it can't. */
class ModuleLoadTest extends ModuleFixture {
    private ModuleException failure(Path jar, String driver) {
        ModuleException failure = catchThrowableOfType(ModuleException.class, () -> modules.insmod(jar, driver));
        assertThat(failure).isNotNull();
        assertThat(failure.jar()).isEqualTo(jar.toString());
        assertThat(failure).hasMessageStartingWith(jar + ": " + failure.reason() + "; ");
        assertThat(modules.loaded()).isEmpty();
        return failure;
    }

    private ModuleException failure(String members) {
        return failure(new TestDriverJars(dir).demo(members), "demo");
    }

    @Test
    void shouldLoadListAndNameDriver() throws Exception {
        LoadedModule module = load("");
        assertThat(module.info()).isEqualTo(new DriverInfo("demo", "1.0", "Apache-2.0", "for tests"));
        assertThat(module.issuers()).hasSize(1);
        assertThat(module.state()).isEqualTo(ModuleState.LIVE);
        assertThat(modules.loaded()).containsExactly(module);
        assertThat(module).hasToString("module demo 1.0 (LIVE)");
    }

    @Test
    void shouldTellWhatAJarOffersAndKeepNothingOfIt() throws Exception {
        Path jar = new TestDriverJars(dir).demo("");
        assertThat(modules.modinfo(jar)).extracting(DriverInfo::name).containsExactly("demo");
        assertThat(modules.loaded()).isEmpty();
    }

    @Test
    void shouldSayWhenFileIsMissing() {
        assertThat(failure(dir.resolve("none.jar"), "demo")).hasMessageContaining("no such file");
    }

    @Test
    void shouldSayWhenFileIsADirectory() {
        assertThat(failure(dir, "demo")).hasMessageContaining("directory");
    }

    @Test
    void shouldSayWhenFileIsNoJar() throws Exception {
        Path text = Files.writeString(dir.resolve("text.jar"), "this is text");
        assertThat(failure(text, "demo")).hasMessageContaining("not a jar");
    }

    @Test
    void shouldSayWhenJarHasNoProvider() {
        Path jar = new TestDriverJars(dir).jar("plain.jar", null, null, Map.of("a.txt", new byte[] {1}));
        assertThat(failure(jar, "demo")).hasMessageContaining("no driver").hasMessageContaining(TestDriverJars.SERVICE);
    }

    @Test
    void shouldSayWhenProviderThrows() {
        ModuleException failure = failure("public Driver() { throw new UnsupportedOperationException(\"no card\"); }");
        assertThat(failure).hasMessageContaining("drivers() failed").hasRootCauseMessage("%s", rootOf("no card"));
    }

    private static String rootOf(String message) {
        return UnsupportedOperationException.class.getName() + ": " + message;
    }

    @Test
    void shouldSayWhenProviderIsNotThere() {
        Path jar = new TestDriverJars(dir)
                .jar("empty.jar", "demo.Missing", null, TestDriverJars.compile(TestDriverJars.base()));
        assertThat(failure(jar, "demo")).hasMessageContaining("demo.Missing");
    }

    @Test
    void shouldListTheDriversWhenNameIsUnknown() {
        Path jar = new TestDriverJars(dir).demo("");
        assertThat(failure(jar, "i915"))
                .hasMessageContaining("no driver \"i915\"")
                .hasMessageContaining("it has \"demo\"");
    }

    @Test
    void shouldSayWhenModuleAndProviderDisagreeOnTheName() {
        ModuleException failure = failure("""
                public List<DriverInfo> drivers() { return List.of(super.info()); }
                public DriverInfo info() { return new DriverInfo("other", "", "", ""); }
                """);
        assertThat(failure).hasMessageContaining("makes \"other\"");
    }

    @Test
    void shouldSayWhenProviderMakesNothing() {
        assertThat(failure("public DriverModule create(String name) { return null; }"))
                .hasMessageContaining("answered null");
    }

    @Test
    void shouldRefuseSecondModuleOfTheSameName() throws Exception {
        LoadedModule module = load("");
        assertThatThrownBy(() -> load(""))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining("loaded already")
                .hasMessageContaining("rmmod demo");
        assertThat(modules.loaded()).containsExactly(module);
    }

    @Test
    void shouldSayWhenClassesAreTooNew() {
        Map<String, byte[]> classes =
                new HashMap<>(TestDriverJars.compile(TestDriverJars.base(), TestDriverJars.driver("")));
        byte[] future = Objects.requireNonNull(classes.get("demo/Driver.class")).clone();
        future[7] = 99; // the major version's low byte
        classes.put("demo/Driver.class", future);
        Path jar = new TestDriverJars(dir).jar("future.jar", "demo.Driver", null, classes);
        assertThat(failure(jar, "demo"))
                .hasMessageContaining("needs a newer Java")
                .hasMessageContaining("than " + Runtime.version().feature());
    }

    @Test
    void shouldSayWhenAClassIsMissing() {
        Map<String, byte[]> classes =
                new HashMap<>(TestDriverJars.compile(TestDriverJars.base(), TestDriverJars.driver("")));
        classes.remove("demo/Base.class");
        Path jar = new TestDriverJars(dir).jar("partial.jar", "demo.Driver", null, classes);
        assertThat(failure(jar, "demo"))
                .hasMessageContaining("a class is missing")
                .hasMessageContaining("demo/Base");
    }

    @Test
    void shouldSayWhenASiblingIsMissing() {
        Path jar = new TestDriverJars(dir)
                .jar(
                        "demo.jar",
                        "demo.Driver",
                        "dmafence-drivers-9.jar",
                        TestDriverJars.compile(TestDriverJars.base()));
        assertThat(failure(jar, "demo"))
                .hasMessageContaining("dmafence-drivers-9.jar")
                .hasMessageContaining("put it into " + dir);
    }

    @Test
    void shouldUnloadAgainWhenInitThrows() throws Exception {
        ModuleException failure = failure("""
                public static class NoCard extends RuntimeException {
                    public NoCard() { super("no card in slot 3"); }
                }
                public void init(DriverContext given) {
                    super.init(given);
                    openRing(new RingSpec("d", "r", "job", 1)).submit(RingJob.external(1));
                    throw new NoCard();
                }
                public void exit() { context.notice("must not be called"); }
                """);
        assertThat(failure).hasMessageContaining("init() failed").hasMessageContaining("no card in slot 3");
        assertThat(failure)
                .cause()
                .isInstanceOfSatisfying(
                        DriverFailure.class,
                        cause -> assertThat(cause.getStackTrace()[0])
                                .extracting(StackTraceElement::getClassLoaderName)
                                .asString()
                                .startsWith("module demo#"));
        assertThat(notices).isEmpty();
        assertThat(load("").state()).isEqualTo(ModuleState.LIVE);
    }

    @Test
    void shouldGiveUpWhenInitHangs() {
        Modules impatient = Modules.create(
                runtime, ModuleSettings.defaults().withNotices(notices::add).withCallTimeoutNs(500 * MS));
        Path jar = new TestDriverJars(dir).demo("""
                        public void init(DriverContext given) {
                            try { Thread.sleep(1_000_000); } catch (InterruptedException e) { given.notice("interrupted"); }
                        }
                        """);
        assertThatThrownBy(() -> impatient.insmod(jar, "demo"))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining("init() hangs")
                .hasMessageContaining("dmafence-demo-init");
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("dmafence-demo-init")));
    }

    @Test
    void shouldRefuseToLoadIntoAClosedList() {
        modules.close();
        assertThatThrownBy(() -> load("")).isInstanceOf(IllegalStateException.class);
        assertThat(modules.loaded()).isEmpty();
    }

    @Test
    void shouldUnloadEverythingByForceWhenListIsClosed() throws Exception {
        LoadedModule module = load(RELEASING);
        var fence = submit(module.openRing(RING), 1);
        modules.close();
        assertThat(fence.status().error()).isEqualTo(FenceError.ECANCELED);
        assertThat(module.state()).isIn(ModuleState.CLOSED, ModuleState.COLLECTED);
    }

    @Test
    void shouldLetDriverFindItsOwnResources() throws Exception {
        Map<String, byte[]> entries =
                new HashMap<>(TestDriverJars.compile(TestDriverJars.base(), TestDriverJars.driver("""
                        public void init(DriverContext given) {
                            try (var in = Driver.class.getResourceAsStream("/firmware.bin")) {
                                given.notice(new String(in.readAllBytes()));
                            } catch (java.io.IOException e) { throw new RuntimeException(e); }
                        }
                        """)));
        entries.put("firmware.bin", "v7".getBytes(StandardCharsets.UTF_8));
        modules.insmod(new TestDriverJars(dir).jar("demo.jar", "demo.Driver", null, entries), "demo");
        assertThat(notices).containsExactly("demo: v7");
    }

    @Test
    void shouldRefuseADriverWhoseNameIsNone() {
        for (String name : new String[] {"\" \"", "\"x\".repeat(101)"}) {
            String info = "public DriverInfo info() { return new DriverInfo(" + name + ", \"1\", \"MIT\", \"\"); }";
            assertThatThrownBy(() -> modules.modinfo(new TestDriverJars(dir).demo(info)))
                    .isInstanceOf(ModuleException.class)
                    .hasMessageContaining("demo.jar")
                    .hasMessageContaining("give it a name of 1 to 100");
        }
    }

    @Test
    void shouldNameWhatIsNullWhereADriverDescribesItself() {
        String info = "public DriverInfo info() { return new DriverInfo(\"demo\", null, \"MIT\", \"\"); }";
        String table =
                "public List<IssuerTable> issuers() { return List.of(new IssuerTable(\"job\", Set.of(), null)); }";
        assertThatThrownBy(() -> load(info)).isInstanceOf(ModuleException.class).hasMessageContaining("version");
        assertThatThrownBy(() -> load(table))
                .isInstanceOf(ModuleException.class)
                .hasMessageContaining("lock");
    }

    @Test
    void shouldSayWhatWasThrownWhenItHasNoStackTrace() {
        assertThatThrownBy(() -> load("""
                        public void init(DriverContext given) {
                            throw new RuntimeException("no frames") {
                                public StackTraceElement[] getStackTrace() { return null; }
                            };
                        }
                        """)).isInstanceOf(ModuleException.class).hasMessageContaining("no frames");
    }
}
