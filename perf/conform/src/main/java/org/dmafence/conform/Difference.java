package org.dmafence.conform;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * One respect in which an op went otherwise than in the kernel.
 *
 * @param file where the case is from
 * @param op the op
 * @param aspect what differs
 * @param path for a result the field, such as {@code ret}; for events the position of the first that differs, such as
 *     {@code 3}
 * @param kernel the kernel's; a missing node if it has none
 * @param ours ours, likewise
 * @param answer all that we answered to the op
 * @param effects what earlier differences of the case lead to
 */
record Difference(
        OracleFile file,
        OracleOp op,
        Aspect aspect,
        String path,
        JsonNode kernel,
        JsonNode ours,
        CaseRunner.Answer answer,
        Effects effects) {
    /**
     * What differences that are no faults reach, up to and with the op.
     *
     * @param theirs all events of the op that are compared, whenever they happened
     * @param mine ours, likewise
     */
    record Effects(
            CaseJobs jobs,
            RunDifferences runs,
            EndedJobs ended,
            MergeTies ties,
            Reach reach,
            Parties parties,
            List<JsonNode> theirs,
            List<JsonNode> mine) {
        /** Whether what is left of both sides' events is the same, as far as it has an order. */
        boolean agree(List<JsonNode> theirRest, List<JsonNode> ourRest) {
            return parties.agree(theirRest, ourRest, Comparison::sameEvent);
        }

        /** The same for a part of the events. */
        Effects with(List<JsonNode> theirPart, List<JsonNode> ourPart) {
            return new Effects(jobs, runs, ended, ties, reach, parties, theirPart, ourPart);
        }
    }

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

    /** Whether it is no more than what jobs that ran in another order account for. */
    boolean followsFromRunOrder() {
        return effects.runs().explain(this);
    }

    /** Whether it is no more than what jobs that we end and the kernel does not account for. */
    boolean followsFromEndedJobs() {
        return effects.ended().explain(this);
    }

    /** Whether it is no more than what follows from which of two equal fences a merge kept. */
    boolean followsFromTies() {
        return effects.ties().explain(this);
    }

    Set<Note> notes() {
        return answer.notes();
    }

    boolean beforeSeries() {
        return file.beforeSeries();
    }
}
