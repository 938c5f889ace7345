package org.dmafence.ftrace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.dmafence.ftrace.FenceRef.Dependency;
import org.dmafence.ftrace.FenceRef.Finished;
import org.dmafence.ftrace.FenceRef.Foreign;
import org.dmafence.ftrace.FenceRef.Scheduled;
import org.dmafence.ftrace.ReplayStep.ForeignSignaled;
import org.dmafence.ftrace.ReplayStep.JobDone;
import org.dmafence.ftrace.ReplayStep.JobRan;
import org.dmafence.ftrace.ReplayStep.JobSubmitted;
import org.dmafence.ftrace.ReplayStep.RingSeen;
import org.dmafence.ftrace.ReplayStep.WaitEnded;
import org.dmafence.ftrace.ReplayStep.WaitStarted;

/** What must hold for the steps of every trace, however odd. */
final class StepChecker {
    private enum Stage {
        SUBMITTED,
        RAN,
        DONE
    }

    private final Set<RingId> rings = new HashSet<>();
    private final Map<Long, Stage> jobs = new HashMap<>();
    private final Map<Long, Set<Long>> foreignOfJob = new HashMap<>();
    private final Set<Long> openForeign = new HashSet<>();
    private final Set<Long> signaledForeign = new HashSet<>();
    private long lastKey;
    private long ran;
    private long done;
    private long waits;
    private long waitEnds;

    void accept(ReplayStep step) {
        if (step instanceof RingSeen s) {
            assertThat(rings.add(s.ring())).as("a ring is seen once: %s", step).isTrue();
        } else if (step instanceof JobSubmitted s) {
            submitted(s.job());
        } else if (step instanceof JobRan s) {
            ran++;
            assertThat(jobs.replace(s.jobKey(), Stage.SUBMITTED, Stage.RAN))
                    .as("a submitted job runs once: %s", step)
                    .isTrue();
            assertThat(Collections.disjoint(openForeign, foreignOfJob.getOrDefault(s.jobKey(), Set.of())))
                    .as("foreign fences signal before the job runs: %s", step)
                    .isTrue();
        } else if (step instanceof JobDone s) {
            done++;
            assertThat(jobs.replace(s.jobKey(), Stage.RAN, Stage.DONE))
                    .as("a job that ran is done once: %s", step)
                    .isTrue();
        } else if (step instanceof ForeignSignaled s) {
            assertThat(openForeign.remove(s.foreignKey()))
                    .as("a foreign fence signals once, after a submission named it: %s", step)
                    .isTrue();
            signaledForeign.add(s.foreignKey());
        } else if (step instanceof WaitStarted) {
            waits++;
        } else if (step instanceof WaitEnded) {
            waitEnds++;
        }
    }

    private void submitted(TraceJob job) {
        assertThat(job.key()).as("keys increase").isGreaterThan(lastKey);
        lastKey = job.key();
        assertThat(rings).as("a ring is seen before its jobs").contains(job.ring());
        jobs.put(job.key(), Stage.SUBMITTED);
        assertThat(job.dependencies()).doesNotHaveDuplicates();
        for (Dependency dependency : job.dependencies()) {
            if (dependency instanceof Finished on) {
                assertThat(on.jobKey()).isLessThan(job.key());
                assertThat(jobs).containsKey(on.jobKey());
            } else if (dependency instanceof Scheduled on) {
                assertThat(on.jobKey()).isLessThan(job.key());
                assertThat(jobs).containsKey(on.jobKey());
            } else if (dependency instanceof Foreign foreign) {
                assertThat(signaledForeign)
                        .as("a signalled key is not used again")
                        .doesNotContain(foreign.key());
                openForeign.add(foreign.key());
                foreignOfJob.computeIfAbsent(job.key(), k -> new HashSet<>()).add(foreign.key());
            }
        }
    }

    /** Compares with the summary at the end of the stream. */
    void end(TraceSummary summary) {
        TraceSummary.Jobs counted = summary.jobs();
        assertThat(counted.submitted()).isEqualTo(jobs.size());
        assertThat(counted.ran()).isEqualTo(ran);
        assertThat(counted.done()).isEqualTo(done);
        assertThat(counted.endedOtherwise()).isNotNegative();
        assertThat(done).isLessThanOrEqualTo(ran);
        assertThat(ran).isLessThanOrEqualTo(jobs.size());
        assertThat(summary.rings()).containsExactlyInAnyOrderElementsOf(rings);
        assertThat(summary.dependencies().foreignSignaled()).isEqualTo(signaledForeign.size());
        assertThat(summary.waits().started()).isEqualTo(waits);
        assertThat(summary.waits().ended()).isEqualTo(waitEnds);
        TraceSummary.Lines lines = summary.lines();
        assertThat(lines.total())
                .as("every line is in one class: %s", lines)
                .isEqualTo(lines.comments()
                        + lines.blank()
                        + lines.notes()
                        + lines.lostNotes()
                        + lines.jobEvents()
                        + lines.fenceEvents()
                        + lines.syncTimelineEvents()
                        + lines.unknownEvents()
                        + lines.malformed()
                        + lines.unexplained());
    }
}
