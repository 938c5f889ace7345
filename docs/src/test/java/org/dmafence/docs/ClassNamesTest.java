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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A class is known by its simple name in logs, stack traces and pages: no two of the house share one. */
class ClassNamesTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /** What every package or module has one of. */
    private static final Set<String> EVERYWHERE = Set.of("package-info", "module-info", "ArchitectureTest");

    @Test
    void shouldBeOfOneClassWhenItIsAName() throws IOException {
        Map<String, Set<String>> places = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file :
                    files.map(ROOT::relativize).filter(ClassNamesTest::isOurs).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                places.computeIfAbsent(name, key -> new TreeSet<>()).add(file.toString());
            }
        }
        places.keySet().removeAll(EVERYWHERE);

        assertThat(places).hasSizeGreaterThan(1000);
        assertThat(places.values()).as("names and the files that share one").allMatch(of -> of.size() == 1);
    }

    /** The examples are projects of their own. */
    private static boolean isOurs(Path file) {
        List<String> folders = Stream.iterate(file.getParent(), at -> at != null, Path::getParent)
                .map(at -> at.getFileName().toString())
                .toList();
        return file.toString().endsWith(".java") && !folders.contains("target") && !folders.contains("examples");
    }
}
