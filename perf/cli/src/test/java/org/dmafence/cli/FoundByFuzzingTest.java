package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.dmafence.fuzz.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that broke a rule once. */
class FoundByFuzzingTest {
    private static final int DEEPER_THAN_THE_PARSER_GOES = 2_000;

    @TempDir
    private Path directory;

    private CommandRun run(String content, String... command) throws Exception {
        Path file = Files.writeString(directory.resolve("input.json"), content);
        String[] arguments = List.of(command).stream()
                .map(word -> word.equals("FILE") ? file.toString() : word)
                .toArray(String[]::new);
        CommandRun run = CommandRun.of(arguments);
        assertThat(run.code()).as(run.err()).isBetween(0, 2);
        assertThat(run.err().lines().count()).isLessThanOrEqualTo(1);
        assertThat(run.err().length()).isLessThan(2_000);
        assertThat((run.err() + run.out()).codePoints().filter(c -> c != '\n'))
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
        return run;
    }

    private static String scenarios(String id, String op, String args) {
        return """
                {"format": 1, "kernel": "Linux 7.2.13", "kind": "dma_fence", "cases": [{"id": "%s", "ops": [
                {"op": "dma_fence_get_stub", "args": {"out": "s"}, "result": {"ret": 7}}, {"op": "%s", "args": %s}]}]}
                """.formatted(id, op, args);
    }

    @Test
    void shouldNameTheFileWhenTheParserGivesUpAtItsOwnLimit() throws Exception {
        String deep = "[".repeat(DEEPER_THAN_THE_PARSER_GOES) + "]".repeat(DEEPER_THAN_THE_PARSER_GOES);
        CommandRun run = run(scenarios("a", "b", deep), "conform", "FILE");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("input.json: not JSON");
    }

    @Test
    void shouldNotPrintWhatMovesTheCursorWhenItIsInTheIdOfACase() throws Exception {
        CommandRun run = run(scenarios("\\u202egpj\\u001b[2J\\t", "\\u009b1m", "{}"), "conform", "FILE");

        assertThat(run.out()).contains("?gpj?[2J?");
    }

    @Test
    void shouldRefuseAFileOfScenariosThatIsTooLarge() throws Exception {
        CommandRun run = run("[" + " ".repeat(17 << 20), "conform", "FILE");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("input.json", "larger than 16 MiB");
    }

    private static String schedule(String from, String to) {
        String text = Seeds.schedules().stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(one -> one.contains("null-table"))
                .collect(Collectors.joining());
        assertThat(text).contains(from);
        return text.replace(from, to);
    }

    @Test
    void shouldSayInOneLineWhichLawIsNotBrokenWhateverItsName() throws Exception {
        CommandRun run = run(schedule("\"null-table\"", "\"x\\n\\u0000y\""), "race", "FILE");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("does not break the law 'x ?y'");
    }

    @Test
    void shouldNameTheFileWhenAScheduleIsOfNothingThatIsKnown() throws Exception {
        CommandRun run = run(schedule("\"merged\"", "\"nosuch\""), "race", "FILE");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("input.json: names-vs-signal has no variant 'nosuch'");
    }

    @Test
    void shouldRefuseAMoveThatNoSearchWouldMake() throws Exception {
        CommandRun run = run("""
                {"format": "dmafence-race-1", "scenario": "names-vs-signal", "variant": "detach-unordered", "memory": "weak",
                "law": "", "moves": [{"party": 0, "how": "buffer", "index": 0}]}
                """, "race", "FILE");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("input.json", "move 1 (party 0, buffer) can't be made");
    }

    @Test
    void shouldCutWhatItQuotesWhenThatHasNoEnd() throws Exception {
        CommandRun run = run(schedule("\"merged\"", "\"" + "m".repeat(100_000) + "\""), "race", "FILE");

        assertThat(run.err()).contains("input.json", " ... ", "name a file that race --save wrote");
    }

    /** Names like it were looked for in a gigabyte. */
    @Test
    @SuppressWarnings("deprecation") // the id of a thread has another name since 19
    void shouldLookForNoNameLikeALongOne() {
        String[] args = new String[60];
        Arrays.fill(args, "x".repeat(3_021));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(id);

        CommandRun run = CommandRun.of(args);

        assertThat(run.code()).isEqualTo(2);
        assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(64 << 20);
    }

    @Test
    void shouldTakeAnAtSignForPartOfAName() throws Exception {
        CommandRun run = run("--help", "conform", "@" + directory.resolve("input.json"));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("no such file");
    }

    @Test
    void shouldKeepTheParsersWarningsOffStandardErrorOfTheProcess() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.dmafence.cli.Main",
                        "compare",
                        "--shims",
                        "\"v")
                .start();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        // Newer JVMs warn of native access, and end that with an empty line.
        assertThat(said.lines().filter(line -> !line.isEmpty() && !line.startsWith("WARNING: ")))
                .hasSize(1);
    }

    @Test
    void shouldRefuseSettingsThatTheLibraryWouldResolveForMinutes() throws Exception {
        Path file = Files.writeString(directory.resolve("many.conf"), "a += 1\n".repeat(300));

        assertThatThrownBy(() -> SettingsFile.read(file))
                .hasMessageContaining("many.conf refers to other settings 300 times");
        Files.writeString(file, "a += 1\n".repeat(20));
        assertThat(SettingsFile.read(file).resolve().getIntList("a")).hasSize(20);
    }
}
