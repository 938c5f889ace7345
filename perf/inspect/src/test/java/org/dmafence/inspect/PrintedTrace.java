package org.dmafence.inspect;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;

/** Writes what a kernel would print, and has it inspected. Times are microseconds. */
final class PrintedTrace implements Watcher {
    final List<JobStory> jobs = new ArrayList<>();
    final List<WaitStory> waits = new ArrayList<>();
    private final StringBuilder text = new StringBuilder("# tracer: nop\n");
    private String task = "app-10";
    private int cpu;

    /** What follows is this thread's, on that CPU. */
    PrintedTrace by(String newTask, int newCpu) {
        task = newTask;
        cpu = newCpu;
        return this;
    }

    PrintedTrace at(long us, String event) {
        text.append(String.format(
                Locale.ROOT, "%s [%03d] ..... %d.%06d: %s%n", task, cpu, us / 1_000_000, us % 1_000_000, event));
        return this;
    }

    PrintedTrace raw(String line) {
        text.append(line).append('\n');
        return this;
    }

    PrintedTrace queue(long us, String fence) {
        return at(us, job("queue", fence));
    }

    PrintedTrace run(long us, String fence) {
        return at(us, job("run", fence));
    }

    private static String job(String what, String fence) {
        return "drm_sched_job_" + what + ": dev=d, fence=" + fence
                + ", ring=gfx, job count:0, hw job count:0, client_id:3";
    }

    PrintedTrace dependsOn(long us, String fence, String on) {
        return at(us, "drm_sched_job_add_dep: fence=" + fence + " depends on fence=" + on);
    }

    PrintedTrace done(long us, String fence) {
        return at(us, "drm_sched_job_done: fence=" + fence + " signaled");
    }

    PrintedTrace fence(long us, String what, String fence) {
        return fence(us, what, "drm_sched", "gfx", fence);
    }

    PrintedTrace fence(long us, String what, String driver, String timeline, String fence) {
        String[] name = fence.split(":", -1);
        return at(
                us,
                "dma_fence_" + what + ": driver=" + driver + " timeline=" + timeline + " context=" + name[0] + " seqno="
                        + name[1]);
    }

    PrintedTrace wakes(long us, String comm, int pid) {
        return at(us, "sched_waking: comm=" + comm + " pid=" + pid + " prio=120 target_cpu=001");
    }

    PrintedTrace switches(long us, int from, String comm, int to) {
        return at(
                us,
                "sched_switch: prev_comm=x prev_pid=" + from + " prev_prio=120 prev_state=S ==> next_comm=" + comm
                        + " next_pid=" + to + " next_prio=120");
    }

    Inspection inspect() throws TraceFormatException {
        return inspect(InspectSelection.ALL);
    }

    Inspection inspect(InspectSelection selection) throws TraceFormatException {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try (TraceReader reader = TraceReader.ofAll(new ByteArrayInputStream(bytes), "test")) {
            return Inspector.read(reader, selection, this);
        }
    }

    @Override
    public void job(JobStory job) {
        jobs.add(job);
    }

    @Override
    public void waited(WaitStory wait) {
        waits.add(wait);
    }

    JobStory job(String fence) {
        return jobs.stream()
                .filter(job -> job.fence().equals(fence))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no job " + fence + " in " + jobs));
    }
}
