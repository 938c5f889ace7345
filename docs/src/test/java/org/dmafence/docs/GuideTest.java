package org.dmafence.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guide says only what is there: its links lead somewhere, and the methods it names exist. */
class GuideTest {
    private static final Path DOCS = Path.of("").toAbsolutePath();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("`([A-Z][A-Za-z]+)(?:#([a-z][A-Za-z0-9]*))?`");
    private static final List<String> PACKAGES = List.of(
            "org.dmafence.fence.",
            "org.dmafence.fence.container.",
            "org.dmafence.lockdep.",
            "org.dmafence.rcu.",
            "org.dmafence.trace.",
            "org.dmafence.module.",
            "org.dmafence.resv.",
            "org.dmafence.sync.",
            "org.dmafence.uapi.");

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(DOCS)) {
            List<Path> pages = files.filter(p -> p.toString().endsWith(".md"))
                    .filter(p -> !DOCS.relativize(p).toString().contains("target"))
                    .collect(Collectors.toList());
            pages.add(DOCS.resolveSibling("README.md"));
            return pages;
        }
    }

    /** A link from a page: to a file, and to a heading in it unless that is empty. */
    private record Link(Path file, String heading) {}

    private static List<Link> links(Path page) throws IOException {
        String text = FENCED.matcher(Files.readString(page)).replaceAll("");
        return LINK.matcher(text)
                .results()
                .filter(m -> !m.group(1).startsWith("http"))
                .map(m -> new Link(
                        m.group(1).isEmpty()
                                ? page
                                : page.getParent().resolve(m.group(1)).normalize(),
                        m.group(2) == null ? "" : m.group(2)))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void shouldLinkOnlyToWhatExists(Path page) throws IOException {
        List<Link> broken = new ArrayList<>();
        for (Link link : links(page)) {
            if (!Files.exists(link.file)
                    || (!link.heading.isEmpty() && !anchors(link.file).contains(link.heading))) {
                broken.add(link);
            }
        }
        assertThat(broken).as("links of " + page.getFileName()).isEmpty();
    }

    /** The headings of a page as links name them. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        String text = FENCED.matcher(Files.readString(page)).replaceAll("");
        HEADING.matcher(text)
                .results()
                .map(m -> m.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
                .forEach(anchors::add);
        return anchors;
    }

    @Test
    void shouldReachEveryPageFromTheIndex() throws IOException {
        Set<Path> reached = new HashSet<>();
        Deque<Path> open = new ArrayDeque<>(List.of(DOCS.resolve("README.md")));
        while (!open.isEmpty()) {
            Path page = open.remove();
            if (reached.add(page) && page.toString().endsWith(".md")) {
                links(page).forEach(link -> open.add(link.file));
            }
        }
        assertThat(reached)
                .containsAll(
                        pages().stream().filter(page -> page.startsWith(DOCS)).toList());
    }

    @Test
    void shouldNameEveryNumberedPageInTheIndex() throws IOException {
        List<Path> named =
                links(DOCS.resolve("README.md")).stream().map(Link::file).toList();
        assertThat(named)
                .containsAll(pages().stream()
                        .filter(page -> page.getParent().equals(DOCS))
                        .filter(page -> !page.endsWith("README.md"))
                        .toList())
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldNameOnlyWhatExistsInTheKernelMap() throws IOException {
        String map = Files.readString(DOCS.resolve("20-kernel-to-java.md"));
        List<String> rows =
                map.lines().filter(line -> line.startsWith("|")).skip(2).toList();
        int checked = 0;
        for (String row : rows) {
            String right = row.substring(row.lastIndexOf('|', row.length() - 2));
            for (var member : MEMBER.matcher(right).results().toList()) {
                Class<?> type = find(member.group(1));
                if (member.group(2) != null) {
                    Set<String> methods = Arrays.stream(type.getMethods())
                            .map(m -> m.getName())
                            .collect(Collectors.toSet());
                    assertThat(methods).as(type.getSimpleName()).contains(member.group(2));
                }
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(40);
    }

    /** Java on a page is a run of lines of a test that runs. */
    @ParameterizedTest
    @MethodSource("pages")
    void shouldQuoteOnlyCodeThatRuns(Path page) throws IOException {
        List<String> sources = new ArrayList<>();
        for (String folder : List.of("src/test/java", "examples")) {
            try (Stream<Path> files = Files.walk(DOCS.resolve(folder))) {
                for (Path source :
                        files.filter(file -> file.toString().endsWith(".java")).toList()) {
                    sources.add(unindented(Files.readString(source)));
                }
            }
        }
        for (var snippet : SNIPPET.matcher(Files.readString(page)).results().toList()) {
            assertThat(sources)
                    .as("a test that runs this snippet of " + page.getFileName())
                    .anyMatch(source -> source.contains(unindented(snippet.group(1))));
        }
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    private static Class<?> find(String simpleName) {
        for (String prefix : PACKAGES) {
            try {
                return Class.forName(prefix + simpleName);
            } catch (ClassNotFoundException e) {
                // it is in another package
            }
        }
        throw new AssertionError("the kernel map names a class that does not exist: " + simpleName);
    }
}
