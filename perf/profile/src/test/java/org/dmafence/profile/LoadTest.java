package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.dmafence.ftrace.ShippedTraces;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.replay.TraceScan;
import org.dmafence.sched.SchedulerPriority;
import org.dmafence.workload.Presets;
import org.dmafence.workload.Workload;
import org.dmafence.workload.Workload.Client;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoadTest {
    private record Row(long atNs, int stream, long lengthNs) {}

    private static List<Row> rows(Load load, int count) {
        Arrivals arrivals = load.timetable().get();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            arrivals.next();
            rows.add(new Row(arrivals.atNs(), arrivals.stream(), arrivals.lengthNs()));
        }
        return rows;
    }

    private static Client client(String name, int jobs, long jobNs, long waitNs, int depth) {
        return new Client(name, SchedulerPriority.NORMAL, jobs, jobNs, 0, waitNs, depth, 0);
    }

    private static Workload workload(Client... clients) {
        return new Workload("test", "a test", 2, 1, Long.MAX_VALUE, List.of(clients));
    }

    @Test
    void shouldBeginACycleAsOftenAsOnARingOfItsOwnWhenAWorkloadIsOpen() {
        Load load = Load.of(workload(client("waits", 1, 500, 1_500, 1), client("ahead", 2, 300, 200, 4)), 1, null);

        assertThat(rows(load, 9))
                .containsExactly(
                        new Row(0, 0, 500),
                        new Row(0, 1, 300),
                        new Row(0, 1, 300),
                        new Row(600, 1, 300),
                        new Row(600, 1, 300),
                        new Row(1_200, 1, 300),
                        new Row(1_200, 1, 300),
                        new Row(1_800, 1, 300),
                        new Row(1_800, 1, 300));
        assertThat(load.perSecond()).isEqualTo(1e9 / 2_000 + 2e9 / 600);
    }

    @Test
    void shouldKnowHowManyJobsARingOfATraceCanBeSent() {
        List<Load.Ring> rings = List.of(new Load.Ring("card0", "gfx", 2, 3), new Load.Ring("card0", "dma", 2, 1));
        Load load = new Load(
                "trace",
                "",
                List.of(),
                List.of(),
                rings,
                4,
                Long.MAX_VALUE,
                () -> new SteadyArrivals(1, 1, 0),
                List.of());

        assertThat(load.mostJobs(rings.get(0), 500_000_000)).isEqualTo(3);
        assertThat(load.mostJobs(rings.get(0), 2_500_000_000L)).isEqualTo(9);
        assertThat(load.mostJobs(rings.get(1), 2_500_000_000L)).isEqualTo(3);
        assertThat(Load.steady(new Rate(10)).rings())
                .allSatisfy(ring -> assertThat(load.mostJobs(ring, 1)).isEqualTo(Long.MAX_VALUE));
    }

    @Test
    void shouldPressTheTimesAndNotTheJobsWhenThereIsARate() {
        Workload workload = workload(client("one", 1, 1_000, 1_000, 1));
        Load load = Load.of(workload, 1, new Rate(1_000_000));

        assertThat(rows(load, 3))
                .containsExactly(new Row(0, 0, 1_000), new Row(1_000, 0, 1_000), new Row(2_000, 0, 1_000));
        assertThat(load.perSecond()).isEqualTo(1_000_000);
    }

    @Test
    void shouldHaveTheSameTimetableEachTimeWhenLengthsAreDrawn() {
        Workload workload = Presets.all(1).stream()
                .filter(preset -> preset.name().equals("fifty-clients"))
                .findFirst()
                .orElseThrow();
        Load load = Load.of(workload, 7, null);

        List<Row> rows = rows(load, 500);
        assertThat(rows(load, 500)).isEqualTo(rows);
        assertThat(rows).isSortedAccordingTo(java.util.Comparator.comparingLong(Row::atNs));
        assertThat(load.clients()).hasSize(Load.MAX_CLIENTS + 1).endsWith("others");
        assertThat(load.streams())
                .hasSize(50)
                .allSatisfy(stream -> assertThat(stream.client()).isLessThanOrEqualTo(Load.MAX_CLIENTS));
    }

    @Test
    void shouldComeAtRandomAndTheSameEachTimeWhenArrivalsArePoissons() {
        Load load = Load.poisson(new Rate(1_000), 3);
        List<Row> rows = rows(load, 100_000);

        assertThat(rows(load, 100_000)).isEqualTo(rows);
        assertThat(rows(Load.poisson(new Rate(1_000), 4), 100_000)).isNotEqualTo(rows);
        assertThat(rows).isSortedAccordingTo(java.util.Comparator.comparingLong(Row::atNs));
        assertThat(rows.get(rows.size() - 1).atNs() / 1e9).isBetween(98.0, 102.0);
        long close = IntStream.range(1, rows.size())
                .filter(i -> rows.get(i).atNs() - rows.get(i - 1).atNs() < 100_000)
                .count();
        assertThat(close / 1e5).isBetween(0.085, 0.105); // 1 - 1/e^0.1; at equal distances there are none
        assertThat(rows.stream().filter(row -> row.stream() == 0).count()).isBetween(49_000L, 51_000L);
    }

    @Test
    void shouldHangNowAndThenWhenAClientDoes() {
        Client hangs = new Client("hangs", SchedulerPriority.NORMAL, 1, 10, 0, 0, 1, 3);
        List<Row> rows = rows(Load.of(workload(hangs), 1, null), 6);

        assertThat(IntStream.range(0, 6).filter(i -> rows.get(i).lengthNs() == Long.MAX_VALUE))
                .containsExactly(2, 5);
    }

    @Test
    void shouldRepeatATraceWithItsClientsDistancesAndLengths() throws Exception {
        String name = "linux-7.2-sched-mixed.txt";
        Load load;
        try (TraceReader reader = ShippedTraces.reader(name)) {
            load = Objects.requireNonNull(TraceLoad.read(name, reader, scan(ShippedTraces.reader(name)), null));
        }
        Arrivals arrivals = load.timetable().get();
        arrivals.next();
        assertThat(arrivals.atNs()).isZero();
        List<Row> rows = rows(load, 20_000);
        assertThat(rows).isSortedAccordingTo(java.util.Comparator.comparingLong(Row::atNs));
        assertThat(rows).anySatisfy(row -> assertThat(row.lengthNs()).isPositive());
        double lastS = rows.get(rows.size() - 1).atNs() / 1e9;
        assertThat(rows.size() / lastS).isBetween(load.perSecond() * 0.9, load.perSecond() * 1.1);
        assertThat(load.rings()).isNotEmpty();
    }

    @Test
    void shouldSayNothingWhenATraceHasNoTwoTimes() throws Exception {
        String trace =
                "a-1 [000] ..... 1.000001: drm_sched_job_queue: dev=card0, fence=7:1, ring=gfx, job count:0, hw job"
                        + " count:0, client_id:1\n";
        assertThat(load(trace)).isNull();
    }

    @Test
    void shouldLeaveOutJobsWhoseEndTheTraceDoesNotHave() throws Exception {
        StringBuilder trace = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            String fence = "fence=7:" + i + ", ring=gfx, job count:0, hw job count:0, client_id:1\n";
            trace.append("a-1 [000] ..... 1.00000").append(3 * i - 2).append(": drm_sched_job_queue: dev=card0, ");
            trace.append(fence);
            if (i != 2) {
                trace.append("a-1 [000] ..... 1.00000").append(3 * i - 1).append(": drm_sched_job_run: dev=card0, ");
                trace.append(fence);
                trace.append("a-1 [000] ..... 1.00000").append(3 * i).append(": drm_sched_job_done: fence=7:");
                trace.append(i).append(" signaled\n");
            }
        }
        Load load = Objects.requireNonNull(load(trace.toString()));

        assertThat(rows(load, 2)).extracting(Row::atNs).containsExactly(0L, 6_000L);
        assertThat(rows(load, 2)).extracting(Row::lengthNs).containsOnly(1_000L);
    }

    private static @Nullable Load load(String trace) throws Exception {
        byte[] bytes = trace.getBytes(StandardCharsets.US_ASCII);
        TraceScan scan = scan(TraceReader.of(new ByteArrayInputStream(bytes), "one"));
        try (TraceReader reader = TraceReader.of(new ByteArrayInputStream(bytes), "one")) {
            return TraceLoad.read("one", reader, scan, null);
        }
    }

    private static TraceScan scan(TraceReader reader) throws Exception {
        try (reader) {
            return TraceScan.of(reader, reading -> {});
        }
    }
}
