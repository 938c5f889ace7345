package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.fence.DmaFence;
import org.dmafence.sched.SchedulerRig.ForeignFence;
import org.junit.jupiter.api.Test;

final class SchedulerTraceTest {
    private final List<String> events = new ArrayList<>();

    private class Recorder implements SchedulerTraceListener {
        @Override
        public void jobQueued(SchedulerJob job, int queuedJobs, int hardwareCredits) {
            events.add("queue " + job.work().id() + " " + queuedJobs + " " + hardwareCredits);
        }

        @Override
        public void jobDependsOn(SchedulerJob job, DmaFence dependency) {
            events.add("add_dep " + job.work().id() + " " + dependency.seqno());
        }

        @Override
        public void jobUnschedulable(SchedulerJob job, DmaFence dependency) {
            events.add("unschedulable " + job.work().id() + " " + dependency.seqno());
        }

        @Override
        public void jobRun(SchedulerJob job, int queuedJobs, int hardwareCredits) {
            events.add("run " + job.work().id() + " " + queuedJobs + " " + hardwareCredits);
        }

        @Override
        public void jobDone(SchedulerJob job) {
            events.add("done " + job.work().id() + " " + job.finished().isSignaled());
        }
    }

    @Test
    void shouldTraceTheFiveEventsAsTheKernelDoes() {
        SchedulerRig rig = new SchedulerRig(2, new Recorder());
        SchedulerEntity entity = rig.scheduler.newEntity("client");
        ForeignFence foreign = rig.foreign();
        rig.push(entity, 10);
        rig.push(entity, 11, foreign.fence());
        rig.step();
        rig.finish(0, null);
        foreign.signal();
        rig.step();

        assertThat(events)
                .containsExactly(
                        "queue 10 0 0",
                        "queue 11 1 0",
                        "add_dep 11 1",
                        "run 10 1 1",
                        "unschedulable 11 1",
                        "done 10 false",
                        "run 11 0 1");
    }

    @Test
    void shouldSurviveAListenerThatThrows() {
        SchedulerRig rig = new SchedulerRig(1, new Recorder() {
            @Override
            public void jobRun(SchedulerJob job, int queuedJobs, int hardwareCredits) {
                throw new IllegalStateException("listener");
            }
        });
        SchedulerJob job = rig.push(rig.scheduler.newEntity("client"), 1);
        rig.step();
        rig.finish(0, null);

        assertThat(job.finished().isSignaled()).isTrue();
        assertThat(rig.reports).singleElement().asString().contains("trace listener");
    }
}
