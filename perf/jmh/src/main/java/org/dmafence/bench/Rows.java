package org.dmafence.bench;

import static org.dmafence.bench.Bar.atMost;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The table's lines and their bars. */
final class Rows {
    private static final List<Row> ALL = List.of(
            cpu(
                    "rcu-read-handle",
                    "RCU read section, handle",
                    "rcu-read",
                    RcuGroups.HANDLE,
                    RcuGroups.URCU_MEMB,
                    atMost(0.33)),
            cpu(
                    "rcu-read-handle-limit",
                    "RCU read section, handle, beside the limit",
                    "rcu-read",
                    RcuGroups.HANDLE,
                    RcuGroups.HAND_TOKEN,
                    atMost(1.15).stretch(1.05)),
            cpu(
                    "rcu-read-own-thread",
                    "RCU read section, own thread class",
                    "rcu-read",
                    RcuGroups.OWN,
                    RcuGroups.URCU_MEMB,
                    atMost(0.45)),
            cpu(
                    "rcu-read-foreign-thread",
                    "RCU read section, foreign thread",
                    "rcu-read",
                    RcuGroups.FOREIGN,
                    RcuGroups.URCU_MEMB,
                    atMost(1.1)),
            cpu(
                    "rcu-read-fallback",
                    "RCU read section without membarrier",
                    "rcu-read-fallback",
                    RcuGroups.HANDLE,
                    RcuGroups.URCU_MB,
                    atMost(0.2)),
            cpu(
                    "fence-signal",
                    "create, add a callback, signal",
                    "fence-signal",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.62).stretch(0.55)),
            cpu(
                    "fence-signal-at",
                    "create, add a callback, signal at a given time",
                    "fence-signal-at",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.53)),
            cpu(
                    "fence-is-signaled",
                    "isSignaled",
                    "fence-is-signaled",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.8)),
            cpu(
                    "fence-1000-callbacks",
                    "1000 callbacks, create to signal",
                    "fence-many-callbacks",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.30)),
            cpu(
                    "fence-batch",
                    "64 fences of a timeline, create to signal",
                    "fence-batch",
                    FenceGroups.FENCE,
                    FenceGroups.FUTURE,
                    atMost(0.4)));

    private Rows() {}

    private static Row cpu(String name, String what, String group, String ours, String peer, Bar bar) {
        return new Row(name, what, group, Metric.CPU_NS, ours, peer, bar);
    }

    static List<Row> all() {
        return ALL;
    }

    /**
     * The rows whose names match: a part of the name, or the whole of it with {@code *} and {@code ?}.
     *
     * @throws UnknownRowException if a pattern matches none
     */
    static List<Row> matching(List<String> patterns) throws UnknownRowException {
        if (patterns.isEmpty()) {
            return ALL;
        }
        List<Row> chosen = new ArrayList<>();
        for (String pattern : patterns) {
            Pattern regex = regex(pattern);
            List<Row> matches = ALL.stream()
                    .filter(row -> regex.matcher(row.name()).matches())
                    .toList();
            if (matches.isEmpty()) {
                throw new UnknownRowException(
                        pattern, ALL.stream().map(Row::name).toList());
            }
            chosen.addAll(matches);
        }
        return ALL.stream().filter(chosen::contains).toList();
    }

    private static Pattern regex(String pattern) {
        boolean glob = pattern.contains("*") || pattern.contains("?");
        StringBuilder regex = new StringBuilder();
        pattern.chars().forEach(c -> {
            if (c == '*') {
                regex.append(".*");
            } else if (c == '?') {
                regex.append('.');
            } else {
                regex.append(Pattern.quote(String.valueOf((char) c)));
            }
        });
        return Pattern.compile(glob ? regex.toString() : ".*" + regex + ".*", Pattern.CASE_INSENSITIVE);
    }
}
