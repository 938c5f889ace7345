package org.dmafence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** An option means the same wherever it occurs. */
class VocabularyTest {
    /** They print no report. */
    private static final Set<String> WITHOUT_REPORT = Set.of("help", "completion");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(--[a-z-]+)[^`]*` \\| ([^|]*) \\|");
    private static final Pattern WORD = Pattern.compile("`([a-z]+)`");

    private final Map<String, CommandLine> commands =
            Main.commandLine(Path.of("no-drivers")).getSubcommands();

    @Test
    void shouldTakeTheSameArgumentAndDefaultUnderOneNameEverywhere() {
        Map<String, Set<String>> meanings = new TreeMap<>();
        commands.forEach((name, command) -> options(command)
                .forEach(option -> meanings.computeIfAbsent(option.longestName(), any -> new TreeSet<>())
                        .add(meaning(option))));

        assertThat(meanings)
                .hasSizeGreaterThan(30)
                .allSatisfy(
                        (option, different) -> assertThat(different).as(option).hasSize(1));
    }

    /**
     * The kind of argument; defaults of chance, form and colour are the same, and those of shims and times are a
     * command's own.
     */
    private static String meaning(OptionSpec option) {
        String label = option.paramLabel().replace("|all", "");
        boolean shared = Set.of("--seed", "--format", "--color").contains(option.longestName());
        return label + (shared ? " " + option.defaultValue() : "");
    }

    @Test
    void shouldHaveFormAndPlaceForEveryReport() {
        commands.forEach((name, command) -> {
            if (!WITHOUT_REPORT.contains(name)) {
                assertThat(command.getCommandSpec().optionsMap()).as(name).containsKeys("--format", "--out");
            }
        });
    }

    @Test
    void shouldBeInTheTableOfThePage() throws IOException {
        String page = Files.readString(Path.of("../../docs/66-command-line.md"));
        String table = page.substring(page.indexOf("## One vocabulary"), page.indexOf("## For programs"));
        Map<String, Set<String>> written = new TreeMap<>();
        ROW.matcher(table).results().forEach(row -> written.put(row.group(1), words(row)));
        Map<String, Set<String>> real = new TreeMap<>();
        commands.forEach((name, command) -> options(command)
                .forEach(option -> real.computeIfAbsent(option.longestName(), any -> new TreeSet<>())
                        .add(name)));
        real.values().removeIf(where -> where.size() < 2);
        real.keySet().removeAll(Set.of("--help", "--version", "--debug", "--color"));

        assertThat(written).isEqualTo(real);
    }

    private static Set<String> words(MatchResult row) {
        return new TreeSet<>(
                WORD.matcher(row.group(2)).results().map(word -> word.group(1)).toList());
    }

    private static List<OptionSpec> options(CommandLine command) {
        return new ArrayList<>(command.getCommandSpec().options());
    }
}
