package org.dmafence.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
    private static final long START_NS = 5_000;
    private static final long GAP_NS = 1_000;
    private static final double PER_SECOND = 1e9 / GAP_NS;

    private record Sent(int stream, long intendedNs, long atNs) {}

    private final FakeTime time = new FakeTime(START_NS);
    private final Backlog backlog = new Backlog(PER_SECOND);
    private final List<Sent> sent = new ArrayList<>();

    private void run(long jobs, Sender.Submitter submitter) {
        new OpenLoop(
                        new SteadyArrivals(PER_SECOND, 2, 0),
                        submitter,
                        backlog,
                        time,
                        time,
                        START_NS,
                        START_NS + jobs * GAP_NS)
                .run();
    }

    private boolean note(int stream, long intendedNs) {
        sent.add(new Sent(stream, intendedNs, time.nanoTime()));
        return true;
    }

    private static List<Long> timetable(long jobs) {
        return LongStream.range(0, jobs).mapToObj(i -> START_NS + i * GAP_NS).toList();
    }

    @Test
    void shouldSendEachJobAtItsTimeAndSleepBetweenWhenNothingHoldsItUp() {
        run(10, (stream, intendedNs, lengthNs, ended) -> note(stream, intendedNs));

        assertThat(sent).extracting(Sent::intendedNs).containsExactlyElementsOf(timetable(10));
        assertThat(sent).allSatisfy(job -> assertThat(job.atNs()).isEqualTo(job.intendedNs()));
        assertThat(sent).extracting(Sent::stream).containsExactly(0, 1, 0, 1, 0, 1, 0, 1, 0, 1);
        assertThat(time.slept).containsOnly(GAP_NS).hasSize(9);
    }

    @Test
    void shouldKeepTheTimetableWhenASubmissionStalls() {
        run(10, (stream, intendedNs, lengthNs, ended) -> {
            note(stream, intendedNs);
            time.pass(sent.size() == 3 ? 4 * GAP_NS : 0);
            return true;
        });

        assertThat(sent).extracting(Sent::intendedNs).containsExactlyElementsOf(timetable(10));
        long resumedNs = START_NS + 6 * GAP_NS;
        assertThat(sent.subList(3, 7)).extracting(Sent::atNs).containsOnly(resumedNs);
        assertThat(sent.get(7).atNs()).isEqualTo(sent.get(7).intendedNs());
    }

    @Test
    void shouldTellHowManyJobsAreBehindWhenNoMoreAreTaken() {
        run(10, (stream, intendedNs, lengthNs, ended) -> sent.size() < 4 && note(stream, intendedNs));

        assertThat(sent).hasSize(4);
        assertThat(backlog.unsent(START_NS + 10 * GAP_NS)).isEqualTo(6);
        assertThat(backlog.jobs(START_NS + 10 * GAP_NS)).isEqualTo(10);
        backlog.ended();
        assertThat(backlog.jobs(START_NS + 10 * GAP_NS)).isEqualTo(9);
    }

    @Test
    void shouldSendNothingMoreWhenTheNextJobIsDueAfterTheEndOfTime() {
        Arrivals rare = new SteadyArrivals(1e-12, 1, 0);
        new OpenLoop(
                        rare,
                        (stream, intendedNs, lengthNs, ended) -> sent.size() < 10 && note(stream, intendedNs),
                        backlog,
                        time,
                        time,
                        START_NS,
                        START_NS + 10 * GAP_NS)
                .run();

        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldNotDriftWhenTheDistanceIsNoWholeNumber() {
        SteadyArrivals arrivals = new SteadyArrivals(3, 1, 7);
        for (int i = 0; i < 3_000_001; i++) {
            arrivals.next();
        }

        assertThat(arrivals.atNs()).isEqualTo(1_000_000L * 1_000_000_000);
        assertThat(arrivals.lengthNs()).isEqualTo(7);
    }
}
