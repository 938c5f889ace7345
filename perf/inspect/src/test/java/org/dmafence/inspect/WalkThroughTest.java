package org.dmafence.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The page that walks through a capture which others recorded shows what is printed of it, where it lies here. */
class WalkThroughTest {
    private static final Path CAPTURE = Path.of("..", "..", "..", "shared", "traces", "public", "gpuvis-amdgpu.zip");
    private static final Path PAGE = Path.of("..", "..", "docs", "67-inspect.md");
    private static final Pattern BLOCK =
            Pattern.compile("```text\n\\$ \\./dmafence inspect amdgpu\\.dat([^\n]*)\n(.*?)```", Pattern.DOTALL);

    private static List<MatchResult> blocks() throws IOException {
        return BLOCK.matcher(Files.readString(PAGE)).results().toList();
    }

    private static String printed(String options) throws IOException, TraceFormatException {
        try (TraceReader reader = TraceReader.ofAll(Files.newInputStream(CAPTURE), "amdgpu.dat")) {
            return InspectText.of(Inspector.read(reader, selection(options.strip()), new Watchers(List.of())), false);
        }
    }

    private static InspectSelection selection(String options) {
        FenceName job = null;
        String client = null;
        String[] words = options.isEmpty() ? new String[0] : options.split(" ", -1);
        for (int i = 0; i < words.length; i += 2) {
            switch (words[i]) {
                case "--job" -> job = FenceName.parse(words[i + 1]);
                case "--client" -> client = words[i + 1];
                default -> throw new AssertionError("the page uses " + words[i]);
            }
        }
        return new InspectSelection(job, null, client, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The first line that is shown and not printed, or not behind the one before it; null if there is none. */
    private static @Nullable String wrong(String shown, String printed) {
        List<String> left = new ArrayList<>(printed.lines().toList());
        for (String line : shown.lines().toList()) {
            int at = line.equals("...") ? -1 : left.indexOf(line);
            if (at < 0 && !line.equals("...")) {
                return line;
            }
            left = left.subList(at + 1, left.size());
        }
        return null;
    }

    @Test
    void shouldShowWhatIsPrinted() throws IOException, TraceFormatException {
        assumeTrue(Files.exists(CAPTURE), () -> CAPTURE + " is not here");
        for (MatchResult block : blocks()) {
            String printed = printed(block.group(1));
            assertThat(wrong(block.group(2), printed))
                    .as("not among what inspect%s prints:\n%s", block.group(1), printed)
                    .isNull();
        }
    }

    @Test
    void shouldFindTheBlocks() throws IOException {
        assertThat(blocks()).hasSizeGreaterThan(1);
        assertThat(wrong("a\n...\nc\n", "a\nb\nc\n")).isNull();
        assertThat(wrong("c\na\n", "a\nb\nc\n")).isEqualTo("a");
    }
}
