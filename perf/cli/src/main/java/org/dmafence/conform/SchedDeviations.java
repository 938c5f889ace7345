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
    private static final Set<String> OF_JOB = Set.of("freed", "karma");

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
                    difference -> difference.has(Note.CANCELED_AT_FINI) && isFreedInOneGo(difference)),
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
                    difference -> difference.path().equals("id")),
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
                            && difference.effects().jobs().isAboutUnmade(difference.op())));

    private SchedDeviations() {}

    /** Whether all there is to it is that we freed a job, and the kernel did not. */
    private static boolean isOnlyFreed(Difference difference) {
        if (difference.aspect() == Aspect.RESULT) {
            return OF_JOB.contains(difference.path()) || difference.path().equals("refcount");
        }
        List<JsonNode> kernel = events(difference.op().outcome());
        List<JsonNode> rest = new ArrayList<>(events(difference.answer().outcome()));
        rest.removeIf(event -> event.path("ev").asText().equals("free_job")
                && kernel.stream().noneMatch(theirs -> Comparison.sameEvent(theirs, event)));
        return isSame(kernel, rest);
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

    /** Whether all there is to it is that the kernel warned. */
    private static boolean isOnlyWarned(Difference difference) {
        List<JsonNode> kernel = new ArrayList<>(events(difference.op().outcome()));
        boolean warned = kernel.removeIf(event -> event.path("ev").asText().equals("WARN"));
        return warned && isSame(kernel, events(difference.answer().outcome()));
    }

    private static boolean isSame(List<JsonNode> kernel, List<JsonNode> ours) {
        if (ours.size() != kernel.size()) {
            return false;
        }
        for (int i = 0; i < ours.size(); i++) {
            if (!Comparison.sameEvent(kernel.get(i), ours.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<JsonNode> events(OracleOp.Outcome outcome) {
        return Comparison.joined(outcome).stream().filter(JsonNode::isObject).toList();
    }
}
