package org.dmafence.stress.sched;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.dmafence.driver.RingJob;
import org.dmafence.fence.FenceError;
import org.dmafence.fence.FenceRuntime;
import org.dmafence.sched.GpuScheduler;
import org.dmafence.sched.SchedulerEvent;
import org.dmafence.sched.SchedulerJob;
import org.dmafence.sched.SchedulerPort;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A client lets go of its job, twice, while the host frees it: r1 whether a fence was released too often, r2 how
 * many of the two are freed.
 */
public class LetGoAgainstFree {
    private static final SchedulerPort NOBODY = new SchedulerPort() {
        @Override
        public void post(SchedulerEvent event) {}

        @Override
        public void run(SchedulerJob job) {}

        @Override
        public void freed(SchedulerJob job) {}
    };

    @JCStressTest
    @Outcome(id = "0, 2", expect = ACCEPTABLE, desc = "I1: the one reference is dropped once, by the last.")
    @Outcome(expect = FORBIDDEN, desc = "I1: dropped by both, or by nobody.")
    @State
    public static class Actual {
        /** Of all states: one is one too many. */
        private static volatile int reports;

        private static final GpuScheduler SCHEDULER = GpuScheduler.builder(
                        FenceRuntime.builder()
                                .reporter((kind, message, cause) -> reports = 1)
                                .build(),
                        "dev",
                        "ring",
                        NOBODY)
                .build();

        private final SchedulerJob job =
                SCHEDULER.newEntity("client").newJob(RingJob.external(1), 1).arm();

        public Actual() {
            job.hold();
        }

        @Actor
        public void client() {
            job.letGo();
            job.letGo();
        }

        @Actor
        public void host() {
            boolean unused = job.abandon(FenceError.ECANCELED);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = reports;
            r.r2 = (job.finished().isFreed() ? 1 : 0) + (job.scheduled().isFreed() ? 1 : 0);
        }
    }
}
