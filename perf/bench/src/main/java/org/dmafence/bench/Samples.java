package org.dmafence.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The windows of a group: for each contender and metric a figure for each round. */
final class Samples {
    /** Whose figures, and of what. */
    record Key(String contender, Metric metric) {}

    private final Map<Key, List<Double>> windows = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    void add(String contender, Metric metric, double value) {
        windows.computeIfAbsent(new Key(contender, metric), key -> new ArrayList<>())
                .add(value);
    }

    /** A contender that can't be measured here, and why. */
    void miss(String contender, String reason) {
        missing.put(contender, reason);
    }

    Map<Key, List<Double>> windows() {
        return windows;
    }

    Map<String, String> missing() {
        return missing;
    }

    /** The windows of one, in order; empty if there are none. */
    double[] of(String contender, Metric metric) {
        return windows.getOrDefault(new Key(contender, metric), List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }
}
