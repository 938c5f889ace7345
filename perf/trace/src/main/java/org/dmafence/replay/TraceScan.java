package org.dmafence.replay;

import java.util.HashMap;
import java.util.Map;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.dmafence.ftrace.JobStream;
import org.dmafence.ftrace.ReplayStep;
import org.dmafence.ftrace.RingId;
import org.dmafence.ftrace.TraceFormatException;
import org.dmafence.ftrace.TraceReader;
import org.dmafence.ftrace.TraceSummary;

/**
 * A trace read once from end to end before it is replayed: proves that it can be, and how deep its rings are.
 *
 * @param summary what was found
 * @param unfinished keys of jobs that the trace never completes
 * @param untracked jobs that were submitted while {@value #MAX_UNFINISHED} others had not ended: whether the trace
 *     completes them is not known, and they are none of the unfinished
 * @param depths per ring, the most jobs that were on the hardware at a time, which is how many credits its scheduler
 *     gets here
 * @param submitted per ring, the jobs submitted to it
 */
public record TraceScan(
        TraceSummary summary,
        LongHashSet unfinished,
        long untracked,
        Map<RingId, Integer> depths,
        Map<RingId, Long> submitted) {
    private static final int MAX_RUNNING = 262_144;
    private static final int MAX_UNFINISHED = 4_194_304;

    /** Told now and then how many lines were read. */
    public interface Listener {
        void read(JobStream stream);
    }

    /** Reads a trace. The reader stays the caller's to close. */
    public static TraceScan of(TraceReader reader, Listener listener) throws TraceFormatException {
        JobStream stream = new JobStream(reader);
        Long2ObjectHashMap<RingId> rings = new Long2ObjectHashMap<>();
        Map<RingId, int[]> running = new HashMap<>();
        Map<RingId, Integer> depths = new HashMap<>();
        Map<RingId, Long> submitted = new HashMap<>();
        LongHashSet unfinished = new LongHashSet();
        long untracked = 0;
        for (ReplayStep step = stream.next(); step != null; step = stream.next()) {
            listener.read(stream);
            if (step instanceof ReplayStep.JobSubmitted s) {
                submitted.merge(s.job().ring(), 1L, Long::sum);
                if (rings.size() < MAX_RUNNING) {
                    rings.put(s.job().key(), s.job().ring());
                }
                if (unfinished.size() < MAX_UNFINISHED) {
                    unfinished.add(s.job().key());
                } else {
                    untracked++;
                }
            } else if (step instanceof ReplayStep.JobRan s) {
                RingId ring = rings.get(s.jobKey());
                if (ring != null) {
                    int now = ++running.computeIfAbsent(ring, r -> new int[1])[0];
                    depths.merge(ring, now, Math::max);
                }
            } else if (step instanceof ReplayStep.JobDone s) {
                RingId ring = rings.remove(s.jobKey());
                unfinished.remove(s.jobKey());
                int[] count = ring == null ? null : running.get(ring);
                if (count != null && count[0] > 0) {
                    count[0]--;
                }
            }
        }
        return new TraceScan(stream.summary(), unfinished, untracked, Map.copyOf(depths), Map.copyOf(submitted));
    }
}
