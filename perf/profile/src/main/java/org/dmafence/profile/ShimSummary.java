package org.dmafence.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.dmafence.actors.DriverHandle;
import org.dmafence.profile.HeapWatch.Sample;
import org.dmafence.profile.ProfileReport.EdgeTimes;
import org.dmafence.profile.ShimProfile.Plan;
import org.dmafence.profile.ShimProfile.Result;
import org.jspecify.annotations.Nullable;

/** Turns what was recorded of a run into its report. */
final class ShimSummary {
    private static final int POINTS_FOR_A_SLOPE = 3;
    private static final double MINUTE_NS = 60e9;

    /** What a collection leaves depends on what was going on; over less time than this that is all one sees. */
    private static final long TIME_FOR_A_SLOPE_NS = 30_000_000_000L;

    /**
     * What was noted before and behind the load.
     *
     * @param reported broken rules
     */
    record Around(long fullBeforeBytes, long fullAfterBytes, ProfileReport.Unload unload, long reported) {}

    private final Plan plan;
    private final Tracks tracks;
    private final Recorder recorder;
    private final Measured measured;

    ShimSummary(Plan plan, Tracks tracks, Recorder recorder, Measured measured) {
        this.plan = plan;
        this.tracks = tracks;
        this.recorder = recorder;
        this.measured = measured;
    }

    Result result(String shim, DriverHandle driver, String issuer, Around around) {
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        tracks.forEach(track -> {
            if (track.total().getTotalCount() > 0) {
                histograms.put(track.tag, track.total());
            }
        });
        List<Recorder.Second> seconds = recorder.seconds(measured.backlogAfter());
        ProfileReport.Shim report = new ProfileReport.Shim(
                shim,
                driver.info().name(),
                issuer,
                measured.ns(),
                jobs(seconds),
                edges(List.of(Edge.values()), tracks::of),
                clients(),
                seconds,
                memory(around),
                measured.after().since(measured.before(), recorder.finishedInTime()),
                around.unload,
                around.reported);
        return new Result(report, histograms);
    }

    private ProfileReport.Jobs jobs(List<Recorder.Second> seconds) {
        double perSecond = plan.load().perSecond();
        long bound = KeepingUp.bound(perSecond);
        boolean closed = plan.load().isClosed();
        boolean grows = !closed && KeepingUp.grows(seconds, perSecond);
        return new ProfileReport.Jobs(
                measured.accepted() + measured.unsent(),
                measured.unsent(),
                recorder.measured(),
                recorder.failed(),
                Math.max(0, measured.accepted() - recorder.measured() - recorder.dropped()),
                recorder.dropped(),
                recorder.finishedInTime() * 1e9 / measured.ns(),
                measured.backlogBefore(),
                measured.backlogAfter(),
                closed ? null : KeepingUp.slope(seconds),
                grows,
                closed || (!grows && measured.backlogAfter() <= bound),
                !closed && measured.backlogBefore() > bound);
    }

    private static List<EdgeTimes> edges(List<Edge> edges, java.util.function.Function<Edge, @Nullable Track> track) {
        List<EdgeTimes> times = new ArrayList<>();
        for (Edge edge : edges) {
            Track found = track.apply(edge);
            if (found != null) {
                times.add(new EdgeTimes(edge.tag(), FinePercentiles.of(found.total())));
            }
        }
        return times;
    }

    private List<ProfileReport.Client> clients() {
        List<String> names = new ArrayList<>(plan.load().clients());
        names.add(Tracks.SLEEPER);
        List<ProfileReport.Client> clients = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            clients.add(new ProfileReport.Client(
                    names.get(i), measured.heldUpNs(i), edges(Edge.ofClients(), tracks.client(i)::get)));
        }
        return clients;
    }

    private ProfileReport.Memory memory(Around around) {
        List<ProfileReport.HeapPoint> points = measured.heap().stream()
                .map(sample -> new ProfileReport.HeapPoint(sample.atNs() - measured.fromNs(), sample.usedBytes()))
                .toList();
        return new ProfileReport.Memory(around.fullBeforeBytes, around.fullAfterBytes, points, slope(secondHalf()));
    }

    /** By then what a collector leaves behind for later collections has settled. */
    private List<Sample> secondHalf() {
        long halfNs = measured.fromNs() + measured.ns() / 2;
        return measured.heap().stream()
                .filter(sample -> sample.atNs() >= halfNs)
                .toList();
    }

    /** Of the straight line that is closest to the points, bytes per minute. */
    static @Nullable Double slope(List<Sample> samples) {
        if (samples.size() < POINTS_FOR_A_SLOPE
                || samples.get(samples.size() - 1).atNs() - samples.get(0).atNs() < TIME_FOR_A_SLOPE_NS) {
            return null;
        }
        double middle = samples.stream().mapToLong(Sample::atNs).average().orElse(0);
        double mean = samples.stream().mapToLong(Sample::usedBytes).average().orElse(0);
        double covariance = 0;
        double variance = 0;
        for (Sample sample : samples) {
            covariance += (sample.atNs() - middle) * (sample.usedBytes() - mean);
            variance += (sample.atNs() - middle) * (sample.atNs() - middle);
        }
        return variance == 0 ? null : covariance / variance * MINUTE_NS;
    }
}
