package org.dmafence.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.driver.RingJob;
import org.dmafence.fence.DmaFence;
import org.dmafence.sched.SchedulerRig.ForeignFence;
import org.dmafence.sched.SchedulerTraceText.Dialect;
import org.junit.jupiter.api.Test;

final class SchedulerTraceTextTest {
    private final List<String> lines = new ArrayList<>();

    private SchedulerRig traced(Dialect dialect) {
        return new SchedulerRig(
                1, new SchedulerTraceText(dialect, (event, fields) -> lines.add(event + ": " + fields)));
    }

    private static void scenario(SchedulerRig rig, ForeignFence foreign) {
        SchedulerEntity entity = rig.scheduler.newEntity("client");
        SchedulerJob first = rig.push(entity, 1);
        SchedulerJob second = entity.newJob(RingJob.external(2), 1, 7);
        second.addDependency(first.finished());
        second.addDependency(foreign.fence());
        rig.scheduler.push(second.arm());
        rig.step();
        rig.finish(0, null);
        rig.step();
        foreign.signal();
        rig.step();
    }

    @Test
    void shouldSpeakTheDialectSince617() {
        SchedulerRig rig = traced(Dialect.SINCE_6_17);
        ForeignFence foreign = rig.foreign();
        scenario(rig, foreign);
        long context = 4; // the ring's and the foreign fence's come first

        String dependency = foreign.fence().context() + ":1";
        assertThat(lines)
                .containsExactly(
                        "drm_sched_job_queue: dev=dev, fence=" + context
                                + ":1, ring=gfx, job count:0, hw job count:0, client_id:0",
                        "drm_sched_job_queue: dev=dev, fence=" + context
                                + ":2, ring=gfx, job count:1, hw job count:0, client_id:7",
                        "drm_sched_job_add_dep: fence=" + context + ":2 depends on fence=" + context + ":1",
                        "drm_sched_job_add_dep: fence=" + context + ":2 depends on fence=" + dependency,
                        "drm_sched_job_run: dev=dev, fence=" + context
                                + ":1, ring=gfx, job count:1, hw job count:1, client_id:0",
                        "drm_sched_job_done: fence=" + context + ":1 signaled",
                        "drm_sched_job_unschedulable: fence=" + context + ":2 depends on unsignalled fence="
                                + dependency,
                        "drm_sched_job_run: dev=dev, fence=" + context
                                + ":2, ring=gfx, job count:0, hw job count:1, client_id:7");
    }

    @Test
    void shouldSpeakTheDialectBefore617() {
        SchedulerRig rig = traced(Dialect.BEFORE_6_17);
        ForeignFence foreign = rig.foreign();
        scenario(rig, foreign);

        assertThat(lines.stream().map(line -> line.replaceAll("=[0-9a-f]{16}\\b", "=PTR")))
                .containsExactly(
                        "drm_sched_job: entity=PTR, id=1, fence=PTR, ring=gfx, job count:0, hw job count:0",
                        "drm_sched_job: entity=PTR, id=2, fence=PTR, ring=gfx, job count:1, hw job count:0",
                        "drm_run_job: entity=PTR, id=1, fence=PTR, ring=gfx, job count:1, hw job count:1",
                        "drm_sched_process_job: fence=PTR signaled",
                        "drm_sched_job_wait_dep: job ring=gfx, id=2, depends fence=PTR, context=4, seq=1",
                        "drm_sched_job_wait_dep: job ring=gfx, id=2, depends fence=PTR, context="
                                + foreign.fence().context() + ", seq=1",
                        "drm_run_job: entity=PTR, id=2, fence=PTR, ring=gfx, job count:0, hw job count:1");
        assertThat(pointer(lines.get(0), "fence=")).isEqualTo(pointer(lines.get(2), "fence="));
        assertThat(pointer(lines.get(0), "fence=")).isNotEqualTo(pointer(lines.get(1), "fence="));
        assertThat(pointer(lines.get(0), "entity=")).isEqualTo(pointer(lines.get(1), "entity="));
    }

    private static String pointer(String line, String field) {
        int at = line.indexOf(" " + field) + 1 + field.length();
        return line.substring(at, at + 16);
    }

    @Test
    void shouldPrintContextsAndNumbersWithoutASign() {
        SchedulerRig rig = traced(Dialect.SINCE_6_17);
        DmaFence huge = org.dmafence.fence.FenceContext.builder(rig.runtime)
                .id(-1)
                .build()
                .newFence64(new SchedulerRig.Foreign(), -2);
        rig.push(rig.scheduler.newEntity("client"), 1, huge);

        assertThat(lines.get(1)).endsWith("depends on fence=18446744073709551615:18446744073709551614");
    }
}
