package org.dmafence.bench;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What the command line chooses. */
final class Patterns {
    private Patterns() {}

    /**
     * Those whose names match: a part of the name, or the whole of it with {@code *} and {@code ?}. In the order in
     * which they are; all of them if there is no pattern.
     *
     * @throws UnknownRowException if a pattern matches none
     */
    static <T> List<T> choose(List<String> patterns, List<T> all, Function<T, String> name) throws UnknownRowException {
        if (patterns.isEmpty()) {
            return all;
        }
        Set<T> chosen = new LinkedHashSet<>();
        for (String pattern : patterns) {
            Pattern regex = regex(pattern);
            List<T> matches = all.stream()
                    .filter(one -> regex.matcher(name.apply(one)).matches())
                    .toList();
            if (matches.isEmpty()) {
                throw new UnknownRowException(pattern, all.stream().map(name).toList());
            }
            chosen.addAll(matches);
        }
        return all.stream().filter(chosen::contains).toList();
    }

    private static Pattern regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        pattern.chars().forEach(c -> {
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(String.valueOf((char) c)));
            }
        });
        boolean whole = pattern.contains("*") || pattern.contains("?");
        return Pattern.compile(whole ? regex.toString() : ".*" + regex + ".*", Pattern.CASE_INSENSITIVE);
    }
}
