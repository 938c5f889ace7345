package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Who has an order of its own among the events of an op: each thread, and in a case with several schedulers each of
 * these; what they do side by side has none. What belongs to one of them and what follows from another's doing keeps
 * its order all the same: an entity's jobs run in turn on whatever scheduler, and a job that waits for another's runs
 * after it.
 */
final class Parties {
    private final boolean timingSensitive;
    private final CaseJobs jobs;
    private final Set<String> schedulers = new HashSet<>();

    Parties(OracleCase each, CaseJobs jobs) {
        timingSensitive = each.timingSensitive();
        this.jobs = jobs;
        each.ops().stream()
                .filter(op -> op.name().equals("drm_sched_init"))
                .forEach(op -> schedulers.add(CaseJobs.arg(op, "sched")));
    }

    /** Whether two lists have the same events, those of each party in the same order. */
    boolean agree(List<JsonNode> theirs, List<JsonNode> mine, BiPredicate<JsonNode, JsonNode> same) {
        if (inOrder(theirs, mine, same)) {
            return true;
        }
        Map<String, List<JsonNode>> kernel = byParty(theirs);
        Map<String, List<JsonNode>> ours = byParty(mine);
        return kernel.keySet().equals(ours.keySet())
                && kernel.entrySet().stream()
                        .allMatch(
                                party -> inOrder(party.getValue(), ours.getOrDefault(party.getKey(), List.of()), same));
    }

    private static boolean inOrder(List<JsonNode> theirs, List<JsonNode> mine, BiPredicate<JsonNode, JsonNode> same) {
        if (theirs.size() != mine.size()) {
            return false;
        }
        for (int i = 0; i < theirs.size(); i++) {
            if (!same.test(theirs.get(i), mine.get(i))) {
                return false;
            }
        }
        return true;
    }

    private Map<String, List<JsonNode>> byParty(List<JsonNode> events) {
        Map<String, List<JsonNode>> parties = new LinkedHashMap<>();
        for (JsonNode event : events) {
            for (String party : of(event)) {
                parties.computeIfAbsent(party, any -> new ArrayList<>()).add(event);
            }
        }
        return parties;
    }

    /** At least one; an event has its place among those of each. */
    private List<String> of(JsonNode event) {
        if (timingSensitive) {
            return List.of(event.toString());
        }
        if (event.has("thread")) {
            return List.of("thread " + event.path("thread").asText());
        }
        String job = schedulers.size() > 1 ? jobs.jobOf(event) : null;
        if (job == null) {
            return List.of("");
        }
        List<String> parties = new ArrayList<>();
        parties.add("scheduler " + jobs.scheduler(job));
        String what = event.path("ev").asText();
        if (what.equals("run_job")) {
            parties.add("entity " + jobs.entity(job));
            jobs.dependenciesOf(job).forEach(before -> parties.add("link " + before + " " + job));
        }
        if (what.equals("run_job") || what.equals("hw_complete")) {
            jobs.dependentsOf(Set.of(job)).forEach(after -> parties.add("link " + job + " " + after));
        }
        return parties;
    }
}
