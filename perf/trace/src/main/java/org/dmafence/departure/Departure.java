package org.dmafence.departure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a driver left.
 *
 * @param certificate of the polite attempt
 * @param forced of the second attempt, by force; null if the first was enough
 * @param lateCalls calls into the driver after it had gone, and what they were answered; empty unless it was forced
 * @param livingFences signalled fences of the driver that were reachable when it had gone
 */
public record Departure(
        Certificate certificate, @Nullable Certificate forced, List<LateCall> lateCalls, long livingFences) {

    /**
     * A call that reached a fence of a driver that has gone.
     *
     * @param call what was called
     * @param answer what it returned or threw
     * @param recorded whether a tombstone recorded it, because it would have run the driver's code
     */
    public record LateCall(String call, String answer, boolean recorded) {
        /** Calls with the same answer in one phrase. */
        public static String summary(List<LateCall> calls) {
            Map<String, String> byAnswer = new LinkedHashMap<>();
            for (LateCall late : calls) {
                String answer = late.answer() + (late.recorded() ? ", recorded" : "");
                byAnswer.merge(answer, late.call(), (a, b) -> a + ", " + b);
            }
            return byAnswer.entrySet().stream()
                    .map(entry -> entry.getValue() + ": " + entry.getKey())
                    .collect(Collectors.joining("; "));
        }
    }

    /** Whether the driver left without force. */
    public boolean clean() {
        return certificate.collected();
    }

    /** Whether a tombstone answered in the place of a driver that has gone, where somebody called it. */
    public boolean lateCallsAreSafe() {
        return lateCalls.isEmpty() || lateCalls.stream().anyMatch(LateCall::recorded);
    }

    /** Whether it is gone, one way or the other. */
    public boolean gone() {
        return last().collected();
    }

    /** The attempt that counted. */
    public Certificate last() {
        return forced == null ? certificate : forced;
    }
}
