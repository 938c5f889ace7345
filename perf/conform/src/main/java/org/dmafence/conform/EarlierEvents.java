package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Brings events from before the series, and ours for comparison with them, into one form: tracepoints of the scheduler
 * were renamed and lost the job's number, those about dependencies are other ones now, and events had no
 * {@code detached}.
 */
final class EarlierEvents {
    private static final Map<String, String> RENAMED = Map.of(
            "drm_sched_job", "drm_sched_job_queue",
            "drm_run_job", "drm_sched_job_run",
            "drm_sched_process_job", "drm_sched_job_done");

    private static final Set<String> OF_DEPENDENCIES =
            Set.of("drm_sched_job_wait_dep", "drm_sched_job_unschedulable", "drm_sched_job_add_dep");

    private EarlierEvents() {}

    /** An event as it is compared, or nothing. */
    static Stream<JsonNode> of(JsonNode event) {
        if (event.isObject()) {
            return Stream.of(((ObjectNode) event.deepCopy()).without("detached"));
        }
        String[] words = Comparison.plain(event).split(" ", -1);
        if (OF_DEPENDENCIES.contains(words[0])) {
            return Stream.empty();
        }
        String name = RENAMED.get(words[0]);
        if (name == null) {
            return Stream.of(event);
        }
        words[0] = name;
        String text = String.join(" ", words);
        boolean numbered = !name.equals("drm_sched_job_done");
        return Stream.of(TextNode.valueOf(numbered ? text.replaceFirst("^((?:\\S+ ){3})\\d+ ", "$1") : text));
    }
}
