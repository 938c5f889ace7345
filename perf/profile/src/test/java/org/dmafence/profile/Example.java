package org.dmafence.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.HdrHistogram.Histogram;
import org.dmafence.departure.Certificate;
import org.dmafence.profile.ProfileReport.EdgeTimes;
import org.dmafence.profile.Recorder.Second;

/** A profile that nobody ran. */
record Example(ProfileReport report, Map<String, Histogram> histograms) {
    private static final List<String> CLIENTS = List.of("<one> & \"only\"");

    private static final List<Second> SECONDS = List.of(second(1, 3), second(2, 1));

    /** A second of a run in which nothing happens but a backlog. */
    static Second second(int number, long backlog) {
        return new Second(
                number * 1_000_000_000L,
                10_000,
                backlog,
                50_000,
                90_000L,
                100_000,
                new LatencyCounts(46, List.of(9_000L, 990L, 10L)));
    }

    /** @param factor how long each edge takes */
    static Example of(String shim, long factor, boolean sustained) {
        return of(shim, factor, sustained, SECONDS);
    }

    static Example of(String shim, long factor, boolean sustained, List<Second> seconds) {
        Tracks tracks = new Tracks(shim, CLIENTS, 1_000_000_000);
        for (int i = 1; i <= 20_000; i++) {
            long step = i * factor;
            tracks.record(new Times(0, 0, step, 2 * step, 3 * step, 4 * step, 5 * step, Probe.NEVER, true));
        }
        tracks.record(new Times(1, 0, 1, 2, 3, 4, 5, 6, true));
        tracks.forEach(Track::turn);
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        List<EdgeTimes> edges = new ArrayList<>();
        for (Edge edge : Edge.values()) {
            histograms.put(Tracks.tag(shim, edge), tracks.of(edge).total());
            edges.add(
                    new EdgeTimes(edge.tag(), FinePercentiles.of(tracks.of(edge).total())));
        }
        Certificate certificate = new Certificate(
                false,
                "COLLECTED",
                true,
                5_000,
                List.of(new Certificate.Step("going", 5_000)),
                1,
                1,
                0,
                0,
                1,
                0,
                0,
                1,
                List.of());
        ProfileReport.Shim one = new ProfileReport.Shim(
                shim,
                "driver",
                "issuer",
                2_000_000_000L,
                new ProfileReport.Jobs(
                        20_000,
                        sustained ? 0 : 500,
                        20_000,
                        0,
                        0,
                        0,
                        10_000,
                        0,
                        sustained ? 1 : 900,
                        null,
                        false,
                        sustained,
                        false),
                edges,
                List.of(new ProfileReport.Client(CLIENTS.get(0), sustained ? 0 : 3_200_000_000L, edges)),
                seconds,
                new ProfileReport.Memory(
                        1_000_000,
                        1_000_000,
                        List.of(
                                new ProfileReport.HeapPoint(500_000_000, 2_000_000),
                                new ProfileReport.HeapPoint(1_500_000_000, 2_100_000)),
                        null),
                List.of(new ThreadUsage.PerJob("sender: all", 100, 2_000)),
                new ProfileReport.Unload(certificate, null),
                0);
        ProfileReport report = new ProfileReport(
                "2026-01-01T00:00:00Z",
                new ProfileReport.Machine("a JVM", "an OS", 2, 1 << 30),
                new ProfileReport.Input("steady", "clients", false, 10_000, 0, 2_000_000_000L, "fifo", 1, CLIENTS),
                new InstrumentCost(25, 40, 72, 41),
                false,
                List.of(),
                List.of(one));
        return new Example(report, histograms);
    }

    /** The same, but something became of some jobs. */
    Example with(UnaryOperator<ProfileReport.Jobs> change) {
        ProfileReport.Shim shim = report.shims().get(0);
        return with(new ProfileReport.Shim(
                shim.shim(),
                shim.driver(),
                shim.issuer(),
                shim.measuredNs(),
                change.apply(shim.jobs()),
                shim.edges(),
                shim.clients(),
                shim.seconds(),
                shim.memory(),
                shim.perJob(),
                shim.unload(),
                shim.reported()));
    }

    private Example with(ProfileReport.Shim shim) {
        return new Example(
                new ProfileReport(
                        report.began(),
                        report.machine(),
                        report.input(),
                        report.instrument(),
                        report.interrupted(),
                        List.of(),
                        List.of(shim)),
                histograms);
    }

    Baseline asBaseline() {
        return new Baseline("earlier", report, histograms);
    }
}
