package org.dmafence.actors;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds names under {@code dmafence} that nobody reads, so that a slip of the pen does not pass for a setting. */
final class SettingNames {
    private static final Set<String> KEYS = Set.of(
            Settings.MAX_UNFINISHED_JOBS,
            Settings.SCHEDULER_THREADS,
            Settings.ENGINE_THREADS,
            Settings.CALL_TIMEOUT,
            Settings.ISSUER_DEATH,
            Settings.TRACK_SITES,
            Settings.SHUTDOWN_DRAIN_TIMEOUT);

    /** System properties that the core reads, before there is a configuration. */
    private static final String LOCKDEP = Settings.ROOT + ".lockdep";

    private static final Set<String> PROPERTIES =
            Set.of(LOCKDEP, Settings.ROOT + ".rcu.ordering", Settings.ROOT + ".rcu.stallTimeoutNs");

    /** How far a system property may be from a name of ours to be taken for a slip; others may be somebody else's. */
    private static final int SLIP = 3;

    private SettingNames() {}

    /**
     * Looks at all of them.
     *
     * @throws IllegalArgumentException naming a key that is unknown, and the one that was meant
     */
    static void check(Config config) {
        if (!config.hasPath(Settings.ROOT)) {
            return;
        }
        for (Map.Entry<String, ConfigValue> entry :
                config.getConfig(Settings.ROOT).entrySet()) {
            check(Settings.ROOT + "." + entry.getKey(), entry.getValue());
        }
    }

    private static void check(String key, ConfigValue value) {
        if (key.equals(LOCKDEP)
                && !Set.of("true", "false").contains(value.unwrapped().toString())) {
            throw new IllegalArgumentException(key + " is " + value.unwrapped() + "; use true or false");
        }
        if (KEYS.contains(key) || PROPERTIES.contains(key) || key.startsWith(Settings.DISPATCHER + ".")) {
            return;
        }
        boolean property = value.origin().description().contains("system properties");
        String nearest = nearest(key);
        if (!property || distance(key, nearest) <= SLIP) {
            throw new IllegalArgumentException((property ? "system property " : "") + key + " ("
                    + value.origin().description() + ") is no setting of ours; did you mean " + nearest + "?");
        }
    }

    private static String nearest(String key) {
        List<String> known = new ArrayList<>(KEYS);
        known.addAll(PROPERTIES);
        known.add(Settings.DISPATCHER);
        String best = known.get(0);
        for (String one : known) {
            int order = Integer.compare(distance(key, one), distance(key, best));
            if (order < 0 || (order == 0 && one.compareTo(best) < 0)) {
                best = one;
            }
        }
        return best;
    }

    /** How many letters to insert, drop or replace. */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
