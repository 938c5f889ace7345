package org.dmafence.inspect;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.inspect.Part.Kind;
import org.dmafence.report.Units;
import org.dmafence.report.tracks.TrackEvent;
import org.dmafence.report.tracks.TrackWriter;

/**
 * Writes jobs and waits for Perfetto: a track for each ring, below its device, with what the hardware was at; tracks
 * for each client, from submission to end; tracks for each thread that waits, with an arrow from the signal; and a
 * counter of how long jobs took.
 *
 * <p>Overlapping jobs of a client go to tracks side by side. Times are the capture's clock.
 */
public final class PerfettoExport implements Watcher {
    private static final int MAX_TRACKS = 1 << 14;

    private static final class Lanes {
        final FreeLanes free = new FreeLanes();
        final List<Long> tracks = new ArrayList<>(1);
    }

    private final TrackWriter writer;
    private final Map<String, Long> tracks = new HashMap<>();
    private final Map<String, Lanes> lanes = new HashMap<>();
    private long leftOut;

    /**
     * Writes the tracks as they come.
     *
     * @param out stays the caller's to close
     */
    public PerfettoExport(OutputStream out) {
        writer = new TrackWriter(out);
    }

    @Override
    public long leftOut() {
        return leftOut;
    }

    @Override
    public void job(JobStory job) {
        Long ended = job.endedNs();
        if (ended == null) {
            return;
        }
        long device =
                track("device " + job.device(), TrackWriter.NONE, job.device().isEmpty() ? "GPU" : job.device());
        long ring = track("ring " + job.where(), device, job.ring());
        if (ring == TrackWriter.NONE) {
            leftOut++;
            return;
        }
        Long began = job.beganNs();
        if (began != null && began <= ended) {
            TrackEvent event = TrackEvent.of(job.name())
                    .category("job")
                    .annotate("client", job.client())
                    .annotate("submission to end", Units.time(job.totalNs()));
            annotate(event, job.parts());
            dependency(job, ring, event);
            writer.slice(ring, began, ended, event);
        }
        writer.count(counter(job, ring), ended, job.totalNs());
        slice(
                "client " + job.client(),
                track("clients", TrackWriter.NONE, "Clients"),
                job.client(),
                job.submittedNs(),
                ended,
                TrackEvent.of(job.name() + " on " + job.where()));
    }

    /** An arrow from the moment that a dependency signalled. */
    private void dependency(JobStory job, long ring, TrackEvent event) {
        if (job.parts().isEmpty() || job.parts().get(0).kind() != Kind.DEPENDENCY) {
            return;
        }
        Part part = job.parts().get(0);
        long arrow = writer.arrow();
        writer.instant(
                track("signals " + job.where(), ring, "signals"),
                job.submittedNs() + part.ns(),
                TrackEvent.of(String.valueOf(part.because())).arrow(arrow));
        event.arrowEnd(arrow);
    }

    @Override
    public void waited(WaitStory wait) {
        Long ended = wait.endedNs();
        if (ended == null) {
            return;
        }
        TrackEvent event = TrackEvent.of("wait for " + wait.fence()).annotate("of", wait.on());
        annotate(event, wait.parts());
        Long signaled = wait.signaledNs();
        long waits = track("waits", TrackWriter.NONE, "Waits");
        if (signaled != null && signaled >= wait.startedNs()) {
            long arrow = writer.arrow();
            writer.instant(
                    track("signals", waits, "signals"),
                    signaled,
                    TrackEvent.of(wait.fence() + " signals").arrow(arrow));
            event.arrowEnd(arrow);
        }
        String thread = wait.task() + "-" + wait.pid();
        slice("thread " + thread, waits, thread, wait.startedNs(), ended, event);
    }

    private void slice(String key, long parent, String name, long beginNs, long endNs, TrackEvent event) {
        if (lanes.size() >= MAX_TRACKS && !lanes.containsKey(key)) {
            leftOut++;
            return;
        }
        Lanes of = lanes.computeIfAbsent(key, k -> new Lanes());
        int lane = of.free.take(beginNs, endNs);
        if (lane < 0) {
            leftOut++;
            return;
        }
        if (lane == of.tracks.size()) {
            of.tracks.add(writer.track(parent, name));
        }
        writer.slice(of.tracks.get(lane), beginNs, endNs, event);
    }

    private static void annotate(TrackEvent event, List<Part> parts) {
        for (Part part : parts) {
            String because = part.because();
            event.annotate(part.kind().words(), Units.time(part.ns()) + (because == null ? "" : ", " + because));
        }
    }

    /** The track of that key; none if there are too many. */
    private long track(String key, long parent, String name) {
        Long known = tracks.get(key);
        if (known != null) {
            return known;
        }
        if (tracks.size() >= MAX_TRACKS) {
            return TrackWriter.NONE;
        }
        long track = writer.track(parent, name);
        tracks.put(key, track);
        return track;
    }

    private long counter(JobStory job, long ring) {
        return tracks.computeIfAbsent("counter " + job.where(), key -> writer.counter(ring, "submission to end"));
    }
}
