package org.dmafence.inspect;

import java.util.List;
import org.dmafence.jobs.JobLife.Fate;
import org.jspecify.annotations.Nullable;

/**
 * The first unsignaled fence, and who is stuck behind it.
 *
 * @param fence its name, with who owes it
 * @param fate what became of its job; null if it is a fence of another kind
 * @param sinceNs when its job was handed to the hardware, or when the first job began to wait for it
 * @param directly the first few jobs that it itself holds back
 * @param inTurn the first few that those hold back
 * @param jobs how many it holds back, directly or in turn
 * @param waiters threads that wait for it, or for one of those
 */
public record Stuck(
        String fence,
        @Nullable Fate fate,
        long sinceNs,
        List<String> directly,
        List<String> inTurn,
        long jobs,
        List<String> waiters) {}
