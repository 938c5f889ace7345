package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * One respect in which an op went otherwise than in the kernel.
 *
 * @param file where the case is from
 * @param op the op
 * @param aspect what differs
 * @param path for a result the field, such as {@code ret}; for events the position of the first that differs, such as {@code 3}
 * @param kernel the kernel's; a missing node if it has none
 * @param ours ours, likewise
 * @param answer all that we answered to the op
 */
record Difference(
        OracleFile file,
        OracleOp op,
        Aspect aspect,
        String path,
        JsonNode kernel,
        JsonNode ours,
        CaseRunner.Answer answer) {
    /** What is compared. */
    enum Aspect {
        /** What the op returned. */
        RESULT,
        /** The events, or from level 3 also the tracepoints, that it led to. */
        EVENTS
    }

    boolean has(Note note) {
        return answer.notes().contains(note);
    }

    Set<Note> notes() {
        return answer.notes();
    }

    boolean beforeSeries() {
        return file.beforeSeries();
    }
}
