package org.dmafence.race.scenario;

import java.util.Map;
import java.util.Set;
import org.dmafence.race.Memory;
import org.dmafence.race.Variant;

/**
 * Which scenario shows which form's mistake. The searches know nothing of it: it is there so that a mistake which
 * nothing finds is a fault of the lab, and is reported as one.
 */
final class Planted {
    /** Marks what only memory that reorders shows. */
    private static final String WEAK = "~";

    private static final Map<String, Set<String>> SHOWN = Map.ofEntries(
            shows(
                    "before",
                    "deadline-vs-unload defer-vs-unload lock-after-unload poll-vs-unload release-vs-unload wait-vs-unload"),
            shows("v5", "lock-after-unload poll-vs-unload timeline-vs-signal"),
            shows(
                    "v5-detach",
                    "lock-after-unload poll-vs-signal poll-vs-unload timeline-vs-signal deadline-vs-unload~ names-vs-signal~"
                            + " names-vs-unload~ trace-vs-signal~"),
            shows("merged", "timeline-vs-signal trace-vs-signal names-vs-signal~ names-vs-unload~"),
            shows("7.2.13-unordered", "poll-vs-signal~"),
            shows("no-grace-period", "deadline-vs-unload names-vs-unload poll-vs-unload release-vs-forced-unload"),
            shows("barrier-forgotten", "defer-vs-unload"),
            shows("detach-before-test-and-set", "names-vs-signal timeline-vs-signal names-vs-unload trace-vs-signal"),
            shows("detach-unordered", "names-vs-signal~ timeline-vs-signal~ names-vs-unload~"),
            shows(
                    "payload-before-ops",
                    "deadline-vs-unload names-vs-signal names-vs-unload poll-vs-signal poll-vs-unload timeline-vs-signal"
                            + " trace-vs-signal"),
            shows(
                    "callbacks-under-the-spin-bit",
                    "add-callback-vs-signal merge-vs-signal remove-vs-signal wait-vs-signal"),
            shows("release-outside-rcu", "release-vs-forced-unload"),
            shows("forgotten-before-told", "defer-vs-unload release-vs-forced-unload release-vs-unload"),
            shows("wait-without-pinning", "wait-vs-unload"),
            shows("unclaimed-end", "done-vs-recall"),
            shows("start-acquires", "held-vs-start~"),
            shows("close-acquires", "new-vs-close~"),
            shows("broken", "can-queue-vs-free done-vs-recall status-vs-signal"));

    private Planted() {}

    private static Map.Entry<String, Set<String>> shows(String variant, String scenarios) {
        return Map.entry(variant, Set.of(scenarios.split(" ")));
    }

    /** Whether the scenario shows the mistake of a form, in this memory. */
    static boolean isDue(String scenario, Variant variant, Memory memory) {
        Set<String> shown = SHOWN.getOrDefault(variant.name(), Set.of());
        return shown.contains(scenario) || (memory == Memory.WEAK && shown.contains(scenario + WEAK));
    }
}
