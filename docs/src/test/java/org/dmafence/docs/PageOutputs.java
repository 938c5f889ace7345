package org.dmafence.docs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.dmafence.cli.Main;
import org.dmafence.lockdep.LockdepReport;
import org.dmafence.report.TextTable;
import org.dmafence.testkit.LockdepIncident;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * The blocks of a page that show what a command prints. Each follows a comment with the command:
 *
 * <pre>{@code <!-- output: dmafence race --list -->}</pre>
 *
 * <p>or, to leave out the rest from a line that begins so,
 * {@code <!-- output: dmafence unload; until: loaded classes -->}. What differs from run to run is replaced by fixed
 * words; how to replay a schedule is left out. {@code <!-- output: lockdep MSM_SHRINKER -->} is what lockdep reports of
 * an incident, without the stacks.
 */
final class PageOutputs {
    private static final Pattern BLOCK = Pattern.compile(
            "<!-- output: (?<tool>dmafence|lockdep) (?<command>[^;\\n]*?)(; until: (?<until>[^\\n]*?))? -->\\n"
                    + "```text\\n(?<text>.*?)```\\n",
            Pattern.DOTALL);
    private static final Pattern TIME = Pattern.compile("\\b[0-9][0-9.,]* (ns|us|ms|s)\\b");
    private static final Pattern LINE_NUMBER = Pattern.compile("\\.java:[0-9]+");
    private static final Pattern REPLAY = Pattern.compile("   replay: .*\\n( {11}.*\\n)*");

    private final Path drivers;

    /** Drivers are looked for in a directory. */
    PageOutputs(Path drivers) {
        this.drivers = drivers;
    }

    /** The commands of a page. */
    static List<String> commands(String page) {
        return BLOCK.matcher(page).results().map(block -> block.group(2)).toList();
    }

    /** The page with every block as its command prints it now. */
    String refreshed(String page) {
        Matcher blocks = BLOCK.matcher(page);
        return blocks.replaceAll(block -> Matcher.quoteReplacement(refreshed(block)));
    }

    private String refreshed(MatchResult block) {
        String before = block.group().substring(0, block.start(5) - block.start());
        String command = block.group(2);
        String text = block.group(1).equals("lockdep") ? reported(command) : printed(command, block.group(4));
        return before + text + "```\n";
    }

    private String printed(String command, @Nullable String until) {
        CommandLine line = Main.commandLine(drivers);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(command.split(" "));
        if (!err.toString().isEmpty()) {
            throw new AssertionError("dmafence " + command + " reports: " + err);
        }
        List<String> lines = new ArrayList<>(List.of("$ ./dmafence " + command));
        String text = REPLAY.matcher(out.toString()).replaceAll("");
        List<String> all = LINE_NUMBER
                .matcher(timeless(text))
                .replaceAll(".java:<line>")
                .lines()
                .toList();
        if (until == null) {
            lines.addAll(all);
        } else {
            all.stream().takeWhile(each -> !each.startsWith(until)).forEach(lines::add);
            lines.add("...");
        }
        if (code != 0) {
            lines.add("(exit code " + code + ")");
        }
        return String.join("\n", lines) + "\n";
    }

    private static String timeless(String text) {
        return TIME.matcher(text).replaceAll("<time>");
    }

    private static String reported(String incident) {
        StringBuilder text = new StringBuilder();
        for (LockdepReport report : LockdepIncident.valueOf(incident).broken()) {
            timeless(report.text())
                    .replace("thread " + Thread.currentThread().getName(), "thread <name>")
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("      "))
                    .forEach(line -> text.append(wrapped(line)));
        }
        return text.toString();
    }

    private static String wrapped(String line) {
        String indent = line.startsWith("   ") ? "   " : "";
        return TextTable.wrap(line.strip(), TextTable.width() - indent.length()).stream()
                .map(part -> indent + part + "\n")
                .collect(Collectors.joining());
    }
}
