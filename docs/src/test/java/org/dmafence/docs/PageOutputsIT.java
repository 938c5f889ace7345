package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every output on a page is what its command prints. With {@code -Ddmafence.docs.rewrite=true} the pages are written
 * anew instead; the command is in {@code docs/70-testing.md}.
 */
class PageOutputsIT {
    private static final Path DOCS = Path.of("").toAbsolutePath();
    private static final boolean REWRITE = Boolean.getBoolean("dmafence.docs.rewrite");
    private static final String DRIVERS = System.getProperty("dmafence.docs.drivers", "");
    private static final Pattern TEST =
            Pattern.compile("`([A-Z][A-Za-z]+(?:Test|IT|Incident))(?:#([a-z][A-Za-z0-9]*))?`");

    @BeforeAll
    static void onlyWithDrivers() {
        assumeTrue(!DRIVERS.isEmpty(), "the drivers' jars are there in the execution with-drivers only");
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            List<Path> pages = new ArrayList<>();
            for (Path page : files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                if (!PageOutputs.commands(Files.readString(page)).isEmpty()) {
                    pages.add(page);
                }
            }
            return pages;
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void shouldShowWhatItsCommandsPrint(Path page) throws IOException {
        String refreshed = new PageOutputs(Path.of(DRIVERS)).refreshed(Files.readString(page));
        if (REWRITE) {
            Files.writeString(page, refreshed);
        }
        assertThat(page)
                .as("%s; to write its outputs anew see docs/70-testing.md", page.getFileName())
                .hasContent(refreshed);
    }

    @Test
    void shouldNoticeABlockThatItsCommandDoesNotPrint() {
        PageOutputs outputs = new PageOutputs(Path.of(DRIVERS));
        String page = "before\n<!-- output: dmafence race vgem-close --no-times -->\n```text\nelse\n```\nafter\n";
        String refreshed = outputs.refreshed(page);

        assertThat(refreshed)
                .startsWith("before\n<!-- output: ")
                .contains("```text\n$ ./dmafence race vgem-close --no-times\n", "vgem-close, broken, memory sc:")
                .doesNotContain("else")
                .endsWith("```\nafter\n");
        assertThat(outputs.refreshed(refreshed)).isEqualTo(refreshed);
    }

    @Test
    void shouldFindBothPages() throws IOException {
        assertThat(pages())
                .extracting(page -> page.getFileName().toString())
                .contains("88-the-review-answered.md", "89-incident-book.md");
    }

    /** What the book names as catching an incident is there. */
    @Test
    void shouldNameOnlyTestsThatExist() throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(DOCS.getParent())) {
            sources = files.filter(file -> file.toString().endsWith(".java")).toList();
        }
        for (Path page : pages()) {
            for (var named : TEST.matcher(Files.readString(page)).results().toList()) {
                assertThat(isThere(sources, named.group(1), named.group(2)))
                        .as("%s names %s", page.getFileName(), named.group())
                        .isTrue();
            }
        }
    }

    private static boolean isThere(List<Path> sources, String type, @Nullable String method) throws IOException {
        for (Path source : sources) {
            if (source.endsWith(type + ".java")
                    && (method == null || Files.readString(source).contains(" " + method + "("))) {
                return true;
            }
        }
        return false;
    }
}
