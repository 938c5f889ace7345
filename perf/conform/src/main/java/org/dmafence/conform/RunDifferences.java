package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which jobs of a case ran in another order than in the kernel, and what that reaches: a job that moved goes through
 * the same events earlier or later, and its entity and scheduler count accordingly in between. Everything else has to
 * be the same.
 */
final class RunDifferences {
    /** Ops by which a job may come to another end because it is not where the kernel had it. */
    private static final Set<String> ACTING = Set.of(
            "hw_signal",
            "drm_sched_entity_kill",
            "drm_sched_entity_fini",
            "drm_sched_entity_flush",
            "drm_sched_entity_destroy",
            "drm_sched_increase_karma",
            "drm_sched_stop",
            "drm_sched_start",
            "drm_sched_resubmit_jobs",
            "drm_sched_fault",
            "drm_sched_tdr_queue_imm",
            "drm_sched_fini");

    /**
     * What an entity answers differently while one of its jobs is elsewhere, and for ever when run times are its
     * subject.
     */
    private static final Set<String> OF_ENTITY = Set.of("queued", "dependency", "last_scheduled", "idle");

    /** What it answers about its last job. */
    private static final Set<String> OF_LAST_JOB = Set.of("entity_state error", "drm_sched_entity_error ret");

    private static final Set<String> OF_TIMES =
            Set.of("runtime_us", "vruntime_us", "vruntime_ns", "avg_job_us", "head_prio");

    private static final Set<String> OF_SCHEDULER = Set.of("credit_count", "score", "pending");

    /** What happened on one side. */
    private static final class Side {
        final Map<String, List<JsonNode>> byJob = new LinkedHashMap<>();
        final Map<String, List<String>> runs = new HashMap<>();

        List<JsonNode> of(String job) {
            return byJob.computeIfAbsent(job, any -> new ArrayList<>());
        }
    }

    private final Side kernel = new Side();
    private final Side ours = new Side();
    private final CaseJobs jobs;

    /** Dependencies that only the kernel added, by job. */
    private final Map<String, Set<String>> late = new HashMap<>();

    /** The schedulers that watch for hangs. */
    private final Set<String> watching = new HashSet<>();

    private final Set<String> reordered = new HashSet<>();
    private final Set<String> moved = new HashSet<>();
    private final Set<String> diverged = new HashSet<>();

    /** The jobs whose histories differ, before and after the latest op. */
    private Set<String> apartBefore = Set.of();

    private Set<String> apart = Set.of();

    RunDifferences(CaseJobs jobs) {
        this.jobs = jobs;
    }

    /**
     * Takes note of an op, in order.
     *
     * @param theirs all that the kernel did, as far as it is compared
     * @param mine likewise
     */
    void follow(OracleOp op, CaseRunner.Answer answer, List<JsonNode> theirs, List<JsonNode> mine) {
        learn(op, answer);
        if (ACTING.contains(op.name())) {
            apart.stream().filter(job -> jobs.isAbout(op, job)).forEach(diverged::add);
        }
        apartBefore = apart;
        record(kernel, theirs);
        record(ours, mine);
        findMoved();
        Set<String> differing = new HashSet<>();
        for (String job : jobs.armed()) {
            if (!isSame(
                    job,
                    kernel.of(job),
                    ours.of(job),
                    Math.max(kernel.of(job).size(), ours.of(job).size()))) {
                differing.add(job);
            }
        }
        apart = differing;
        divergeByTimeout(theirs);
        divergeByTimeout(mine);
    }

    private void learn(OracleOp op, CaseRunner.Answer answer) {
        String job = CaseJobs.arg(op, "job");
        switch (op.name()) {
            case "drm_sched_init" -> {
                if (op.args().has("timeout")) {
                    watching.add(CaseJobs.arg(op, "sched"));
                }
            }
            case "drm_sched_fault", "drm_sched_tdr_queue_imm" -> watching.add(CaseJobs.arg(op, "sched"));
            case "drm_sched_job_add_dependency" -> {
                if (answer.notes().contains(Note.LATE_DEPENDENCY) && jobs.isArmed(job)) {
                    late.computeIfAbsent(job, any -> new HashSet<>()).add(CaseJobs.arg(op, "fence"));
                    reordered.add(jobs.scheduler(job));
                }
            }
            default -> {
                // tells nothing about the order
            }
        }
    }

    private void record(Side side, List<JsonNode> events) {
        for (JsonNode event : events) {
            String job = jobs.jobOf(event);
            if (job == null || isAboutDependency(event)) {
                continue;
            }
            side.of(job).add(event);
            if (isEvent(event, "run_job") && event.path("runs").asInt(1) == 1) {
                side.runs
                        .computeIfAbsent(event.path("sched").asText(), any -> new ArrayList<>())
                        .add(job);
            }
        }
    }

    private static boolean isEvent(JsonNode event, String name) {
        return event.path("ev").asText().equals(name);
    }

    private static boolean isAboutDependency(JsonNode event) {
        String text = Comparison.plain(event);
        return text.startsWith("drm_sched_job_add_dep ") || text.startsWith("drm_sched_job_unschedulable ");
    }

    /**
     * Jobs of different entities that changed places, and whatever that pushed aside on the same scheduler or depends
     * on it.
     */
    private void findMoved() {
        boolean grows = true;
        while (grows) {
            int before = moved.size() + reordered.size();
            Set<String> names = new HashSet<>(kernel.runs.keySet());
            names.addAll(ours.runs.keySet());
            names.forEach(this::findMoved);
            jobs.dependentsOf(moved).forEach(job -> reordered.add(jobs.scheduler(job)));
            grows = moved.size() + reordered.size() > before;
        }
    }

    private void findMoved(String scheduler) {
        List<String> theirRuns = kernel.runs.getOrDefault(scheduler, List.of());
        List<String> ourRuns = ours.runs.getOrDefault(scheduler, List.of());
        for (int i = 0; i < Math.max(theirRuns.size(), ourRuns.size()); i++) {
            String their = i < theirRuns.size() ? theirRuns.get(i) : "";
            String our = i < ourRuns.size() ? ourRuns.get(i) : "";
            if (their.equals(our)) {
                continue;
            }
            boolean swapped =
                    !their.isEmpty() && !our.isEmpty() && !jobs.entity(their).equals(jobs.entity(our));
            if (swapped) {
                reordered.add(scheduler);
            }
            if (reordered.contains(scheduler)) {
                Set.of(their, our).stream().filter(job -> !job.isEmpty()).forEach(moved::add);
            }
        }
    }

    /** A timeout hits the job that happens to be first. */
    private void divergeByTimeout(List<JsonNode> events) {
        for (JsonNode event : events) {
            String scheduler = jobs.scheduler(event.path("job").asText());
            if (isEvent(event, "timedout_job") && watching.contains(scheduler)) {
                apart.stream()
                        .filter(job -> scheduler.equals(jobs.scheduler(job)))
                        .forEach(diverged::add);
            }
        }
    }

    // ---- what it explains -------------------------------------------------------------------------------------------

    /** Whether a difference of the op that was followed last is what the order of jobs accounts for. */
    boolean explain(Difference difference) {
        return difference.aspect() == Difference.Aspect.EVENTS
                ? explainEvents(difference.effects())
                : explainResult(difference);
    }

    private boolean explainEvents(Difference.Effects effects) {
        Set<String> accounted = new HashSet<>();
        List<JsonNode> theirRest = rest(effects.theirs(), accounted);
        List<JsonNode> ourRest = rest(effects.mine(), accounted);
        return accounted.stream().allMatch(this::isConsistent)
                && effects.parties().agree(theirRest, ourRest, this::isSameUncounted);
    }

    private boolean isSameUncounted(JsonNode one, JsonNode other) {
        return Comparison.sameEvent(uncounted("", one), uncounted("", other));
    }

    private List<JsonNode> rest(List<JsonNode> events, Set<String> accounted) {
        List<JsonNode> rest = new ArrayList<>();
        for (JsonNode event : events) {
            String job = jobs.jobOf(event);
            if (job != null && (moved.contains(job) || isFreedBehindMoved(event, job))) {
                accounted.add(job);
            } else if (!isAboutLate(event)) {
                rest.add(event);
            }
        }
        return rest;
    }

    /** Jobs are freed in the order in which they ran. */
    private boolean isFreedBehindMoved(JsonNode event, String job) {
        return isEvent(event, "free_job") && isApart(job) && hasMovedApart(jobs.scheduler(job));
    }

    private boolean hasMovedApart(String scheduler) {
        return jobs.ofScheduler(scheduler).stream().anyMatch(job -> isApart(job) && moved.contains(job));
    }

    private boolean isApart(String job) {
        return apart.contains(job) || apartBefore.contains(job);
    }

    /** The kernel listens to a dependency that it alone has. */
    private boolean isAboutLate(JsonNode event) {
        String fence;
        if (event.isTextual()) {
            String text = Comparison.plain(event);
            fence = text.startsWith("dma_fence_enable_signal ") ? CaseJobs.word(text, 1) : "";
        } else {
            fence = isEvent(event, "enable_signaling") ? event.path("fence").asText() : "";
        }
        return isLate(fence);
    }

    private boolean isLate(String fence) {
        return late.values().stream().anyMatch(each -> each.contains(fence));
    }

    /** Whether a job went the same way on both sides, on one of them perhaps less far. */
    private boolean isConsistent(String job) {
        List<JsonNode> its = kernel.of(job);
        List<JsonNode> our = ours.of(job);
        return diverged.contains(job)
                || (isSame(job, its, our, Math.min(its.size(), our.size()))
                        && isOnItsWay(its, our.size())
                        && isOnItsWay(our, its.size()));
    }

    /**
     * Whether what a job has ahead of the other side is what a job goes through once: it runs, completes and is freed.
     */
    private static boolean isOnItsWay(List<JsonNode> history, int from) {
        for (int i = from; i < history.size(); i++) {
            JsonNode event = history.get(i);
            boolean again = isEvent(event, "run_job") && event.path("runs").asInt(1) > 1;
            boolean freedBefore = isEvent(event, "free_job")
                    && history.subList(0, i).stream().anyMatch(earlier -> isEvent(earlier, "free_job"));
            if (again || freedBefore || isEvent(event, "timedout_job")) {
                return false;
            }
        }
        return true;
    }

    private boolean isSame(String job, List<JsonNode> one, List<JsonNode> other, int length) {
        for (int i = 0; i < length; i++) {
            if (i >= one.size()
                    || i >= other.size()
                    || !Comparison.sameEvent(uncounted(job, one.get(i)), uncounted(job, other.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /** A tracepoint without what counts jobs, where these are in another order. */
    private JsonNode uncounted(String job, JsonNode event) {
        String owner = job.isEmpty() ? jobs.jobOf(event) : job;
        if (!event.isTextual() || owner == null || !reordered.contains(jobs.scheduler(owner))) {
            return event;
        }
        String text = Comparison.plain(event);
        if (text.startsWith("drm_sched_job_queue ") || text.startsWith("drm_sched_job_run ")) {
            return TextNode.valueOf(text.replaceFirst("^((?:\\S+ ){3}\\S+) \\d+ \\d+", "$1"));
        }
        return text.startsWith("dma_fence_init ") && CaseJobs.word(text, 1).contains(".hw")
                ? TextNode.valueOf(text.substring(0, text.lastIndexOf(' ')))
                : event;
    }

    private boolean explainResult(Difference difference) {
        OracleOp op = difference.op();
        String path = difference.path();
        JsonNode its = difference.kernel();
        JsonNode our = difference.ours();
        String fence = CaseJobs.arg(op, "fence");
        String entity = CaseJobs.arg(op, "entity");
        String scheduler = CaseJobs.arg(op, "sched");
        String job = CaseJobs.arg(op, "job").isEmpty() ? CaseJobs.owner(fence) : CaseJobs.arg(op, "job");
        if (jobs.isArmed(job)) {
            return explainOfJob(op, job, fence, path, its, our);
        }
        if (!entity.isEmpty()) {
            Set<String> itsJobs = jobs.ofEntity(entity);
            boolean elsewhere = itsJobs.stream().anyMatch(each -> moved.contains(each) && isApart(each));
            return (OF_ENTITY.contains(path) && elsewhere)
                    || (OF_LAST_JOB.contains(op.name() + " " + path) && elsewhere && isOfLast(difference))
                    || (OF_TIMES.contains(path) && itsJobs.stream().anyMatch(moved::contains));
        }
        if (!scheduler.isEmpty()) {
            return (OF_SCHEDULER.contains(path)
                            && hasMovedApart(scheduler)
                            && (!path.equals("pending") || unmoved(its).equals(unmoved(our))))
                    || (OF_TIMES.contains(path) && reordered.contains(scheduler));
        }
        return isLate(fence) && Set.of("refcount", "enable_signal").contains(path);
    }

    private boolean explainOfJob(OracleOp op, String job, String fence, String path, JsonNode its, JsonNode our) {
        if (op.name().equals("job_dependencies")) {
            return path.equals("fences")
                    && without(its, late.getOrDefault(job, Set.of())).equals(without(our, Set.of()));
        }
        if (path.equals("seqno")) {
            return fence.contains(".hw") && moved.contains(job);
        }
        if (!CaseJobs.OF_JOB.contains(path)) {
            return false;
        }
        boolean freed = path.equals("freed") || path.equals("karma") || path.equals("refcount");
        return isApart(job) && (moved.contains(job) || (freed && hasMovedApart(jobs.scheduler(job))));
    }

    /** Whether the last jobs of an entity are not the same; one that has none has no error. */
    private static boolean isOfLast(Difference difference) {
        JsonNode its = difference.op().outcome().result().path("last_scheduled");
        JsonNode our = difference.answer().outcome().result().path("last_scheduled");
        return difference.path().equals("ret")
                || (!its.equals(our)
                        && (!its.asText().equals("null") || difference.kernel().asInt() == 0));
    }

    private List<String> unmoved(JsonNode names) {
        return without(names, moved);
    }

    private static List<String> without(JsonNode names, Set<String> excluded) {
        List<String> rest = new ArrayList<>();
        names.forEach(name -> rest.add(name.asText()));
        rest.removeAll(excluded);
        return rest;
    }
}
