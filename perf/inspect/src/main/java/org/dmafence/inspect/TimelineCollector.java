package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.inspect.Part.Kind;
import org.dmafence.report.Units;
import org.dmafence.report.page.Hue;
import org.dmafence.report.page.Timeline;

/**
 * Collects what a page's timeline shows: a lane for each ring with what its hardware was at, coloured by client, and
 * one for each thread that waits, with arrows to who was let go on. The first jobs and waits that a page has room for.
 */
public final class TimelineCollector implements Watcher {
    /** Grey is all others', and slate the waits'. */
    private static final List<Hue> HUES =
            List.of(Hue.BLUE, Hue.ORANGE, Hue.GREEN, Hue.PURPLE, Hue.GOLD, Hue.PINK, Hue.AMBER, Hue.BROWN, Hue.RED);

    private static final int MOST_THREADS = 24;
    private static final String OTHERS = "others";
    private static final String WAITS = "a wait";

    private record Bar(String lane, long beginNs, long endNs, String key, String name) {}

    private record Arrow(String fromLane, long fromNs, String toLane, long toNs) {}

    private final Map<String, Long> rings = new LinkedHashMap<>();
    private final Map<String, Long> threads = new LinkedHashMap<>();
    private final Map<String, Long> clients = new LinkedHashMap<>();
    private final List<Bar> bars = new ArrayList<>();
    private final List<Arrow> arrows = new ArrayList<>();
    private long leftOut;

    @Override
    public void job(JobStory job) {
        Long began = job.beganNs();
        Long ended = job.endedNs();
        if (began == null || ended == null) {
            return;
        }
        String lane = job.where();
        if (!room(rings, lane, Timeline.MOST_LANES - MOST_THREADS)) {
            return;
        }
        clients.merge(job.client(), ended - began, Long::sum);
        StringBuilder name = new StringBuilder(job.name()).append(", ").append(Units.time(job.totalNs()));
        Part largest = Totals.largest(job.parts()); // all of them would make most of the page
        if (largest != null) {
            name.append(": ").append(InspectFindings.spent(largest));
        }
        bars.add(new Bar(lane, began, Math.max(began, ended), job.client(), name.toString()));
        dependency(job, lane, began);
    }

    private void dependency(JobStory job, String lane, long began) {
        if (!job.parts().isEmpty() && job.parts().get(0).kind() == Kind.DEPENDENCY) {
            arrow(
                    ringOf(job.parts().get(0), lane),
                    job.submittedNs() + job.parts().get(0).ns(),
                    lane,
                    began);
        }
    }

    /** The ring of a dependency, which is described as {@code C:S of RING (CLIENT)}; its own if that is not one. */
    private String ringOf(Part part, String otherwise) {
        String because = String.valueOf(part.because());
        return rings.keySet().stream()
                .filter(ring -> because.contains(" of " + ring + " ("))
                .findFirst()
                .orElse(otherwise);
    }

    @Override
    public void waited(WaitStory wait) {
        Long ended = wait.endedNs();
        String lane = "wait: " + wait.task() + "-" + wait.pid();
        if (ended == null || !room(threads, lane, MOST_THREADS)) {
            return;
        }
        String name = wait.fence() + " of " + wait.on() + ", " + Units.time(wait.totalNs());
        bars.add(new Bar(lane, wait.startedNs(), ended, WAITS, name));
        Long signaled = wait.signaledNs();
        if (signaled != null && signaled >= wait.startedNs() && rings.containsKey(wait.on())) {
            arrow(wait.on(), signaled, lane, ended);
        }
    }

    private void arrow(String fromLane, long fromNs, String toLane, long toNs) {
        if (arrows.size() < Timeline.MOST_ARROWS) {
            arrows.add(new Arrow(fromLane, fromNs, toLane, toNs));
        }
    }

    private boolean room(Map<String, Long> lanes, String lane, int most) {
        boolean room = bars.size() < Timeline.MOST_BARS && (lanes.size() < most || lanes.containsKey(lane));
        if (room) {
            lanes.merge(lane, 1L, Long::sum);
        } else {
            leftOut++;
        }
        return room;
    }

    @Override
    public long leftOut() {
        return leftOut;
    }

    boolean isEmpty() {
        return bars.isEmpty();
    }

    /** When the timeline begins. */
    long originNs() {
        return bars.stream().mapToLong(Bar::beginNs).min().orElse(0);
    }

    Timeline timeline() {
        long origin = originNs();
        long end = bars.stream().mapToLong(Bar::endNs).max().orElse(0);
        List<String> lanes = new ArrayList<>(rings.keySet());
        lanes.addAll(threads.keySet());
        Map<String, Integer> laneOf = places(lanes);
        List<String> names = new ArrayList<>(clients.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(HUES.size())
                .map(Map.Entry::getKey)
                .toList());
        List<Timeline.Key> keys = new ArrayList<>();
        names.forEach(name -> keys.add(new Timeline.Key(name, HUES.get(keys.size()))));
        Map<String, Integer> keyOf = places(names);
        if (!threads.isEmpty()) {
            keyOf.put(WAITS, keys.size());
            keys.add(new Timeline.Key(WAITS, Hue.SLATE));
        }
        int others = keys.size();
        if (clients.size() > names.size()) {
            keys.add(new Timeline.Key(OTHERS, Hue.GREY));
        }
        return new Timeline(
                "What the hardware was at, and who waited",
                lanes,
                keys,
                end - origin,
                bars.stream()
                        .map(bar -> new Timeline.Bar(
                                laneOf.getOrDefault(bar.lane, 0),
                                bar.beginNs - origin,
                                bar.endNs - bar.beginNs,
                                keyOf.getOrDefault(bar.key, others),
                                bar.name))
                        .toList(),
                arrows.stream()
                        .map(arrow -> new Timeline.Arrow(
                                laneOf.getOrDefault(arrow.fromLane, 0),
                                arrow.fromNs - origin,
                                laneOf.getOrDefault(arrow.toLane, 0),
                                arrow.toNs - origin))
                        .toList());
    }

    private static Map<String, Integer> places(List<String> names) {
        Map<String, Integer> places = new LinkedHashMap<>();
        names.forEach(name -> places.put(name, places.size()));
        return places;
    }
}
