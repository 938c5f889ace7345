package org.dmafence.inspect;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dmafence.inspect.Part.Kind;
import org.dmafence.report.Units;

/**
 * Writes jobs and waits as Perfetto's TrackEvents: a track for each ring, below its device, with what the hardware was
 * at; tracks for each client, from submission to end; tracks for each thread that waits, with an arrow from the signal;
 * and a counter of how long jobs took. Numbers are those of {@code perfetto_trace.proto}.
 *
 * <p>Overlapping jobs of a client go to tracks side by side. Times are the capture's clock.
 */
public final class PerfettoExport implements Watcher {
    private static final int PACKET = 1;
    private static final int TIMESTAMP = 8;
    private static final int SEQUENCE = 10;
    private static final int SEQUENCE_FLAGS = 13;
    private static final int TRACK_EVENT = 11;
    private static final int TRACK_DESCRIPTOR = 60;

    private static final int DESCRIPTOR_UUID = 1;
    private static final int DESCRIPTOR_NAME = 2;
    private static final int DESCRIPTOR_PARENT = 5;
    private static final int DESCRIPTOR_COUNTER = 8;
    private static final int COUNTER_UNIT = 3;
    private static final int UNIT_TIME_NS = 1;

    private static final int EVENT_ANNOTATION = 4;
    private static final int EVENT_TYPE = 9;
    private static final int EVENT_TRACK = 11;
    private static final int EVENT_CATEGORY = 22;
    private static final int EVENT_NAME = 23;
    private static final int EVENT_COUNTER = 30;
    private static final int EVENT_FLOW = 47;
    private static final int EVENT_FLOW_END = 48;
    private static final int ANNOTATION_TEXT = 6;
    private static final int ANNOTATION_NAME = 10;

    private static final int NOTHING_BEFORE = 1;
    private static final int SLICE_BEGIN = 1;
    private static final int SLICE_END = 2;
    private static final int INSTANT = 3;
    private static final int COUNTER = 4;

    private static final int MAX_TRACKS = 1 << 14;

    private static final class Lanes {
        final FreeLanes free = new FreeLanes();
        final List<Long> tracks = new ArrayList<>(1);
    }

    private final OutputStream out;
    private final Map<String, Long> tracks = new HashMap<>();
    private final Map<String, Lanes> lanes = new HashMap<>();
    private boolean begun;
    private long lastTrack;
    private long lastFlow;
    private long leftOut;

    /**
     * Writes the tracks as they come.
     *
     * @param out stays the caller's to close
     */
    public PerfettoExport(OutputStream out) {
        this.out = out;
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
        long device = track("device " + job.device(), 0, job.device().isEmpty() ? "GPU" : job.device());
        long ring = track("ring " + job.where(), device, job.ring());
        if (ring == 0) {
            leftOut++;
            return;
        }
        Long began = job.beganNs();
        if (began != null && began <= ended) {
            ProtoWriter begin =
                    event(SLICE_BEGIN, ring).text(EVENT_CATEGORY, "job").text(EVENT_NAME, job.name());
            annotate(begin, "client", job.client());
            annotate(begin, "submission to end", Units.time(job.totalNs()));
            job.parts().forEach(part -> annotate(begin, part.kind().words(), text(part)));
            dependency(job, ring, begin);
            packet(began, begin);
            packet(ended, event(SLICE_END, ring));
        }
        packet(ended, event(COUNTER, counter(job, ring)).number(EVENT_COUNTER, job.totalNs()));
        slice(
                "client " + job.client(),
                track("clients", 0, "Clients"),
                job.client(),
                job.submittedNs(),
                ended,
                begin(job.name() + " on " + job.where()));
    }

    /** An arrow from the moment that a dependency signalled. */
    private void dependency(JobStory job, long ring, ProtoWriter begin) {
        if (job.parts().isEmpty() || job.parts().get(0).kind() != Kind.DEPENDENCY) {
            return;
        }
        Part part = job.parts().get(0);
        long flow = ++lastFlow;
        packet(
                job.submittedNs() + part.ns(),
                event(INSTANT, track("signals " + job.where(), ring, "signals"))
                        .text(EVENT_NAME, String.valueOf(part.because()))
                        .fixed(EVENT_FLOW, flow));
        begin.fixed(EVENT_FLOW_END, flow);
    }

    @Override
    public void waited(WaitStory wait) {
        Long ended = wait.endedNs();
        if (ended == null) {
            return;
        }
        ProtoWriter begin = begin("wait for " + wait.fence());
        annotate(begin, "of", wait.on());
        wait.parts().forEach(part -> annotate(begin, part.kind().words(), text(part)));
        Long signaled = wait.signaledNs();
        long waits = track("waits", 0, "Waits");
        if (signaled != null && signaled >= wait.startedNs()) {
            long flow = ++lastFlow;
            packet(
                    signaled,
                    event(INSTANT, track("signals", waits, "signals"))
                            .text(EVENT_NAME, wait.fence() + " signals")
                            .fixed(EVENT_FLOW, flow));
            begin.fixed(EVENT_FLOW_END, flow);
        }
        String thread = wait.task() + "-" + wait.pid();
        slice("thread " + thread, waits, thread, wait.startedNs(), ended, begin);
    }

    private void slice(String key, long parent, String name, long beginNs, long endNs, ProtoWriter begin) {
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
            of.tracks.add(newTrack(parent, name));
        }
        long track = of.tracks.get(lane);
        packet(beginNs, begin.number(EVENT_TYPE, SLICE_BEGIN).number(EVENT_TRACK, track));
        packet(endNs, event(SLICE_END, track));
    }

    private static ProtoWriter begin(String name) {
        return new ProtoWriter().text(EVENT_NAME, name);
    }

    private static ProtoWriter event(int type, long track) {
        return new ProtoWriter().number(EVENT_TYPE, type).number(EVENT_TRACK, track);
    }

    private static String text(Part part) {
        String because = part.because();
        return Units.time(part.ns()) + (because == null ? "" : ", " + because);
    }

    private static void annotate(ProtoWriter event, String name, String value) {
        event.message(
                EVENT_ANNOTATION, new ProtoWriter().text(ANNOTATION_NAME, name).text(ANNOTATION_TEXT, value));
    }

    /** The track of that key; 0, which is none, if there are too many. */
    private long track(String key, long parent, String name) {
        Long known = tracks.get(key);
        if (known != null) {
            return known;
        }
        if (tracks.size() >= MAX_TRACKS) {
            return 0;
        }
        long track = newTrack(parent, name);
        tracks.put(key, track);
        return track;
    }

    private long newTrack(long parent, String name) {
        ProtoWriter descriptor = descriptor(++lastTrack, parent, name);
        write(new ProtoWriter().message(TRACK_DESCRIPTOR, descriptor));
        return lastTrack;
    }

    private long counter(JobStory job, long ring) {
        String key = "counter " + job.where();
        Long known = tracks.get(key);
        if (known != null) {
            return known;
        }
        long track = ++lastTrack;
        tracks.put(key, track);
        ProtoWriter descriptor = descriptor(track, ring, "submission to end")
                .message(DESCRIPTOR_COUNTER, new ProtoWriter().number(COUNTER_UNIT, UNIT_TIME_NS));
        write(new ProtoWriter().message(TRACK_DESCRIPTOR, descriptor));
        return track;
    }

    private static ProtoWriter descriptor(long track, long parent, String name) {
        ProtoWriter descriptor =
                new ProtoWriter().number(DESCRIPTOR_UUID, track).text(DESCRIPTOR_NAME, name);
        return parent == 0 ? descriptor : descriptor.number(DESCRIPTOR_PARENT, parent);
    }

    private void packet(long timeNs, ProtoWriter event) {
        write(new ProtoWriter().number(TIMESTAMP, timeNs).message(TRACK_EVENT, event));
    }

    private void write(ProtoWriter packet) {
        packet.number(SEQUENCE, 1);
        if (!begun) {
            begun = true;
            packet.number(SEQUENCE_FLAGS, NOTHING_BEFORE); // older viewers drop all that comes without it
        }
        try {
            out.write(new ProtoWriter().message(PACKET, packet).toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
