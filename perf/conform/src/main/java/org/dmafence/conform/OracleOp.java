package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One op of a scenario, with what the kernel did.
 *
 * @param index from 0 within its case
 * @param name such as {@code dma_fence_signal}
 * @param args its arguments
 * @param atMs when it was called, in virtual time
 * @param outcome what the kernel did
 */
record OracleOp(int index, String name, Args args, long atMs, Outcome outcome) {
    /**
     * What an op led to.
     *
     * @param result what it returned, an object, empty for 0 and nothing
     * @param events what happened until it returned: objects for events, text for tracepoints
     * @param later what happened until the next op
     */
    record Outcome(JsonNode result, List<JsonNode> events, List<JsonNode> later) {}

    /** When the next op is called if nothing else is said. */
    long nextMs() throws OracleException {
        return atMs + (name.equals("sleep") ? args.number("ms", 1) : 1);
    }

    /** The op as a person would write it. */
    String text() {
        return name + args;
    }
}
