package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Comments end where code does, at 120 columns, tables apart: the formatter leaves those of Javadoc as they are. */
class CommentWidthTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int WIDTH = 120;

    private static final List<String> MODULES =
            List.of("subsystem-core", "actors", "drivers", "i915-shim", "amdgpu-shim", "perf", "docs");

    @Test
    void shouldEndAtTheWidthWhereCodeDoes() throws IOException {
        List<String> wide = new ArrayList<>();
        int files = 0;
        for (String module : MODULES) {
            try (Stream<Path> all = Files.walk(ROOT.resolve(module))) {
                for (Path file : all.filter(path -> path.toString().endsWith(".java"))
                        .filter(path -> !path.toString().contains("/target/"))
                        .toList()) {
                    files++;
                    List<String> lines = Files.readAllLines(file);
                    for (int i = 0; i < lines.size(); i++) {
                        if (isWideComment(lines.get(i))) {
                            wide.add(ROOT.relativize(file) + ":" + (i + 1));
                        }
                    }
                }
            }
        }
        assertThat(files).isGreaterThan(500);
        assertThat(wide).isEmpty();
    }

    private static boolean isWideComment(String line) {
        String text = line.strip();
        boolean comment = text.startsWith("*") || text.startsWith("//") || text.startsWith("/*");
        boolean table = text.contains("   ") || text.contains("<td>");
        return comment && !table && line.length() > WIDTH;
    }
}
