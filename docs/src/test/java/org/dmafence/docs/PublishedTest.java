package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is published has one list of modules, one version and one scheme of names, wherever these are written down. */
class PublishedTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String SKIP = "<maven.deploy.skip>true</maven.deploy.skip>";
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern OWN = Pattern.compile("<artifactId>(dmafence-[a-z0-9-]+)</artifactId>");
    private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");
    private static final Pattern NAMED = Pattern.compile(
            "<Automatic-Module-Name>([^<]+)</Automatic-Module-Name>(?!\\s*</manifestEntries>\\s*</archive>"
                    + "\\s*</configuration>\\s*</execution>)");

    private static final Pattern MODULE_INFO = Pattern.compile("(?m)^module ([a-z.]+) \\{$");

    private static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }

    private static String first(Pattern pattern, String text) {
        return all(pattern, text).get(0);
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).toList();
    }

    private static String ofProject(String pom) {
        int parent = pom.indexOf("</parent>");
        return pom.substring(Math.max(parent, 0));
    }

    /** The poms of all modules, by folder. */
    private static Map<String, String> poms() throws IOException {
        Map<String, String> poms = new TreeMap<>();
        collect("", poms);
        return poms;
    }

    private static void collect(String folder, Map<String, String> poms) throws IOException {
        for (String module : all(MODULE, read(folder + "pom.xml"))) {
            String pom = read(folder + module + "/pom.xml");
            poms.put(folder + module, pom);
            collect(folder + module + "/", poms);
        }
    }

    /** The published jars, by folder: all but the bill of materials and what says that it is not. */
    private static Map<String, String> jars() throws IOException {
        Map<String, String> jars = new TreeMap<>(poms());
        jars.entrySet()
                .removeIf(each -> each.getKey().startsWith("perf")
                        || each.getValue().contains(SKIP)
                        || each.getValue().contains("<packaging>pom</packaging>"));
        return jars;
    }

    @Test
    void shouldPublishNothingOfPerfAndDocs() throws IOException {
        assertThat(poms().get("perf")).contains(SKIP);
        assertThat(poms().get("docs")).contains(SKIP);
        assertThat(jars()).hasSize(7);
    }

    @Test
    void shouldHaveEveryPublishedJarInTheBom() throws IOException {
        List<String> published = new ArrayList<>();
        jars().values().forEach(pom -> published.add(first(OWN, ofProject(pom))));
        String bom = poms().get("subsystem-core/bom");

        assertThat(all(OWN, bom.substring(bom.indexOf("<dependencyManagement>"))))
                .containsExactlyInAnyOrderElementsOf(published);
    }

    @Test
    void shouldNameEveryPublishedModuleByOneScheme() throws IOException {
        for (var jar : jars().entrySet()) {
            List<String> names = new ArrayList<>(all(NAMED, jar.getValue()));
            String descriptor = jar.getKey() + "/src/main/java/module-info.java";
            if (Files.exists(ROOT.resolve(descriptor))) {
                names.addAll(all(MODULE_INFO, read(descriptor)));
            }
            assertThat(names)
                    .as(jar.getKey())
                    .containsExactly(first(OWN, ofProject(jar.getValue()))
                            .replace("dmafence-", "org.dmafence.")
                            .replace("-shim", ""));
        }
    }

    @Test
    void shouldHaveOneVersion() throws IOException {
        String version = first(VERSION, read("pom.xml"));

        poms().forEach((folder, pom) ->
                assertThat(first(VERSION, pom)).as(folder).isEqualTo(version));
        assertThat(read("README.md"))
                .contains("<version>" + version + "</version>")
                .contains("dmafence-bom:" + version + "\"");
        assertThat(read("docs/62-write-a-driver.md")).contains("<version>" + version + "</version>");
    }

    @Test
    void shouldSayWhichAkkaIsTheDefault() throws IOException {
        String akka = first(Pattern.compile("<akka.version>([^<]+)</akka.version>"), read("pom.xml"));

        assertThat(read("README.md")).contains("Akka " + akka + " (the default)");
    }

    @Test
    void shouldCompareTwoBuildsOfEverythingPublished() throws IOException {
        String list = first(Pattern.compile("(?m)^published=\\((.*)\\)$"), read(".ci/reproducible"));

        assertThat(list.split(" ", -1))
                .contains("subsystem-core/bom")
                .containsAll(jars().keySet())
                .hasSize(1 + jars().size());
    }

    /** Without the test kit a module's tests are green whatever lockdep reports. */
    @Test
    void shouldHaveLockdepFailTheTestsOfEveryModuleThatUsesTheCore() throws IOException {
        Map<String, String> tested = new TreeMap<>(poms());
        tested.keySet().removeAll(List.of("subsystem-core", "subsystem-core/testkit", "subsystem-core/bom"));
        tested.values()
                .removeIf(pom -> !pom.contains("<artifactId>dmafence-core<")
                        || pom.contains("<dmafence.lockdep>false</dmafence.lockdep>"));

        assertThat(tested).hasSizeGreaterThan(8);
        tested.forEach((folder, pom) -> assertThat(pom).as(folder).contains("<artifactId>dmafence-testkit<"));
    }
}
