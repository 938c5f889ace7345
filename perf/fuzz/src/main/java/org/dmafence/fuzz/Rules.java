package org.dmafence.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What no input may bring a reader to do. */
final class Rules {
    static final int BAD_INPUT = 2;
    private static final int LONGEST_ERROR = 2_000;
    private static final Pattern STACK_FRAME = Pattern.compile("(?m)^\\s+at [\\w.$/@]+\\(.*\\)$");

    /** picocli's hint behind a mistake on the command line. */
    private static final Pattern HINT =
            Pattern.compile("(?m)^(Try '.*--help'|Did you mean: .*|Possible solutions: .*)[.?]?\\R");

    private Rules() {}

    /**
     * What was wrong.
     *
     * @param rule which one was broken
     * @param detail how
     */
    record Broken(String rule, String detail) {
        private static final Pattern NUMBERS = Pattern.compile("\\d+");
        private static final int ALIKE = 160;

        /** What findings of one cause have in common. */
        String kind() {
            String shape = NUMBERS.matcher(detail).replaceAll("#");
            return rule + ": " + (shape.length() > ALIKE ? shape.substring(0, ALIKE) : shape);
        }
    }

    static @Nullable Broken check(Trial.Outcome outcome, Subject subject) {
        Throwable thrown = outcome.thrown();
        if (thrown != null) {
            return new Broken("throws", thrown.getClass().getName() + where(thrown));
        }
        List<Broken> broken = new ArrayList<>();
        String err = HINT.matcher(outcome.err()).replaceAll("");
        if (outcome.code() < 0 || outcome.code() > BAD_INPUT) {
            broken.add(new Broken("exit code", outcome.code() + ": " + first(err)));
        }
        if (outcome.code() == BAD_INPUT && err.isBlank() && outcome.out().isBlank()) {
            broken.add(new Broken("silent", "exit code 2 and no word why"));
        }
        if (err.lines().count() > 1) {
            broken.add(new Broken("one line", err.lines().count() + " lines: " + first(err)));
        }
        if (err.length() > LONGEST_ERROR) {
            broken.add(new Broken("short", "an error of " + err.length() + " characters"));
        }
        if (STACK_FRAME.matcher(outcome.err() + outcome.out()).find()) {
            broken.add(new Broken("stack trace", first(err)));
        }
        if (!outcome.stray().isEmpty()) {
            broken.add(new Broken("past the command", first(outcome.stray())));
        }
        addControl(broken, "standard error", outcome.err());
        addControl(broken, "standard output", outcome.out());
        if (outcome.code() == BAD_INPUT
                && subject.limits().namesFile()
                && !err.isBlank()
                && !err.contains(subject.fileName())) {
            broken.add(new Broken("names the file", first(err)));
        }
        if (!outcome.left().isEmpty()) {
            broken.add(new Broken("leftovers", String.join(", ", outcome.left())));
        }
        if (outcome.bytes() > subject.limits().bytes()) {
            broken.add(new Broken("memory", (outcome.bytes() >> 20) + " MiB allocated"));
        }
        return broken.isEmpty() ? null : broken.get(0);
    }

    private static void addControl(List<Broken> broken, String where, String text) {
        text.codePoints()
                .filter(c -> c != '\n'
                        && c != '\r'
                        && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT))
                .findFirst()
                .ifPresent(c -> broken.add(new Broken("control character", String.format("U+%04X on %s", c, where))));
    }

    /** The frame that threw. */
    private static String where(Throwable thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        String message = thrown.getMessage() == null ? "" : ": " + first(String.valueOf(thrown.getMessage()));
        return (frames.length == 0 ? "" : " at " + frames[0]) + message;
    }

    private static String first(String text) {
        return text.lines().findFirst().orElse("");
    }
}
