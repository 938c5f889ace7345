package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.report.Percentiles;
import org.jspecify.annotations.Nullable;

/**
 * Finds what changed between two captures: rings and clients that came or went, and percentiles that differ by more
 * than any two captures of the same do.
 */
final class CaptureChanges {
    private static final double ALIKE = 0.1;

    /** A percentile of fewer is chance. */
    private static final int FEWEST = 20;

    private static final String QUEUE = "queue to run";
    private static final String RUN = "run to end";
    private static final String HARDWARE = "hardware";

    private final List<CaptureChange> changes = new ArrayList<>();

    private CaptureChanges() {}

    static List<CaptureChange> between(Inspection then, Inspection now) {
        CaptureChanges found = new CaptureChanges();
        found.rings(then.rings(), now.rings());
        found.clients(then.clients(), now.clients());
        return List.copyOf(found.changes);
    }

    private void rings(List<RingRow> then, List<RingRow> now) {
        Map<String, RingRow> gone = new LinkedHashMap<>();
        then.forEach(ring -> gone.put(ring.where(), ring));
        for (RingRow ring : now) {
            RingRow earlier = gone.remove(ring.where());
            if (earlier == null) {
                changes.add(new CaptureChange("ring", ring.where(), "is new", null, null));
            } else {
                times("ring", ring.where(), QUEUE, earlier.queueToRunNs(), ring.queueToRunNs());
                times("ring", ring.where(), RUN, earlier.runToEndNs(), ring.runToEndNs());
                times("ring", ring.where(), HARDWARE, earlier.hardwareNs(), ring.hardwareNs());
            }
        }
        gone.keySet().forEach(ring -> changes.add(new CaptureChange("ring", ring, "is gone", null, null)));
    }

    private void clients(List<ClientRow> then, List<ClientRow> now) {
        Map<String, ClientRow> gone = new LinkedHashMap<>();
        then.forEach(client -> gone.putIfAbsent(lasting(client.client()), client)); // the busiest of a name is first
        Map<String, ClientRow> known = new LinkedHashMap<>(gone);
        for (ClientRow client : now) {
            String name = lasting(client.client());
            ClientRow earlier = gone.remove(name);
            if (earlier != null) {
                times("client", client.client(), QUEUE, earlier.queueToRunNs(), client.queueToRunNs());
                times("client", client.client(), RUN, earlier.runToEndNs(), client.runToEndNs());
                times("client", client.client(), HARDWARE, earlier.hardwareNs(), client.hardwareNs());
            } else if (!known.containsKey(name)) {
                changes.add(new CaptureChange("client", client.client(), "is new", null, null));
            }
        }
        gone.values()
                .forEach(client -> changes.add(new CaptureChange("client", client.client(), "is gone", null, null)));
    }

    /** What of a client's name is the same the next time: neither its number nor its thread's. */
    private static String lasting(String client) {
        int open = client.indexOf(" (");
        if (client.startsWith("client ") && open > 0) {
            return client.substring(open + 2, client.length() - 1);
        }
        return client.replaceFirst("-[0-9]+$", "");
    }

    private void times(String what, String who, String figure, Percentiles then, Percentiles now) {
        if (then.count() >= FEWEST && now.count() >= FEWEST) {
            time(what, who, figure + ", median", then.p50(), now.p50());
            time(what, who, figure + ", 90th percentile", then.p90(), now.p90());
            time(what, who, figure + ", 99th percentile", then.p99(), now.p99());
        }
    }

    private void time(String what, String who, String figure, @Nullable Long then, @Nullable Long now) {
        CaptureChange change = new CaptureChange(what, who, figure, then, now);
        Double ratio = change.ratio();
        if (ratio != null && Math.abs(ratio - 1) > ALIKE) {
            changes.add(change);
        }
    }
}
