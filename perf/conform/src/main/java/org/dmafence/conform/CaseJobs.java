package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of a case as its ops tell of them: of whom, where, waiting for what; and which of them an event or an op is
 * about.
 */
final class CaseJobs {
    /** What a job and its fences answer otherwise if it has come less far. */
    static final Set<String> OF_JOB = Set.of(
            "runs",
            "freed",
            "karma",
            "scheduled_signaled",
            "finished_signaled",
            "finished_error",
            "parent",
            "ret",
            "signaled",
            "enable_signal",
            "error",
            "refcount",
            "status",
            "timestamp",
            "ops_detached",
            "driver",
            "timeline",
            "text",
            "skipped");

    private final Map<String, String> entities = new HashMap<>();

    /** Of the armed ones. */
    private final Map<String, String> schedulers = new HashMap<>();

    private final Map<String, Set<String>> dependencies = new HashMap<>();

    /** What threads of the case were called to do, by name. */
    private final Map<String, OracleOp> threads = new HashMap<>();

    /** The entities that the kernel made without a scheduler, and we did not. */
    private final Set<String> unmade = new HashSet<>();

    private final Set<String> timedOut = new HashSet<>();

    void learn(OracleOp op, CaseRunner.Answer answer) {
        String job = arg(op, "job");
        switch (op.name()) {
            case "drm_sched_job_init" -> entities.put(job, arg(op, "entity"));
            case "drm_sched_entity_init" -> {
                if (answer.notes().contains(Note.NO_SCHEDULER)
                        && answer.outcome().result().path("ret").asInt() != 0) {
                    unmade.add(arg(op, "entity"));
                }
            }
            case "drm_sched_job_arm" ->
                schedulers.put(job, op.outcome().result().path("sched").asText());
            case "drm_sched_job_add_dependency" ->
                dependencies.computeIfAbsent(job, any -> new HashSet<>()).add(owner(arg(op, "fence")));
            default -> {
                // tells nothing about jobs
            }
        }
        for (JsonNode event : Comparison.joined(answer.outcome())) {
            if (event.path("ev").asText().equals("timedout_job")) {
                timedOut.add(event.path("job").asText());
            }
        }
        if (op.args().has("async")) {
            threads.put(arg(op, "async"), op);
        }
    }

    static String arg(OracleOp op, String name) {
        return op.args().textOr(name, "");
    }

    /** The job whose fence it is, if it is a job's. */
    static String owner(String fence) {
        int dot = fence.indexOf('.');
        return dot < 0 ? "" : fence.substring(0, dot);
    }

    /** A word of a tracepoint. */
    static String word(String text, int index) {
        String[] words = text.split(" ", -1);
        return index < words.length ? words[index] : "";
    }

    /** The jobs that timed out here. */
    Set<String> timedOut() {
        return timedOut;
    }

    Set<String> armed() {
        return schedulers.keySet();
    }

    boolean isArmed(String job) {
        return schedulers.containsKey(job);
    }

    String scheduler(String job) {
        return schedulers.getOrDefault(job, "");
    }

    String entity(String job) {
        return entities.getOrDefault(job, "");
    }

    Set<String> ofScheduler(String scheduler) {
        return armed().stream()
                .filter(job -> scheduler(job).equals(scheduler))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Set<String> ofEntity(String entity) {
        return entities.keySet().stream()
                .filter(job -> entity(job).equals(entity))
                .collect(Collectors.toSet());
    }

    /** The armed jobs that wait for one of some jobs. */
    Set<String> dependentsOf(Set<String> jobs) {
        return armed().stream()
                .filter(job -> dependencies.getOrDefault(job, Set.of()).stream().anyMatch(jobs::contains))
                .collect(Collectors.toSet());
    }

    /** The armed jobs that a job waits for. */
    Set<String> dependenciesOf(String job) {
        return dependencies.getOrDefault(job, Set.of()).stream()
                .filter(this::isArmed)
                .collect(Collectors.toSet());
    }

    /** Whether an op names a job, its entity or its scheduler. */
    boolean isAbout(OracleOp op, String job) {
        return arg(op, "job").equals(job)
                || (op.args().has("entity") && arg(op, "entity").equals(entity(job)))
                || (op.args().has("sched") && arg(op, "sched").equals(scheduler(job)));
    }

    /** Whether an op is about an entity that the kernel alone has made, or a job of it. */
    boolean isAboutUnmade(OracleOp op) {
        return unmade.contains(op.args().has("entity") ? arg(op, "entity") : entity(arg(op, "job")));
    }

    /** The armed job that an op asks about, by itself or by its fence; {@code null} if there is none. */
    @Nullable String jobOf(OracleOp op) {
        String job = op.args().has("job") ? arg(op, "job") : owner(arg(op, "fence"));
        return isArmed(job) ? job : null;
    }

    /** The armed job that an event is about; {@code null} if there is none. */
    @Nullable String jobOf(JsonNode event) {
        String job;
        if (event.isTextual()) {
            String subject = word(Comparison.plain(event), 1);
            job = subject.contains(".") ? owner(subject) : subject;
        } else if (event.has("job")) {
            job = event.path("job").asText();
        } else if (event.has("thread")) {
            OracleOp op = opOf(event);
            return op == null ? null : jobOf(op);
        } else {
            job = owner(event.path("fence").asText());
        }
        return isArmed(job) ? job : null;
    }

    /** What the thread that an event is about was called to do. */
    @Nullable OracleOp opOf(JsonNode event) {
        return threads.get(event.path("thread").asText());
    }
}
