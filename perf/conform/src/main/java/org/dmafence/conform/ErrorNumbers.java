package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which numbers stand for an error here and for none, or for another, in the kernel. */
final class ErrorNumbers {
    private static final Set<String> FIELDS = Set.of("error", "status", "ret", "finished_error");

    private ErrorNumbers() {}

    /**
     * Whether the kernel has a positive number where we have the error of that number. Whoever hands one on sets it
     * once more in the kernel, and is warned of once more.
     */
    static boolean areNegated(Difference difference) {
        if (difference.aspect() == Difference.Aspect.RESULT) {
            JsonNode kernel = negative(difference.path(), difference.kernel());
            return kernel.equals(difference.ours());
        }
        boolean handedOn = !difference.op().name().equals("dma_fence_set_error");
        List<JsonNode> theirs = new ArrayList<>();
        difference.effects().theirs().forEach(event -> theirs.add(negative("", event)));
        List<JsonNode> mine = new ArrayList<>(difference.effects().mine());
        if (handedOn) {
            theirs.removeIf(ErrorNumbers::isWarning);
            mine.removeIf(ErrorNumbers::isWarning);
        }
        return difference.effects().agree(theirs, mine);
    }

    private static boolean isWarning(JsonNode event) {
        return event.path("ev").asText().equals("WARN")
                && event.path("in").asText().equals("dma_fence_set_error");
    }

    /** A value with its positive errors made negative; 1 is none: that is how a success reads. */
    private static JsonNode negative(String field, JsonNode value) {
        if (value.isObject()) {
            ObjectNode copy = value.deepCopy();
            value.properties().forEach(each -> copy.set(each.getKey(), negative(each.getKey(), each.getValue())));
            return copy;
        }
        if (value.isArray()) {
            ArrayNode copy = ((ArrayNode) value.deepCopy()).removeAll();
            value.forEach(each -> copy.add(negative(field, each)));
            return copy;
        }
        return FIELDS.contains(field) && value.isInt() && value.asInt() > 1 ? IntNode.valueOf(-value.asInt()) : value;
    }

    /** Whether the kernel's callbacks read the 1 that an array keeps until it completes, and ours nothing. */
    static boolean arePending(Difference difference) {
        if (difference.aspect() != Difference.Aspect.EVENTS) {
            return false;
        }
        List<JsonNode> theirs = new ArrayList<>();
        for (JsonNode event : difference.effects().theirs()) {
            boolean pending = event.path("ev").asText().equals("cb")
                    && event.path("error").asInt() == 1;
            theirs.add(pending ? ((ObjectNode) event.deepCopy()).without("error") : event);
        }
        return difference.effects().agree(theirs, difference.effects().mine());
    }
}
