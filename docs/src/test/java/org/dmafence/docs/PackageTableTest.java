package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The architecture's page has the arrows that each module's {@code ArchitectureTest} holds it to. */
class PackageTableTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9.]+)` \\| `.*` \\|(.*)\\|$");
    private static final Pattern NAME = Pattern.compile("`([a-z0-9.]+)`");
    private static final Pattern LIST = Pattern.compile("(?s)PackageArrows\\.of\\(\\s*\"\"\"\n(.*?)\"\"\"");

    private static Map<String, Set<String>> ofPage() throws IOException {
        Map<String, Set<String>> arrows = new TreeMap<>();
        String page = Files.readString(ROOT.resolve("docs/30-architecture.md"));
        for (MatchResult row : ROW.matcher(page).results().toList()) {
            arrows.put(
                    row.group(1),
                    NAME.matcher(row.group(2))
                            .results()
                            .map(name -> name.group(1))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        return arrows;
    }

    private static Map<String, Set<String>> ofTests() throws IOException {
        Map<String, Set<String>> arrows = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path test : files.filter(file -> file.endsWith("ArchitectureTest.java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .toList()) {
                String list = LIST.matcher(Files.readString(test))
                        .results()
                        .map(match -> match.group(1))
                        .collect(Collectors.joining());
                list.replace("\\\n", " ")
                        .lines()
                        .filter(line -> !line.isBlank())
                        .forEach(line -> {
                            String[] ends = line.strip().split(" -> ", 2);
                            arrows.put(
                                    ends[0],
                                    ends.length == 1 ? Set.of() : new TreeSet<>(List.of(ends[1].split("\\s+"))));
                        });
            }
        }
        return arrows;
    }

    @Test
    void shouldShowThePackagesAndWhatTheyKnow() throws IOException {
        Map<String, Set<String>> tested = ofTests();
        tested.keySet().removeIf(name -> name.equals("cli") || name.startsWith("stress"));

        assertThat(ofPage()).isEqualTo(tested).hasSizeGreaterThan(30);
    }
}
