package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The drawings are those that their texts describe, and the map of modules is the one that the poms describe. */
class DiagramTest {
    private static final Path DIAGRAMS = Path.of("diagrams").toAbsolutePath();
    private static final boolean REWRITE = Boolean.getBoolean("dmafence.docs.rewrite");
    private static final Pattern OWN = Pattern.compile("<artifactId>dmafence-([a-z0-9-]+)</artifactId>");
    private static final Pattern NAME = Pattern.compile("`([a-z]+)`");
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);

    static List<Path> texts() throws IOException {
        try (Stream<Path> files = Files.list(DIAGRAMS)) {
            return files.filter(file -> file.toString().endsWith(".txt")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void shouldDrawWhatTheTextSays(Path text) throws IOException {
        String drawn = Diagram.svg(Files.readString(text));
        Path drawing = text.resolveSibling(text.getFileName().toString().replace(".txt", ".svg"));
        if (REWRITE) {
            Files.writeString(drawing, drawn);
        }
        assertThat(drawing)
                .as("%s; to draw it anew see docs/diagrams/README.md", drawing.getFileName())
                .hasContent(drawn);
    }

    @Test
    void shouldRefuseWhatItCannotDraw() {
        assertThatThrownBy(() -> Diagram.svg("arrow a b")).hasMessageContaining("no box a");
        assertThatThrownBy(() -> Diagram.svg("circle 1 2")).hasMessageContaining("no such figure");
    }

    /** An arrow for each dependency that does not follow from others, and none besides. */
    @Test
    void shouldMapTheModulesAsThePomsHaveThem() throws IOException {
        Map<String, Set<String>> uses = uses();
        List<String> needed = new ArrayList<>();
        uses.forEach((module, direct) -> direct.stream()
                .filter(used -> direct.stream().noneMatch(other -> reaches(uses, other, used)))
                .forEach(used -> needed.add(module + " " + used)));

        assertThat(Diagram.arrows(Files.readString(DIAGRAMS.resolve("module-map.txt"))))
                .containsExactlyInAnyOrderElementsOf(needed);
        assertThat(uses).containsKeys("core", "cli", "jcstress");
    }

    /** What each module of {@code perf} uses there, as the page on the architecture has it. */
    @Test
    void shouldListWhatTheModulesOfPerfUse() throws IOException {
        Map<String, Set<String>> uses = uses();
        Map<String, Set<String>> listed = new TreeMap<>();
        Set<String> above = new TreeSet<>();
        for (String row : Files.readString(Path.of("30-architecture.md"))
                .lines()
                .filter(line -> line.startsWith("| `perf/"))
                .toList()) {
            String[] cells = row.split("\\|", -1);
            String module = cells[1].strip().replace("`", "").substring("perf/".length());
            Set<String> used = new TreeSet<>();
            if (cells[3].contains("all of these")) {
                used.addAll(above);
            }
            NAME.matcher(cells[3]).results().forEach(m -> used.add(m.group(1)));
            listed.put(module, used);
            above.add(module);
        }
        Map<String, Set<String>> ofPerf = new TreeMap<>();
        for (String module : listed.keySet()) {
            Set<String> used = new TreeSet<>(uses.getOrDefault(module, Set.of("no such module")));
            used.removeAll(Set.of("core", "testkit", "actors", "drivers"));
            ofPerf.put(module, used);
        }
        assertThat(listed).isEqualTo(ofPerf);
        assertThat(listed.keySet()).isEqualTo(perfModules());
    }

    private static Set<String> perfModules() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("../perf"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .map(folder -> folder.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static boolean reaches(Map<String, Set<String>> uses, String from, String to) {
        Set<String> direct = uses.getOrDefault(from, Set.of());
        return direct.contains(to) || direct.stream().anyMatch(next -> reaches(uses, next, to));
    }

    /** What is compiled against: plug-in jars that are only packaged, and what only tests need, are no such thing. */
    private static Map<String, Set<String>> uses() throws IOException {
        Map<String, Set<String>> uses = new TreeMap<>();
        for (Path pom : poms()) {
            String text = Files.readString(pom);
            String module = firstOwn(text.substring(text.indexOf("</parent>")));
            Set<String> direct = new TreeSet<>();
            for (var dependency : DEPENDENCY.matcher(text).results().toList()) {
                String body = dependency.group(1);
                if (body.contains("<artifactId>dmafence-")
                        && !body.contains("<type>")
                        && !body.contains("<scope>test</scope>")) {
                    direct.add(firstOwn(body));
                }
            }
            uses.put(module, direct);
        }
        return uses;
    }

    private static String firstOwn(String text) {
        var match = OWN.matcher(text);
        assertThat(match.find()).as(text).isTrue();
        return match.group(1);
    }

    private static List<Path> poms() throws IOException {
        Path root = DIAGRAMS.getParent().getParent();
        List<Path> poms = new ArrayList<>();
        for (String folder : List.of("", "subsystem-core", "drivers", "perf")) {
            try (Stream<Path> folders = Files.list(root.resolve(folder))) {
                folders.map(each -> each.resolve("pom.xml"))
                        .filter(Files::exists)
                        .filter(pom -> !pom.equals(root.resolve("docs/pom.xml")))
                        .filter(pom -> !pom.equals(root.resolve("perf/pom.xml")))
                        .filter(pom -> !pom.equals(root.resolve("subsystem-core/bom/pom.xml")))
                        .forEach(poms::add);
            }
        }
        return poms;
    }
}
