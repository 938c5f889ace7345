package org.dmafence.cli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What options were called before, and what to write instead. */
final class Renamed {
    private static final Map<String, String> INSTEAD = Map.of(
            "compare --workload", "name workloads as inputs, as in: dmafence compare hog",
            "unload --driver", "name the driver as input, as in: dmafence unload i915",
            "unload --policy", "it is --issuer-death now",
            "profile --jobs", "name the jobs as input, as in: dmafence profile hog",
            "bench --only", "name rows as inputs, as in: dmafence bench rcu",
            "bench --plots", "it is --save now",
            "race --replay", "name the file as input, as in: dmafence race found/x.json",
            "fuzz --reader", "name readers as inputs, as in: dmafence fuzz trace jar",
            "fuzz --minutes", "it is --duration now, as in: --duration 15m");

    private Renamed() {}

    /** What to say about arguments that a command does not know; {@code null} if they were never known. */
    static @Nullable String hint(String command, List<String> unknown) {
        for (String argument : unknown) {
            String option = argument.replaceFirst("=.*", "");
            String instead = INSTEAD.get(command + " " + option);
            if (instead != null) {
                return option + " is gone: " + instead;
            }
        }
        return null;
    }
}
