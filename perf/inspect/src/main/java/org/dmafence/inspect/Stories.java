package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.ftrace.TraceEvent.Stamp;
import org.dmafence.inspect.Part.Kind;
import org.dmafence.jobs.JobLife;
import org.dmafence.jobs.JobLife.Fate;
import org.jspecify.annotations.Nullable;

/** Takes the time of a job and of a wait apart. */
final class Stories {
    private final Witness witness;
    private final Book book;

    Stories(Witness witness, Book book) {
        this.witness = witness;
        this.book = book;
    }

    JobStory job(JobLife life, Known known, Fate fate) {
        long ran = life.ranNs();
        long ended = life.endedNs();
        Stamp signal = known.signal;
        if (ended == JobLife.NEVER && signal != null) {
            ended = signal.timeNs();
        }
        long began = ended == JobLife.NEVER || ran == JobLife.NEVER ? ran : Math.max(ran, life.beganNs());
        Long signaled = signal == null ? null : (Long) Math.max(signal.timeNs(), ended);
        FenceName fence = known.fence();
        List<String> dependencies =
                known.job.dependencies().stream().map(book::describe).toList();
        return new JobStory(
                fence == null ? "" : fence.toString(),
                known.job.ring().device(),
                known.job.ring().name(),
                Long.toUnsignedString(known.job.id()),
                known.client,
                known.submitter == null ? "" : known.submitter.task() + "-" + known.submitter.pid(),
                fate,
                life.submittedNs(),
                time(ran),
                time(began),
                time(ended),
                signaled,
                dependencies,
                parts(known, life.submittedNs(), ran, began, ended, signaled),
                ended != JobLife.NEVER
                        && witness.foundByFallback(known.job.ring().name(), ended),
                ended == JobLife.NEVER ? null : witness.refreshes(life.submittedNs(), ended));
    }

    private static @Nullable Long time(long ns) {
        return ns == JobLife.NEVER ? null : (Long) ns;
    }

    private static List<Part> parts(
            Known known, long submitted, long ran, long began, long ended, @Nullable Long signaled) {
        List<Part> parts = new ArrayList<>(6);
        if (ran != JobLife.NEVER) {
            add(parts, Kind.DEPENDENCY, known.readyNs - submitted, known.dependency);
            long worker = workerNs(known.handover, known.readyNs, ran);
            Kind turn = known.credits ? Kind.CREDITS : Kind.TURN;
            add(parts, turn, ran - known.readyNs - worker, known.behind);
            add(parts, Kind.WORKER, worker, known.handover == null ? null : thread(known.handover.stamp));
            if (ended != JobLife.NEVER) {
                add(parts, Kind.BEHIND, Math.min(began, ended) - ran, known.before);
                add(parts, Kind.HARDWARE, ended - began, known.job.ring().toString());
            }
        }
        if (ended != JobLife.NEVER && signaled != null) {
            add(parts, Kind.SIGNAL, signaled - ended, null);
        }
        return parts;
    }

    /** How long the worker was ready to run the job without a CPU, while nothing else held the job back. */
    private static long workerNs(@Nullable Handover run, long readyNs, long ranNs) {
        if (run == null || run.onCpuNs == JobLife.NEVER || run.wokenNs == JobLife.NEVER) {
            return 0;
        }
        return Math.max(0, Math.min(run.onCpuNs, ranNs) - Math.max(run.wokenNs, readyNs));
    }

    private static String thread(Stamp stamp) {
        return stamp.task() + "-" + stamp.pid();
    }

    private static void add(List<Part> parts, Kind kind, long ns, @Nullable String because) {
        if (ns > 0) {
            parts.add(new Part(kind, ns, because));
        }
    }

    /** @param endedNs never for one that is not over */
    WaitStory wait(OpenWait wait, long endedNs) {
        Stamp signal = signal(wait, endedNs);
        long signaled = signal != null ? signal.timeNs() : endOf(wait, endedNs);
        Known job = wait.job;
        FenceName fence = job == null ? null : job.fence();
        return new WaitStory(
                wait.task,
                wait.pid,
                wait.fence.toString(),
                wait.on,
                job == null ? null : fence == null ? job.describe() : fence.toString(),
                wait.startedNs,
                time(endedNs),
                time(signaled),
                signal == null ? null : thread(signal),
                endedNs == JobLife.NEVER ? List.of() : parts(wait, endedNs, signaled, signal));
    }

    /** Where no signal is recorded, the end of the job must do. */
    private static long endOf(OpenWait wait, long endedNs) {
        Known job = wait.job;
        if (job == null || wait.scheduled || (endedNs != JobLife.NEVER && job.endedNs > endedNs)) {
            return JobLife.NEVER;
        }
        return job.endedNs;
    }

    private @Nullable Stamp signal(OpenWait wait, long endedNs) {
        Known job = wait.job;
        Stamp signal = job != null && !wait.scheduled && job.signal != null ? job.signal : witness.signal(wait.fence);
        return signal != null && endedNs != JobLife.NEVER && signal.timeNs() > endedNs ? null : signal;
    }

    private List<Part> parts(OpenWait wait, long ended, long signaledNs, @Nullable Stamp signal) {
        List<Part> parts = new ArrayList<>(6);
        long at = wait.startedNs;
        boolean isKnown = signaledNs != JobLife.NEVER;
        long signaled = isKnown ? Math.max(at, signaledNs) : ended;
        Known job = wait.job;
        if (job != null && job.ranNs != JobLife.NEVER) {
            at = until(parts, Kind.QUEUED, at, Math.min(job.ranNs, signaled), job.describe());
            if (!wait.scheduled && job.endedNs != JobLife.NEVER) {
                String ring = job.job.ring().toString();
                at = until(parts, Kind.BEHIND, at, Math.min(job.beganNs, signaled), job.before);
                at = until(parts, Kind.HARDWARE, at, Math.min(job.endedNs, signaled), ring);
                at = until(parts, Kind.SIGNAL, at, signaled, null);
            }
        }
        at = until(parts, Kind.UNSIGNALED, at, signaled, isKnown ? wait.on : "the capture has no signal of it");
        if (isKnown) {
            Witness.OnCpu cpu = witness.wake(ended, wait.pid);
            if (cpu != null && cpu.wokenNs() >= at && cpu.onCpuNs() <= ended) {
                at = until(parts, Kind.WAKE, at, cpu.wokenNs(), signal == null ? null : thread(signal));
                at = until(parts, Kind.CPU, at, cpu.onCpuNs(), null);
            }
            until(parts, Kind.RETURN, at, ended, null);
        }
        return parts;
    }

    private static long until(List<Part> parts, Kind kind, long from, long to, @Nullable String because) {
        add(parts, kind, to - from, because);
        return Math.max(from, to);
    }
}
