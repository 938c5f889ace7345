package org.dmafence.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows lines of words and numbers. Bytes stand for themselves: the text is taken for ISO-8859-1 and written back as
 * that.
 */
public final class Lines implements Mutator {
    private static final int MOST_ROUNDS = 6;
    private static final int MOST_LINES = 2_000;
    private static final int LONG = 4_096;
    private static final Pattern TOKEN = Pattern.compile("\\d+(?:\\.\\d+)?|[A-Za-z_][\\w-]*|[^\\w\\s]+|\\s+");
    private static final Pattern FIELD = Pattern.compile("(?<![\\w-])[\\w-]{1,40}[=:] ?[^\\s,]{0,200},?");
    private static final Pattern NUMBER = Pattern.compile("\\d+(?:\\.\\d+)?");

    @Override
    public byte[] mutate(byte[] seed, byte[] other, SplittableRandom random) {
        List<String> lines = split(seed);
        for (int rounds = 1 + random.nextInt(MOST_ROUNDS); rounds > 0; rounds--) {
            once(lines, other, random);
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> split(byte[] text) {
        return new ArrayList<>(List.of(new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)));
    }

    private static void once(List<String> lines, byte[] other, SplittableRandom random) {
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        switch (random.nextInt(14)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, line);
            case 2 -> lines.set(at, lines.set(random.nextInt(lines.size()), line));
            case 3 -> lines.add(at, line(split(other), random));
            case 4 -> lines.set(at, replace(line, NUMBER, Extremes.number(random), random));
            case 5 -> lines.set(at, replace(line, NUMBER, Extremes.number(random), random));
            case 6 -> lines.set(at, replace(line, TOKEN, encoded(Extremes.text(random)), random));
            case 7 -> lines.set(at, replace(line, FIELD, "", random));
            case 8 -> lines.set(at, replace(line, FIELD, "$0 $0", random));
            case 9 -> lines.set(at, replace(line, TOKEN, "$0$0", random));
            case 10 -> lines.set(at, replace(line, TOKEN, "", random));
            case 11 -> lines.set(at, replace(line, FIELD, other(line, random), random));
            case 12 -> lines.add(at, encoded(Extremes.text(random)));
            default -> many(lines, at, random);
        }
        if (lines.isEmpty()) {
            lines.add("");
        }
    }

    /** One place that the pattern finds; {@code $0} is what stood there. */
    private static String replace(String line, Pattern pattern, String by, SplittableRandom random) {
        if (line.length() > LONG) {
            return line; // looking for places would take longer than reading it
        }
        List<int[]> places = new ArrayList<>();
        for (Matcher matcher = pattern.matcher(line); matcher.find(); ) {
            places.add(new int[] {matcher.start(), matcher.end()});
        }
        if (places.isEmpty()) {
            return line;
        }
        int[] place = places.get(random.nextInt(places.size()));
        String old = line.substring(place[0], place[1]);
        return line.substring(0, place[0]) + by.replace("$0", old) + line.substring(place[1]);
    }

    /** Another field of the line. */
    private static String other(String line, SplittableRandom random) {
        if (line.length() > LONG) {
            return "";
        }
        List<String> fields = new ArrayList<>();
        for (Matcher matcher = FIELD.matcher(line); matcher.find(); ) {
            fields.add(matcher.group());
        }
        return fields.isEmpty() ? "" : fields.get(random.nextInt(fields.size()));
    }

    /** The same line again and again with its numbers counting. */
    private static void many(List<String> lines, int at, SplittableRandom random) {
        String line = lines.get(at);
        int times = Math.min(MOST_LINES - lines.size(), 1 + random.nextInt(1 << random.nextInt(10)));
        for (int i = 0; i < times; i++) {
            lines.add(at, replace(line, NUMBER, Integer.toString(i), random));
        }
    }

    private static String line(List<String> lines, SplittableRandom random) {
        return lines.get(random.nextInt(lines.size()));
    }

    private static String encoded(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
