package org.dmafence.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.dmafence.profile.ProfileReport.HeapPoint;
import org.dmafence.profile.Recorder.Second;
import org.dmafence.report.page.Axis;
import org.dmafence.report.page.HeatMap;
import org.dmafence.report.page.Hue;
import org.dmafence.report.page.LineChart;
import org.dmafence.report.page.Series;
import org.jspecify.annotations.Nullable;

/**
 * One shim's measured time, second by second. Of a long run, several seconds make one place, which shows the worst of
 * them.
 */
final class SecondCharts {
    /** Places along the axis. */
    static final int MOST_PLACES = 600;

    private static final double SECOND_NS = 1e9;

    private final String shim;
    private final List<Second> seconds;
    private final int step;
    private final List<Double> places = new ArrayList<>();

    SecondCharts(String shim, List<Second> seconds) {
        this.shim = shim;
        this.seconds = seconds;
        step = 1 + (seconds.size() - 1) / MOST_PLACES;
        groups().forEach(group -> places.add(group.get(group.size() - 1).atNs() / SECOND_NS));
    }

    private List<List<Second>> groups() {
        List<List<Second>> groups = new ArrayList<>();
        for (int i = 0; i < seconds.size(); i += step) {
            groups.add(seconds.subList(i, Math.min(seconds.size(), i + step)));
        }
        return groups;
    }

    /** Percentiles of what ended in each second. */
    LineChart latency(Hue hue) {
        return new LineChart(
                "The whole way of jobs that ended in each second of " + shim + worst(),
                false,
                time(),
                Axis.logarithmic("latency", Axis.Unit.NANOSECONDS),
                places,
                null,
                List.of(
                        Series.line("maximum", Hue.GREY, worst(Second::maxNs)),
                        Series.dashed("p99", hue, worst(Second::p99Ns)),
                        Series.line("p50", hue, worst(Second::p50Ns))));
    }

    /** What went through, and what was to. */
    LineChart load(double intendedPerSecond, Hue hue) {
        List<@Nullable Double> ended = new ArrayList<>();
        double from = 0;
        int place = 0;
        for (List<Second> group : groups()) {
            long jobs = group.stream().mapToLong(Second::finished).sum();
            double until = places.get(place++);
            ended.add(until > from ? (Double) (jobs / (until - from)) : null);
            from = until;
        }
        List<Series> series = new ArrayList<>(List.of(Series.line("ended", hue, ended)));
        if (intendedPerSecond > 0) {
            List<@Nullable Double> intended = new ArrayList<>();
            places.forEach(each -> intended.add(intendedPerSecond));
            series.add(0, Series.dashed("intended", Hue.GREY, intended));
        }
        return new LineChart(
                "Jobs of " + shim + " that ended in a second",
                true,
                time(),
                Axis.plain("jobs", Axis.Unit.PER_SECOND),
                places,
                null,
                series);
    }

    /** What was due and had not ended. */
    LineChart backlog(Hue hue) {
        List<@Nullable Double> jobs = new ArrayList<>();
        groups().forEach(group -> jobs.add(
                (double) group.stream().mapToLong(Second::backlog).max().orElse(0)));
        return new LineChart(
                "Backlog of " + shim + ": jobs due and not ended at the end of each second" + worst(),
                true,
                time(),
                Axis.plain("jobs", Axis.Unit.COUNT),
                places,
                null,
                List.of(Series.line("backlog", hue, jobs)));
    }

    /** How many took how long, in each second. */
    HeatMap heat(Hue hue) {
        List<HeatMap.Cell> cells = new ArrayList<>();
        int last = 0;
        int column = 0;
        for (List<Second> group : groups()) {
            Map<Integer, Long> rows = new TreeMap<>();
            for (Second second : group) {
                LatencyCounts latencies = second.latencies();
                for (int i = 0; i < latencies.jobs().size(); i++) {
                    rows.merge(latencies.first() + i, latencies.jobs().get(i), Long::sum);
                }
            }
            for (Map.Entry<Integer, Long> row : rows.entrySet()) {
                if (row.getValue() > 0) {
                    cells.add(new HeatMap.Cell(column, row.getKey(), row.getValue()));
                    last = Math.max(last, row.getKey());
                }
            }
            column++;
        }
        List<Double> edges = new ArrayList<>();
        for (int row = 0; row <= last + 1; row++) {
            edges.add(LatencyCounts.fromNs(row));
        }
        return new HeatMap(
                "How many jobs of " + shim + " took how long: the stronger the colour, the more",
                "jobs",
                hue,
                time(),
                Axis.logarithmic("latency", Axis.Unit.NANOSECONDS),
                places,
                edges,
                cells);
    }

    /** What collections left; the first is not at 0, nor do they come at equal distances. */
    static LineChart heap(String shim, List<HeapPoint> points, Hue hue) {
        int step = 1 + (points.size() - 1) / MOST_PLACES;
        List<Double> places = new ArrayList<>();
        List<@Nullable Double> bytes = new ArrayList<>();
        for (int i = 0; i < points.size(); i += step) {
            places.add(points.get(i).atNs() / SECOND_NS);
            bytes.add((double) points.subList(i, Math.min(points.size(), i + step)).stream()
                    .mapToLong(HeapPoint::usedBytes)
                    .max()
                    .orElse(0));
        }
        return new LineChart(
                "Heap in use after each collection of " + shim,
                true,
                time(),
                Axis.plain("after a collection", Axis.Unit.BYTES),
                places,
                null,
                List.of(Series.dotted("heap", hue, bytes)));
    }

    private static Axis time() {
        return Axis.plain("seconds since the measuring began", Axis.Unit.SECONDS);
    }

    private String worst() {
        return step == 1 ? "" : ", the worst of each " + step + " seconds";
    }

    private List<@Nullable Double> worst(Function<Second, @Nullable Long> value) {
        List<@Nullable Double> values = new ArrayList<>();
        for (List<Second> group : groups()) {
            values.add(group.stream()
                    .filter(second -> second.maxNs() > 0)
                    .map(value)
                    .filter(Objects::nonNull)
                    .mapToDouble(ns -> Math.max(1, ns))
                    .boxed()
                    .max(Double::compare)
                    .orElse(null));
        }
        return values;
    }
}
