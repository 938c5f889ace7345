package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RecorderTest {
    private static final long FROM_NS = 1_000_000_000_000L;
    private static final long SECOND_NS = Recorder.SECOND_NS;
    private static final long GAP_NS = 5_000_000;
    private static final long UNTIL_NS = FROM_NS + 3 * SECOND_NS;

    private final FakeTime time = new FakeTime(FROM_NS);
    private final Tracks tracks = new Tracks("i915", List.of("one", "two"), GAP_NS);
    private final Backlog backlog = new Backlog(1_000);
    private final List<Long> logged = new ArrayList<>();
    private final Recorder recorder = new Recorder(
            time,
            time,
            tracks,
            backlog,
            (all, startNs, endNs) -> logged.add(all.of(Edge.WHOLE).interval().getTotalCount()),
            FROM_NS,
            UNTIL_NS);

    /** A job that went its way before the test. */
    private Probe probe(Times times) {
        return new Probe(times.client(), times.intendedNs(), time, recorder) {
            @Override
            Times take() {
                return times;
            }
        };
    }

    private static Times way(int client, long intendedNs) {
        return new Times(
                client,
                intendedNs,
                intendedNs + 100,
                intendedNs + 300,
                intendedNs + 700,
                intendedNs + 1_500,
                intendedNs + 1_600,
                Probe.NEVER,
                true);
    }

    private void stop() {
        recorder.stop();
        recorder.run();
    }

    private Track whole(int client) {
        return Objects.requireNonNull(tracks.client(client).get(Edge.WHOLE));
    }

    private long only(Track track) {
        assertThat(track.total().getTotalCount()).isEqualTo(1);
        return track.total().getMaxValue();
    }

    @Test
    void shouldRecordEveryEdgeExactlyWhenAJobGoesItsWay() {
        recorder.accept(probe(way(1, FROM_NS)));
        time.pass(3 * SECOND_NS);
        stop();

        assertThat(only(tracks.of(Edge.SEND_DELAY))).isEqualTo(100);
        assertThat(only(tracks.of(Edge.SUBMIT_QUEUE))).isEqualTo(200);
        assertThat(only(tracks.of(Edge.QUEUE_RUN))).isEqualTo(400);
        assertThat(only(tracks.of(Edge.RUN_SIGNAL))).isEqualTo(800);
        assertThat(only(tracks.of(Edge.SIGNAL_CALLBACK))).isEqualTo(100);
        assertThat(only(tracks.of(Edge.WHOLE))).isEqualTo(1_600);
        assertThat(tracks.of(Edge.SIGNAL_WAKE).total().getTotalCount()).isZero();
        assertThat(whole(0).total().getTotalCount()).isZero();
        assertThat(only(whole(1))).isBetween(1_600L, 1_608L); // two digits
        assertThat(recorder.measured()).isEqualTo(1);
    }

    @Test
    void shouldCountFromTheIntendedTimeWhenTheSenderWasLate() {
        Times late = new Times(
                0,
                FROM_NS,
                FROM_NS + 900_000,
                FROM_NS + 900_100,
                FROM_NS + 900_200,
                FROM_NS + 900_300,
                FROM_NS + 900_400,
                Probe.NEVER,
                true);

        assertThat(late.of(Edge.WHOLE)).isEqualTo(900_400);
        assertThat(Edge.parts().stream().mapToLong(late::of).sum()).isEqualTo(late.of(Edge.WHOLE));
    }

    @Test
    void shouldLeaveOutTheWarmUpAndWhatIsNotDueWhenMeasuring() {
        recorder.accept(probe(way(0, FROM_NS - 1)));
        recorder.accept(probe(way(0, UNTIL_NS)));
        recorder.accept(probe(way(0, UNTIL_NS - 1)));
        time.pass(3 * SECOND_NS);
        stop();

        assertThat(recorder.measured()).isEqualTo(1);
        assertThat(tracks.of(Edge.WHOLE).total().getTotalCount()).isEqualTo(1);
        assertThat(recorder.finishedInTime()).isEqualTo(1); // the first ended in it, the last behind it
    }

    @Test
    void shouldRecordTheWaitOfAFailedJobApartWhenItEndsBadly() {
        Times good = way(0, FROM_NS);
        recorder.accept(probe(new Times(
                0,
                good.intendedNs(),
                good.sentNs(),
                good.acceptedNs(),
                Probe.NEVER,
                Probe.NEVER,
                good.callbackNs(),
                Probe.NEVER,
                false)));
        time.pass(3 * SECOND_NS);
        stop();

        assertThat(recorder.failed()).isEqualTo(1);
        assertThat(only(tracks.of(Edge.FAILED))).isEqualTo(1_600);
        assertThat(tracks.of(Edge.WHOLE).total().getTotalCount()).isZero();
        assertThat(tracks.of(Edge.SUBMIT_QUEUE).total().getTotalCount()).isZero();
    }

    @Test
    void shouldCountTheGracePeriodsThatALongOneKeptFromBeginning() {
        recorder.gracePeriod(1_000_000_000);
        time.pass(3 * SECOND_NS);
        stop();

        Histogram periods = tracks.of(Edge.GRACE_PERIOD).total();
        assertThat(periods.getTotalCount()).isEqualTo(10); // ten a second
        assertThat(periods.getMinValue()).isBetween(99_000_000L, 101_000_000L);
    }

    @Test
    void shouldCountWhatTheSleeperSleptThrough() {
        long wokeNs = FROM_NS + 500 + 3_000_000_000L;
        tracks.record(new Times(2, FROM_NS, FROM_NS, FROM_NS, FROM_NS, FROM_NS + 500, wokeNs, wokeNs, true));
        tracks.forEach(Track::turn);

        assertThat(tracks.of(Edge.SIGNAL_WAKE).total().getTotalCount()).isEqualTo(600); // at 200 a second
        assertThat(whole(2).total().getTotalCount()).isEqualTo(600);
        assertThat(tracks.of(Edge.WHOLE).total().getTotalCount()).isZero();
    }

    @Test
    void shouldKeepTheBacklogThatThereWasAtTheEndWhenItWasWaitedForSince() {
        recorder.accept(probe(way(0, FROM_NS)));
        time.pass(3 * SECOND_NS);
        stop();

        assertThat(recorder.seconds(60_000))
                .extracting(Recorder.Second::backlog)
                .endsWith(60_000L);
    }

    @Test
    void shouldGiveEachSecondAnIntervalAndTheLastOneWhatComesAfterwards() {
        recorder.accept(probe(way(0, FROM_NS)));
        time.pass(SECOND_NS);
        recorder.round();
        recorder.accept(probe(way(0, FROM_NS + SECOND_NS)));
        recorder.accept(probe(way(0, FROM_NS + SECOND_NS)));
        time.pass(SECOND_NS);
        recorder.round();
        time.pass(5 * SECOND_NS); // the load is over, the ring works off the rest
        recorder.round();
        recorder.accept(probe(way(0, FROM_NS + 2 * SECOND_NS)));
        stop();

        assertThat(logged).containsExactly(1L, 2L, 1L);
        assertThat(recorder.seconds(0))
                .extracting(Recorder.Second::atNs)
                .containsExactly(SECOND_NS, 2 * SECOND_NS, 3 * SECOND_NS);
        assertThat(tracks.of(Edge.WHOLE).total().getTotalCount()).isEqualTo(4);
    }

    @Test
    void shouldEndTheLastSecondEarlyWhenInterrupted() {
        recorder.accept(probe(way(0, FROM_NS)));
        time.pass(SECOND_NS / 2);
        recorder.measureUntil(FROM_NS + SECOND_NS / 2);
        stop();

        assertThat(recorder.seconds(0)).extracting(Recorder.Second::atNs).containsExactly(SECOND_NS / 2);
    }

    @Test
    void shouldLogNothingWhenInterruptedInTheWarmUp() {
        recorder.measureUntil(FROM_NS - 1);
        stop();

        assertThat(logged).isEmpty();
    }

    @Test
    void shouldCountTheSleepersJobsForItselfAlone() {
        Times slept =
                new Times(2, FROM_NS, FROM_NS, FROM_NS, FROM_NS, FROM_NS + 500, FROM_NS + 600, FROM_NS + 9_500, true);
        tracks.record(slept);
        tracks.forEach(Track::turn);

        assertThat(only(tracks.of(Edge.SIGNAL_WAKE))).isBetween(9_000L, 9_008L);
        assertThat(tracks.of(Edge.WHOLE).total().getTotalCount()).isZero();
        assertThat(only(whole(2))).isBetween(600L, 604L);
    }
}
