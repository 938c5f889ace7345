package org.dmafence.replay;

import java.util.ArrayDeque;
import org.dmafence.ftrace.RingId;
import org.jspecify.annotations.Nullable;

/**
 * Compares the order in which one ring's jobs ran here with the trace's, as both go on.
 *
 * <p>Only jobs that ran in both count, so that a job whose run the trace lost does not shift all others. A job that ran
 * here waits in a queue until the trace runs it; the queue is the only memory, and it is bounded.
 */
public final class RunOrderCheck {
    private final RingId ring;
    private final Room room;
    private final ArrayDeque<ReplayJob> uncompared = new ArrayDeque<>();
    private long traceRuns;
    private long ranHere;
    private long lastTraceRun;
    private @Nullable String last;
    private long compared;
    private long outOfOrder;
    private long notCompared;
    private long fifoBreaks;
    private @Nullable String firstDifference;
    private @Nullable String firstFifoBreak;

    RunOrderCheck(RingId ring, Room room) {
        this.ring = ring;
        this.room = room;
    }

    /** How many jobs wait to be compared, on all rings of a replay. */
    static final class Room {
        private final int limit;
        private int taken;

        Room(int limit) {
            this.limit = limit;
        }
    }

    /** The trace's scheduler ran a job. */
    void ranInTrace(ReplayJob job) {
        job.traceRun = ++traceRuns;
        compare(room.limit);
    }

    /** Our scheduler ran a job. */
    void ranHere(ReplayJob job) {
        ranHere++;
        uncompared.add(job);
        room.taken++;
        compare(room.limit);
    }

    /** Two jobs of one entity ran in the wrong order: a fault of the scheduler, whatever the trace says. */
    void fifoBroken(ReplayJob job) {
        if (fifoBreaks++ == 0) {
            firstFifoBreak = "job " + job + " ran after a later one of its entity";
        }
    }

    /** There will be no more runs. */
    void end() {
        compare(0);
    }

    private void compare(int keep) {
        while (true) {
            ReplayJob head = uncompared.peekFirst();
            if (head == null || (head.traceRun == 0 && room.taken <= keep)) {
                return;
            }
            uncompared.removeFirst();
            room.taken--;
            if (head.traceRun == 0) {
                notCompared++;
                continue;
            }
            compared++;
            if (head.traceRun < lastTraceRun) {
                if (outOfOrder++ == 0) {
                    firstDifference =
                            "run " + compared + ": job " + head + " ran after job " + last + ", in the trace before it";
                }
            } else {
                lastTraceRun = head.traceRun;
                last = head.toString();
            }
        }
    }

    /** The ring. */
    public RingId ring() {
        return ring;
    }

    /** How many jobs ran here. */
    public long ranHere() {
        return ranHere;
    }

    /** How many jobs ran in the trace, and were submitted in it. */
    public long ranInTrace() {
        return traceRuns;
    }

    /** How many ran in both. */
    public long compared() {
        return compared;
    }

    /** How many of those ran here after one that they precede in the trace. */
    public long outOfOrder() {
        return outOfOrder;
    }

    /** How many ran here but not in the trace. */
    public long notCompared() {
        return notCompared;
    }

    /** How often a job ran here after a later one of its own entity. */
    public long fifoBreaks() {
        return fifoBreaks;
    }

    /** Where the two orders differ first; null if they don't. */
    public @Nullable String firstDifference() {
        return firstDifference;
    }

    /** Where the order within an entity was broken first; null if it was not. */
    public @Nullable String firstFifoBreak() {
        return firstFifoBreak;
    }
}
