package org.dmafence.replay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.LongStream;
import org.dmafence.fairness.ServiceLog;
import org.dmafence.ftrace.FenceIdentity;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceJob;
import org.junit.jupiter.api.Test;

class RunOrderCheckTest {
    private static final RingId RING = new RingId("card0", "gfx");

    private final FakePipeline pipeline = new FakePipeline(java.util.Map.of(), FakePipeline.Fault.NONE);
    private final Pipeline.Lane lane = pipeline.open(RING);
    private final RunOrderCheck.Room room = new RunOrderCheck.Room(3);
    private final RunOrderCheck order = new RunOrderCheck(RING, room);

    @Test
    void shouldMatchWhenBothOrdersAreTheSame() {
        List<ReplayJob> jobs = jobs(3);
        order.ranHere(jobs.get(0));
        order.ranInTrace(jobs.get(0));
        order.ranInTrace(jobs.get(1));
        order.ranHere(jobs.get(1));
        order.ranHere(jobs.get(2));
        order.ranInTrace(jobs.get(2));
        order.end();

        assertThat(order.compared()).isEqualTo(3);
        assertThat(order.outOfOrder()).isZero();
        assertThat(order.firstDifference()).isNull();
    }

    @Test
    void shouldNameTheFirstDifferenceWhenTheOrdersDiffer() {
        List<ReplayJob> jobs = jobs(3);
        jobs.forEach(order::ranInTrace);
        order.ranHere(jobs.get(1));
        order.ranHere(jobs.get(0));
        order.ranHere(jobs.get(2));
        order.end();

        assertThat(order.compared()).isEqualTo(3);
        assertThat(order.outOfOrder()).isEqualTo(1);
        assertThat(order.firstDifference()).isEqualTo("run 2: job 1 of 7 ran after job 2 of 7, in the trace before it");
    }

    @Test
    void shouldCompareTheRestWhenTheTraceLostARun() {
        List<ReplayJob> jobs = jobs(3);
        jobs.forEach(order::ranHere);
        order.ranInTrace(jobs.get(1));
        order.ranInTrace(jobs.get(2));
        order.end();

        assertThat(order.compared()).isEqualTo(2);
        assertThat(order.notCompared()).isEqualTo(1);
        assertThat(order.outOfOrder()).isZero();
    }

    @Test
    void shouldForgetTheOldestWhenTheTraceNeverRunsThem() {
        List<ReplayJob> jobs = jobs(10);
        jobs.forEach(order::ranHere);

        assertThat(order.notCompared()).isEqualTo(7);
        order.end();
        assertThat(order.notCompared()).isEqualTo(10);
    }

    @Test
    void shouldCountWhatWaitsOnAllRingsTogether() {
        List<ReplayJob> jobs = jobs(6);
        RunOrderCheck other = new RunOrderCheck(RING, room);
        jobs.subList(0, 3).forEach(other::ranHere);

        order.ranHere(jobs.get(3));
        assertThat(order.notCompared()).isEqualTo(1); // no room, and it has nobody else's to give up
        other.ranInTrace(jobs.get(0));
        order.ranHere(jobs.get(4));

        assertThat(order.notCompared()).isEqualTo(1);
        order.end();
        other.end();
        assertThat(order.notCompared() + other.notCompared()).isEqualTo(4);
        order.ranHere(jobs.get(5));
        assertThat(order.notCompared()).isEqualTo(2);
    }

    private List<ReplayJob> jobs(int count) {
        return LongStream.rangeClosed(1, count).mapToObj(this::job).toList();
    }

    private ReplayJob job(long id) {
        TraceJob trace = new TraceJob(id, RING, 7, id, 1, 0, new FenceIdentity(0, 7, id), 0, 0, List.of());
        ServiceLog log = new ServiceLog(1);
        ServiceLog.Job service = log.submitted(log.client(7, "seven"), RING, 0);
        LaneState state = new LaneState(RING, lane, room);
        return new ReplayJob(
                trace, state, 0, service, requireNonNull(lane.submit(trace, List.of())), new ArrayDeque<>());
    }
}
