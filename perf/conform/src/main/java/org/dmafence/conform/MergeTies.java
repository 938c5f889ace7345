package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which fences of a case have a double with the same context and number, and what it reaches that a merge kept the one
 * and not the other: when containers over them signal, and who listens to and holds them. Everything else has to be the
 * same.
 */
final class MergeTies {
    /** What happens to a fence because something holds or listens to it. */
    private static final Set<String> BY_HOLDER = Set.of(
            "enable_signaling", "dma_fence_enable_signal", "release", "dma_fence_destroy", "signaled", "set_deadline");

    private static final Set<String> OF_HOLDER = Set.of("refcount", "enable_signal");

    private static final Set<String> OF_CONTAINER =
            Set.of("ret", "signaled", "error", "status", "timestamp", "refcount", "enable_signal", "ops_detached");

    /** By context and number. */
    private final Map<String, Set<String>> fences = new HashMap<>();

    /** The fences of which a merge kept one, each with the name that stands for it and its doubles. */
    private final Map<String, String> tied = new HashMap<>();

    private final Set<String> containers = new HashSet<>();

    /** Takes note of an op, in order. */
    void follow(OracleOp op, CaseRunner.Answer answer) {
        if (op.name().equals("dma_fence_init")) {
            String number = op.args().textOr("context", "") + ":" + op.args().textOr("seqno", "");
            fences.computeIfAbsent(number, any -> new HashSet<>()).add(op.args().textOr("fence", ""));
        }
        boolean chosenOtherwise = !op.outcome().result().equals(answer.outcome().result());
        if (answer.notes().contains(Note.TIED_MERGE) && chosenOtherwise) {
            fences.forEach((number, names) -> {
                if (names.size() > 1) {
                    names.forEach(name -> tied.put(name, number));
                }
            });
        }
        String out = op.args().textOr("out", "");
        if (!out.isEmpty()
                && (op.args().mentionsOneOf(tied.keySet())
                        || op.args().mentionsOneOf(containers)
                        || isReachedBy(op.outcome().result()))) {
            containers.add(out);
        }
    }

    private boolean isReachedBy(JsonNode result) {
        for (JsonNode name : result.path("fences")) {
            if (tied.containsKey(name.asText()) || containers.contains(name.asText())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a difference of the op that was followed last is what the choice between doubles accounts for. */
    boolean explain(Difference difference) {
        if (difference.aspect() == Difference.Aspect.EVENTS) {
            return difference
                    .effects()
                    .agree(
                            rest(difference.effects().theirs()),
                            rest(difference.effects().mine()));
        }
        if (doubled(difference.kernel()).equals(doubled(difference.ours()))) {
            return true;
        }
        String fence = difference.op().args().textOr("fence", "");
        return (containers.contains(fence) && OF_CONTAINER.contains(difference.path()))
                || (tied.containsKey(fence) && OF_HOLDER.contains(difference.path()));
    }

    private List<JsonNode> rest(List<JsonNode> events) {
        List<JsonNode> rest = new ArrayList<>();
        for (JsonNode event : events) {
            String[] words = Comparison.plain(event).split(" ", -1);
            String what = event.isTextual() ? words[0] : event.path("ev").asText();
            String fence = event.isTextual() && words.length > 1
                    ? words[1]
                    : event.path("fence").asText();
            if (!containers.contains(fence) && !(tied.containsKey(fence) && BY_HOLDER.contains(what))) {
                rest.add(event);
            }
        }
        return rest;
    }

    /** The fences of a result, each by what it has in common with its doubles. */
    private List<String> doubled(JsonNode names) {
        List<String> list = new ArrayList<>();
        if (names.isArray()) {
            names.forEach(name -> list.add(tied.getOrDefault(name.asText(), name.asText())));
        } else {
            list.add(tied.getOrDefault(names.asText(), names.asText()));
        }
        return list;
    }
}
