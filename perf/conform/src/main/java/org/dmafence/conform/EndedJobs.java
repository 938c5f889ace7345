package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which jobs of a case we end that the kernel leaves, and what that reaches: whoever waits for them, and what their
 * entities and schedulers count. Everything else has to be the same.
 */
final class EndedJobs {
    private static final Set<String> OF_ENTITY = Set.of("queued", "dependency", "last_scheduled", "error", "ret");
    /** Those that are 0 until a job has ended. */
    private static final Set<String> OF_END = Set.of("freed", "finished_signaled", "signaled");

    private static final Set<String> OF_SCHEDULER = Set.of("credit_count", "score", "pending");

    private final CaseJobs jobs;
    private final Set<String> affected = new HashSet<>();

    /** The schedulers that were torn down with jobs. */
    private final Set<String> gone = new HashSet<>();

    EndedJobs(CaseJobs jobs) {
        this.jobs = jobs;
    }

    /** Takes note of an op, in order. */
    void follow(OracleOp op, CaseRunner.Answer answer) {
        String job = CaseJobs.arg(op, "job");
        String scheduler = CaseJobs.arg(op, "sched");
        Set<Note> notes = answer.notes();
        switch (op.name()) {
            case "drm_sched_fini" -> {
                if (notes.contains(Note.TORN_DOWN)) {
                    gone.add(scheduler);
                }
            }
            case "drm_sched_job_cleanup" -> {
                if (notes.contains(Note.ABANDONED) && jobs.isArmed(job)) {
                    affected.add(job);
                }
            }
            case "drm_sched_entity_push_job" -> {
                if (notes.contains(Note.PUSHED_TO_KILLED)) {
                    affected.add(job);
                }
            }
            case "drm_sched_resubmit_jobs" -> {
                if (notes.contains(Note.NOT_STOPPED)) {
                    affected.addAll(jobs.ofScheduler(scheduler));
                }
            }
            default -> {
                // ends nothing
            }
        }
        gone.forEach(each -> affected.addAll(jobs.ofScheduler(each)));
        spread();
    }

    /** A job that waits for one of them runs, and takes the place of others. */
    private void spread() {
        for (int before = -1; before < affected.size(); ) {
            before = affected.size();
            for (String dependent : jobs.dependentsOf(affected)) {
                affected.addAll(jobs.ofScheduler(jobs.scheduler(dependent)));
            }
        }
    }

    /** Whether a difference of the op that was followed last is what these jobs account for. */
    boolean explain(Difference difference) {
        if (difference.aspect() == Difference.Aspect.EVENTS) {
            return difference
                    .effects()
                    .agree(
                            rest(difference.effects().theirs()),
                            rest(difference.effects().mine()));
        }
        OracleOp op = difference.op();
        String path = difference.path();
        String job = jobs.jobOf(op);
        if (job != null) {
            return affected.contains(job) && CaseJobs.OF_JOB.contains(path) && isBehind(difference);
        }
        if (op.args().has("entity")) {
            return isOfAffected(op) && (OF_ENTITY.contains(path) || (path.equals("stopped") && !gone.isEmpty()));
        }
        return OF_SCHEDULER.contains(path)
                && jobs.ofScheduler(CaseJobs.arg(op, "sched")).stream().anyMatch(affected::contains);
    }

    /** Whether the kernel has a job less far, and no end for it that ours has not. */
    private static boolean isBehind(Difference difference) {
        int kernel = difference.kernel().asInt();
        String path = difference.path();
        if (OF_END.contains(path)) {
            return kernel == 0;
        }
        return switch (path) {
            case "finished_error", "error", "status" -> kernel == 0;
            case "runs" -> kernel >= 0 && kernel <= 2; // twice if it was resubmitted
            case "scheduled_signaled" -> kernel == 0 || kernel == 1;
            case "karma" ->
                kernel >= 0
                        && kernel <= SchedDeviations.MAX_KARMA
                        && difference.ours().asInt() == -1;
            case "parent" -> isParent(difference);
            case "refcount" -> kernel > difference.ours().asInt();
            default -> true;
        };
    }

    private static boolean isParent(Difference difference) {
        String kernel = difference.kernel().asText();
        return kernel.equals(World.NOTHING) || kernel.startsWith(CaseJobs.arg(difference.op(), "job") + ".hw");
    }

    private List<JsonNode> rest(List<JsonNode> events) {
        List<JsonNode> rest = new ArrayList<>();
        for (JsonNode event : events) {
            String job = jobs.jobOf(event);
            OracleOp waiter = jobs.opOf(event);
            boolean accounted = job != null ? affected.contains(job) : waiter != null && isOfAffected(waiter);
            if (!accounted) {
                rest.add(event);
            }
        }
        return rest;
    }

    private boolean isOfAffected(OracleOp op) {
        return jobs.ofEntity(CaseJobs.arg(op, "entity")).stream().anyMatch(affected::contains);
    }
}
