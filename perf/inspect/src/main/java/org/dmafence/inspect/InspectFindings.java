package org.dmafence.inspect;

import java.util.ArrayList;
import java.util.List;
import org.dmafence.inspect.Finding.Level;
import org.dmafence.jobs.JobLife.Fate;
import org.dmafence.report.Units;

/** Says first what matters most. */
final class InspectFindings {
    private static final long TIMEOUT_NS = 2_000_000_000L;

    private static final String TIMEOUT =
            " So long that its end may be the driver's timeout: look for a reset of the GPU in the kernel's log.";

    private final List<Finding> findings = new ArrayList<>();

    private InspectFindings() {}

    static List<Finding> of(CaptureFacts capture, JobTally jobs, List<Stuck> stuck, Totals totals) {
        InspectFindings findings = new InspectFindings();
        stuck.forEach(one -> findings.stuck(one, capture));
        findings.jobs(capture, jobs);
        if (totals.interruptsLost() > 0) {
            findings.add(
                    Level.BAD,
                    "The end of " + Units.count(totals.interruptsLost(), "job")
                            + " was found by a timer: the interrupt was lost.");
        }
        if (capture.lost() > 0) {
            findings.add(
                    Level.NOTE,
                    "The kernel lost " + Units.count(capture.lost(), "event") + " or more"
                            + ": what seems to be missing may have happened.");
        }
        if (totals.overOneRefresh() > 0) {
            findings.add(
                    Level.NOTE,
                    Units.count(totals.overOneRefresh(), "job") + (totals.overOneRefresh() == 1 ? " was" : " were")
                            + " in flight at a refresh of the display, " + Units.count(totals.overMoreRefreshes())
                            + " of them at two or more.");
        }
        totals.slowestJobs().stream().limit(1).forEach(findings::slowest);
        totals.slowestWaits().stream().limit(1).forEach(findings::slowest);
        return List.copyOf(findings.findings);
    }

    private void stuck(Stuck one, CaptureFacts capture) {
        String behind = one.jobs() == 0
                ? ""
                : "; " + Units.count(one.jobs(), "job") + (one.jobs() == 1 ? " is" : " are") + " stuck behind it";
        String waiters = one.waiters().isEmpty()
                ? ""
                : ", and " + String.join(", ", one.waiters()) + (one.waiters().size() == 1 ? " waits" : " wait");
        String since = Units.time(Math.max(0, capture.lastNs() - one.sinceNs()));
        Fate fate = one.fate();
        if (fate == Fate.HUNG) {
            add(Level.BAD, one.fence() + " hangs: on the hardware for " + since + behind + waiters + ".");
        } else if (fate == Fate.LOST) {
            add(
                    Level.BAD,
                    one.fence() + " is lost: the hardware's fence signalled and its own did not, " + since
                            + " after it ran" + behind + waiters + ".");
        } else {
            add(Level.NOTE, one.fence() + " did not signal, and is awaited for " + since + behind + waiters + ".");
        }
    }

    private void jobs(CaptureFacts capture, JobTally jobs) {
        if (jobs.seen() == 0) {
            add(Level.NOTE, "No job was read: " + capture.generation() + ". See what the capture lacks.");
            return;
        }
        boolean noneHangs = jobs.hung() == 0 && jobs.lost() == 0;
        if (noneHangs && jobs.complete() + jobs.endedOtherwise() == 0) {
            add(
                    Level.NOTE,
                    "The end of no job is recorded, so nothing tells whether one hangs: of " + Units.count(jobs.seen())
                            + ", " + ended(jobs) + ".");
        } else if (noneHangs) {
            String none = jobs.seen() == 1 ? "The job does not hang" : "No job hangs";
            add(Level.GOOD, none + ": of " + Units.count(jobs.seen()) + ", " + ended(jobs) + ".");
        }
        long beforeAll = capture.allCpusSinceNs() - capture.firstNs();
        if (jobs.cutOff() > 0) {
            String since = beforeAll > 0
                    ? " The CPUs' buffers begin at different times; all record since " + Units.time(beforeAll)
                            + " after the first."
                    : "";
            add(
                    Level.NOTE,
                    Units.count(jobs.cutOff(), "job") + (jobs.cutOff() == 1 ? " is" : " are")
                            + " cut off by the capture's edge, or part of what happened to them was not recorded."
                            + since);
        }
    }

    private static String ended(JobTally jobs) {
        StringBuilder out = new StringBuilder(Units.count(jobs.complete()) + " ended");
        count(out, jobs.endedOtherwise(), "ended without a run or an end that was recorded");
        count(out, jobs.running(), "on the hardware at the capture's end");
        count(out, jobs.queued(), "queued");
        count(out, jobs.cutOff(), "cut off");
        return out.toString();
    }

    private static void count(StringBuilder out, long count, String what) {
        if (count > 0) {
            out.append(", ").append(Units.count(count)).append(' ').append(what);
        }
    }

    private void slowest(JobStory job) {
        Part part = Totals.largest(job.parts());
        if (part != null) {
            add(
                    Level.NOTE,
                    "The slowest job, " + job.name() + " of " + job.where() + " (" + job.client() + "), took "
                            + Units.time(job.totalNs()) + ": " + spent(part) + "."
                            + (isLikeATimeout(part) ? TIMEOUT : ""));
        }
    }

    /** No job of a program that works takes so long. */
    private static boolean isLikeATimeout(Part part) {
        return part.kind() == Part.Kind.HARDWARE && part.ns() > TIMEOUT_NS;
    }

    private void slowest(WaitStory wait) {
        Part part = Totals.largest(wait.parts());
        if (part != null) {
            add(
                    Level.NOTE,
                    "The longest wait, of " + wait.task() + "-" + wait.pid() + " for " + wait.fence() + " of "
                            + wait.on() + ", took " + Units.time(wait.totalNs()) + ": " + spent(part) + ".");
        }
    }

    /** Such as {@code 3.2 ms waited for a dependency (9:3 of gfx)}. */
    static String spent(Part part) {
        String because = part.because();
        return Units.time(part.ns()) + " " + part.kind().words() + (because == null ? "" : " (" + because + ")");
    }

    private void add(Level level, String text) {
        findings.add(new Finding(level, text));
    }
}
