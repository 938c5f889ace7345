package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dmafence.cli.Main;
import org.dmafence.race.RaceListing;
import org.dmafence.race.Variant;
import org.dmafence.race.incident.Incidents;
import org.dmafence.race.scenario.Scenarios;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The tables that one looks things up in have what the code has: no more and no less. */
class ReferenceTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/");
    private static final Pattern LOCK = Pattern.compile("LockClass\\s*\\.(?:of|spin)\\(\\s*\"([^\"]+)\"");
    private static final Pattern THREAD = Pattern.compile("\"(dmafence-[a-z-]*)\"");

    /** A protocol of URLs, a directory, a group of threads, and what names of several kinds begin with. */
    private static final Set<String> NO_THREADS =
            Set.of("dmafence-module", "dmafence-threads", "dmafence-engines-", "dmafence-");

    private final CommandLine line = Main.commandLine(Path.of("no-drivers"));

    @Test
    void shouldListEveryCommand() throws IOException {
        assertThat(firstColumn("66-command-line.md", "## Commands"))
                .containsExactlyInAnyOrderElementsOf(line.getSubcommands().keySet());
    }

    @Test
    void shouldListEveryExitCode() throws IOException {
        List<String> codes = new ArrayList<>();
        for (String row : rows("66-command-line.md", "## Exit codes")) {
            codes.add(row.split("\\|", -1)[1].strip());
        }
        assertThat(codes)
                .containsExactlyElementsOf(
                        line.getCommandSpec().usageMessage().exitCodeList().keySet())
                .contains("70", "130");
        String readme = Files.readString(Path.of("../README.md"));
        assertThat(readme.substring(readme.indexOf("The exit code is"))).contains(codes);
    }

    @Test
    void shouldListEveryVariantOfTheRaceLab() throws IOException {
        Set<String> variants = new TreeSet<>();
        for (var scenarios : List.of(Scenarios.all(), Incidents.all())) {
            variants.addAll(
                    RaceListing.variants(scenarios).stream().map(Variant::name).collect(Collectors.toSet()));
        }
        assertThat(firstColumn("86-race-lab.md", "## The variants")).containsExactlyInAnyOrderElementsOf(variants);
    }

    @Test
    void shouldListEverySettingWithItsDefault() throws IOException {
        Config own = ConfigFactory.parseResources("reference.conf").resolve().getConfig("dmafence");
        Map<String, String> settings = new TreeMap<>();
        own.entrySet()
                .forEach(each -> settings.put(
                        "dmafence." + each.getKey(),
                        String.valueOf(each.getValue().unwrapped())));
        settings.keySet().removeIf(key -> key.startsWith("dmafence.dispatcher."));
        settings.put("dmafence.dispatcher", "two threads");

        Map<String, String> listed = new TreeMap<>();
        for (String row : rows("85-operations.md", "## Settings of the actors")) {
            String[] cells = row.split("\\|", -1);
            listed.put(cells[1].replace("`", "").strip(), cells[2].strip());
        }
        assertThat(listed).isEqualTo(settings);
    }

    /** Each lock that the core shows to lockdep, and each thread that it or the actors name. */
    @Test
    void shouldNameLocksAndThreadsAsTheCodeDoes() throws IOException {
        String page = Files.readString(Path.of("40-concurrency.md"));
        List<String> sources = new ArrayList<>();
        for (String module : List.of("subsystem-core", "actors")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path source : files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> !file.toString().contains("testkit"))
                        .toList()) {
                    sources.add(COMMENT.matcher(Files.readString(source)).replaceAll(""));
                }
            }
        }
        assertThat(found(LOCK, sources))
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(name -> assertThat(page).contains(name));
        Set<String> threads = found(THREAD, sources);
        threads.removeAll(NO_THREADS);
        assertThat(threads)
                .hasSizeGreaterThan(4)
                .allSatisfy(name -> assertThat(page).contains(name));
    }

    private static Set<String> found(Pattern literal, List<String> sources) {
        Set<String> names = new TreeSet<>();
        for (String source : sources) {
            literal.matcher(source).results().forEach(m -> names.add(m.group(1)));
        }
        return names;
    }

    /** What is in code type in the first column of a table. */
    private static List<String> firstColumn(String page, String heading) throws IOException {
        List<String> names = new ArrayList<>();
        for (String row : rows(page, heading)) {
            CODE.matcher(row.substring(0, row.indexOf('|', 1))).results().forEach(m -> names.add(m.group(1)));
        }
        return names;
    }

    /** The rows of the first table after a heading. */
    private static List<String> rows(String page, String heading) throws IOException {
        return Files.readString(Path.of(page))
                .lines()
                .dropWhile(each -> !each.equals(heading))
                .dropWhile(each -> !each.startsWith("|"))
                .takeWhile(each -> each.startsWith("|"))
                .skip(2)
                .toList();
    }
}
