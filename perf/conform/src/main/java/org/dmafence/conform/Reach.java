package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The containers of a case and the fences that modules issued, by name, with whatever is made over these. */
final class Reach {
    private static final Set<String> CONTAINING =
            Set.of("dma_fence_array_create", "dma_fence_chain_init", "dma_fence_unwrap_merge");

    /** What a fence answers otherwise once it has signalled. */
    private static final Set<String> OF_STATE = Set.of(
            "signaled",
            "timestamp",
            "ops_detached",
            "enable_signal",
            "error",
            "status",
            "ret",
            "driver",
            "timeline",
            "text",
            "refcount");

    private final Set<String> containers = new HashSet<>();
    private final Set<String> issued = new HashSet<>();
    private final Map<String, OracleOp> threads = new LinkedHashMap<>();

    /** Takes note of an op, in order. */
    void follow(OracleOp op) {
        String out = op.args().textOr("out", "");
        if (op.name().equals("module_load")) {
            issued.add(op.args().textOr("fence", ""));
        } else if (!out.isEmpty()) {
            if (CONTAINING.contains(op.name())) {
                containers.add(out);
            }
            if (op.args().mentionsOneOf(issued)) {
                issued.add(out);
            }
        }
        if (op.args().has("async")) {
            threads.put(op.args().textOr("async", ""), op);
        }
    }

    /**
     * Whether all there is to it is that containers signal earlier or later in the op, each with its callbacks in
     * order.
     */
    boolean isOrderOfContainers(Difference difference) {
        List<JsonNode> theirs = difference.effects().theirs();
        List<JsonNode> mine = difference.effects().mine();
        return containers.stream()
                        .allMatch(name -> difference.effects().agree(of(Set.of(name), theirs), of(Set.of(name), mine)))
                && difference.effects().agree(without(containers, theirs), without(containers, mine));
    }

    /** Whether a difference is one that a fence which signals when its module leaves accounts for. */
    boolean isOfIssued(Difference difference) {
        if (difference.aspect() == Difference.Aspect.EVENTS) {
            return difference
                    .effects()
                    .agree(
                            without(issued, difference.effects().theirs()),
                            without(issued, difference.effects().mine()));
        }
        return difference.op().args().mentionsOneOf(issued)
                && OF_STATE.contains(difference.path())
                && difference.kernel().asInt() <= 0;
    }

    private List<JsonNode> of(Set<String> names, List<JsonNode> events) {
        List<JsonNode> part = new ArrayList<>(events);
        part.removeIf(event -> !names.contains(subject(event)));
        return part;
    }

    private List<JsonNode> without(Set<String> names, List<JsonNode> events) {
        List<JsonNode> rest = new ArrayList<>(events);
        rest.removeIf(event -> names.contains(subject(event)) || isWaitFor(names, event));
        return rest;
    }

    private boolean isWaitFor(Set<String> names, JsonNode event) {
        @Nullable OracleOp op = threads.get(event.path("thread").asText());
        return op != null && op.args().mentionsOneOf(names);
    }

    private static String subject(JsonNode event) {
        return event.isTextual()
                ? CaseJobs.word(Comparison.plain(event), 1)
                : event.path("fence").asText();
    }
}
