package org.dmafence.profile;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The tracks of a shim: every edge for all clients together, and for each client; the one behind the load's clients is
 * the sleeper, whose jobs count for themselves alone. Used by one thread.
 */
public final class Tracks {
    /** What the client is called that sleeps for each of its jobs. */
    static final String SLEEPER = "sleeper";

    private final Map<Edge, Track> all = new EnumMap<>(Edge.class);
    private final List<Map<Edge, Track>> clients = new ArrayList<>();
    private final List<Edge> clientEdges = Edge.ofClients();
    private final int sleeper;
    private final long sleepersGapNs;

    /** @param sleepersGapNs from one of the sleeper's jobs to the next */
    Tracks(String shim, List<String> clientNames, long sleepersGapNs) {
        this.sleepersGapNs = sleepersGapNs;
        for (Edge edge : Edge.values()) {
            all.put(edge, new Track(edge, tag(shim, edge), true));
        }
        List<String> names = new ArrayList<>(clientNames);
        sleeper = names.size();
        names.add(SLEEPER);
        for (String name : names) {
            Map<Edge, Track> edges = new EnumMap<>(Edge.class);
            for (Edge edge : clientEdges) {
                edges.put(edge, new Track(edge, tag(shim, name, edge), false));
            }
            clients.add(edges);
        }
    }

    /** What an edge of a shim is called in the logs, such as {@code i915:queue-run}. */
    static String tag(String shim, Edge edge) {
        return word(shim) + ":" + edge.tag();
    }

    /** What an edge of a client is called in the logs. */
    static String tag(String shim, String client, Edge edge) {
        return word(shim) + ":" + word(client) + ":" + edge.tag();
    }

    /** Tags end at a comma or a blank. */
    private static String word(String name) {
        return name.replaceAll("[^A-Za-z0-9._/-]", "_");
    }

    /**
     * Records every edge that a job has. The sleeper sends nothing while it sleeps; its times stand for what it slept
     * through.
     */
    void record(Times times) {
        for (Edge edge : clientEdges) {
            long ns = times.of(edge);
            if (ns != Probe.NEVER) {
                Track own = track(clients.get(times.client()), edge);
                if (times.client() != sleeper) {
                    own.record(ns);
                    track(all, edge).record(ns);
                } else {
                    own.recordForAll(ns, sleepersGapNs);
                    if (edge == Edge.SIGNAL_WAKE) {
                        track(all, edge).recordForAll(ns, sleepersGapNs);
                    }
                }
            }
        }
    }

    /** Records a grace period, and those that could not begin because of it. */
    void recordGracePeriod(long ns, long gapNs) {
        of(Edge.GRACE_PERIOD).recordForAll(ns, gapNs);
    }

    /** The track of all clients together. */
    Track of(Edge edge) {
        return track(all, edge);
    }

    /** The tracks of a client; the last one is the sleeper's. */
    Map<Edge, Track> client(int client) {
        return clients.get(client);
    }

    private static Track track(Map<Edge, Track> tracks, Edge edge) {
        return Objects.requireNonNull(tracks.get(edge));
    }

    void forEach(Consumer<Track> action) {
        all.values().forEach(action);
        clients.forEach(client -> client.values().forEach(action));
    }
}
