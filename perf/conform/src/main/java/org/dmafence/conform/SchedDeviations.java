package org.dmafence.conform;

import static org.dmafence.conform.Deviation.Scope.BEFORE_SERIES;
import static org.dmafence.conform.Deviation.Scope.OURS;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.dmafence.conform.Difference.Aspect;

/** The rules of {@link Deviations} for the scheduler. */
final class SchedDeviations {
    private static final Set<String> OF_UNMADE = Set.of(
            "queued",
            "stopped",
            "priority",
            "sched",
            "error",
            "dependency",
            "last_scheduled",
            "guilty",
            "idle",
            "ret",
            CaseRunner.SKIPPED,
            CaseRunner.THREW);
    private static final Set<String> OF_INIT = Set.of("fence_context", "priority");

    /** Nobody is found guilty more often in one scenario. */
    static final int MAX_KARMA = 10;

    static final List<Deviation> ALL = List.of(
            new Deviation(
                    "entities-keep-no-reference",
                    "an entity remembers its last job without a reference to its fence, so that it pins no driver; the kernel's has"
                            + " one",
                    OURS,
                    difference -> difference.has(Note.LAST_OF_ENTITY)
                            && difference.path().equals("refcount")
                            && difference.kernel().asInt() == difference.ours().asInt() + 1),
            new Deviation(
                    "priority-is-clamped",
                    "an entity whose priority the scheduler does not have gets the lowest there is; the kernel takes a run queue"
                            + " outside the array",
                    OURS,
                    difference -> difference.kernel().asText().equals("out_of_bounds_run_queue")),
            new Deviation(
                    "priority-moves-the-entity",
                    "changing an entity's priority moves it to the run queue of that priority; the kernel changes the number only",
                    OURS,
                    difference -> difference.has(Note.PRIORITY_CHANGED) && difference.followsFromRunOrder()),
            new Deviation(
                    "timed-out-job-is-freed",
                    "a job that its driver did not put back after a timeout is freed when it ends; the kernel has lost it",
                    OURS,
                    difference -> difference.has(Note.NOT_PUT_BACK) && isOnlyFreed(difference)),
            new Deviation(
                    "push-to-killed-ends-the-job",
                    "a job that is pushed to a killed entity ends with -ESRCH behind the others; in the kernel it waits for somebody"
                            + " to kill the entity again",
                    OURS,
                    difference -> difference.has(Note.PUSHED_TO_KILLED) && difference.followsFromEndedJobs()),
            new Deviation(
                    "cleanup-ends-armed-job",
                    "an armed job that is never pushed ends with -ECANCELED when it is cleaned up; the kernel leaves whoever waits for"
                            + " it waiting",
                    OURS,
                    difference -> difference.has(Note.ABANDONED) && difference.followsFromEndedJobs()),
            new Deviation(
                    "fini-ends-what-is-left",
                    "tearing a scheduler down ends the jobs that are left with -ECANCELED and frees them; the kernel leaves them, and"
                            + " whoever flushes, for ever",
                    OURS,
                    difference -> difference.has(Note.TORN_DOWN) && difference.followsFromEndedJobs()),
            new Deviation(
                    "all-end-before-any-is-freed",
                    "tearing a scheduler down ends every job before it frees the first, so that nothing that freeing runs keeps another"
                            + " from ending; the kernel cancels and frees them one by one",
                    OURS,
                    difference -> difference.has(Note.CANCELED_AT_FINI) && isCanceledOneByOne(difference)),
            new Deviation(
                    "dependencies-before-arming",
                    "a job whose fences exist takes no more dependencies, so jobs can't wait for each other in a circle; in the"
                            + " kernel they do, for ever",
                    OURS,
                    difference -> difference.has(Note.LATE_DEPENDENCY) && difference.followsFromRunOrder()),
            new Deviation(
                    "resubmitting-needs-a-stop",
                    "jobs are resubmitted only after they were taken back from the hardware; the kernel forgets the fence that it"
                            + " follows",
                    OURS,
                    difference -> difference.has(Note.NOT_STOPPED) && difference.followsFromEndedJobs()),
            new Deviation(
                    "finishing-twice-is-harmless",
                    "an entity may be finished twice; 7.2 then miscounts the references to its statistics and warns",
                    OURS,
                    difference -> difference.has(Note.FINISHED_TWICE) && isOnlyWarned(difference)),
            new Deviation(
                    "decided-by-microseconds",
                    "which of two entities had less hardware time was up to the microseconds that the kernel's own work took; the"
                            + " scenario is marked as such, and our virtual time has none",
                    OURS,
                    difference -> difference.has(Note.TIMING_SENSITIVE) && difference.followsFromRunOrder()),
            new Deviation(
                    "no-job-ids",
                    "jobs have no number of their own any more",
                    BEFORE_SERIES,
                    difference -> difference.path().equals("id")
                            && difference.op().name().equals("drm_sched_job_arm")
                            && difference.ours().isMissingNode()),
            new Deviation(
                    "round-robin-by-keys",
                    "round robin gives entities keys instead of rotating a list: one that ran empty keeps its place",
                    BEFORE_SERIES,
                    difference -> difference.has(Note.ROUND_ROBIN) && difference.followsFromRunOrder()),
            new Deviation(
                    "finished-jobs-are-freed-at-once",
                    "all finished jobs are freed in one go; 6.12 freed one at a time and ran others in between",
                    BEFORE_SERIES,
                    SchedDeviations::isFreedInOneGo),
            new Deviation(
                    "entities-have-a-scheduler",
                    "an entity needs at least one scheduler when it is made; before, it failed to make jobs",
                    BEFORE_SERIES,
                    difference -> difference.aspect() == Aspect.RESULT
                            && difference.has(Note.NO_SCHEDULER)
                            && isUnmade(difference)));

    private SchedDeviations() {}

    /** The kernel made an entity of no use; of ours nothing can be asked. */
    private static boolean isUnmade(Difference difference) {
        if (!difference.effects().jobs().isAboutUnmade(difference.op())) {
            return false;
        }
        boolean init = difference.op().name().equals("drm_sched_entity_init");
        if (init && difference.path().equals("ret")) {
            return difference.kernel().asInt() == 0;
        }
        return (init ? OF_INIT : OF_UNMADE).contains(difference.path());
    }

    /** Whether all there is to it is that we freed a job that timed out, and the kernel did not. */
    private static boolean isOnlyFreed(Difference difference) {
        Set<String> timedOut = difference.effects().jobs().timedOut();
        if (difference.aspect() == Aspect.RESULT) {
            String job = difference.effects().jobs().jobOf(difference.op());
            return job != null && timedOut.contains(job) && isFreedLater(difference);
        }
        List<JsonNode> kernel = difference.effects().theirs();
        List<JsonNode> rest = new ArrayList<>(difference.effects().mine());
        rest.removeIf(event -> event.path("ev").asText().equals("free_job")
                && timedOut.contains(event.path("job").asText())
                && kernel.stream().noneMatch(theirs -> Comparison.sameEvent(theirs, event)));
        return difference.effects().agree(kernel, rest);
    }

    private static boolean isFreedLater(Difference difference) {
        int kernel = difference.kernel().asInt();
        int ours = difference.ours().asInt();
        return switch (difference.path()) {
            case "freed" -> kernel == 0 && ours == 1;
            case "karma" -> kernel >= 0 && kernel <= MAX_KARMA && ours == -1;
            case "refcount" -> kernel > ours;
            default -> false;
        };
    }

    /**
     * Whether the kernel went from one job to the next, and we went through them twice: to end them, and to free them.
     */
    private static boolean isCanceledOneByOne(Difference difference) {
        List<String> before = new ArrayList<>();
        for (JsonNode event : difference.effects().theirs()) {
            String job = difference.effects().jobs().jobOf(event);
            if (job != null && !job.equals(before.isEmpty() ? "" : before.get(before.size() - 1))) {
                if (before.contains(job)) {
                    return false;
                }
                before.add(job);
            }
        }
        return isFreedInOneGo(difference)
                && difference.effects().theirs().stream().noneMatch(SchedDeviations::isFreedFirst);
    }

    private static boolean isFreedFirst(JsonNode event) {
        return event.path("ev").asText().equals("free_job")
                && event.path("finished_signaled").asInt(1) == 0;
    }

    /** Whether only the jobs are freed at another moment, in the same order; the driver may run others in between. */
    private static boolean isFreedInOneGo(Difference difference) {
        return difference.aspect() == Aspect.EVENTS
                && Stream.of(true, false)
                        .allMatch(freed -> difference
                                .effects()
                                .agree(
                                        part(difference.effects().theirs(), freed),
                                        part(difference.effects().mine(), freed)));
    }

    private static List<JsonNode> part(List<JsonNode> events, boolean freed) {
        return events.stream()
                .filter(event -> event.path("ev").asText().equals("free_job") == freed)
                .toList();
    }

    /** Whether all there is to it is that the kernel warned of a count of references. */
    private static boolean isOnlyWarned(Difference difference) {
        List<JsonNode> kernel = new ArrayList<>(difference.effects().theirs());
        boolean warned = kernel.removeIf(event -> event.path("ev").asText().equals("WARN")
                && event.path("in").asText().startsWith("refcount_"));
        return warned
                && difference.aspect() == Aspect.EVENTS
                && difference.effects().agree(kernel, difference.effects().mine());
    }
}
