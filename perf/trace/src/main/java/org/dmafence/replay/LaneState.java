package org.dmafence.replay;

import java.util.ArrayDeque;
import org.agrona.collections.Long2LongHashMap;
import org.dmafence.ftrace.RingId;

/** A ring during the replay. */
final class LaneState {
    private static final long NONE = Long.MIN_VALUE;

    final RingId ring;
    final Pipeline.Lane lane;
    final RunOrderCheck order;

    /** Jobs the hardware works on, in the order it got them. */
    final ArrayDeque<ReplayJob> running = new ArrayDeque<>();

    /** A job did not end when it was completed. */
    boolean stuck;

    private long lastEndNs = NONE;
    private final Long2LongHashMap lastRunOfEntity = new Long2LongHashMap(NONE);

    LaneState(RingId ring, Pipeline.Lane lane, RunOrderCheck.Room uncompared) {
        this.ring = ring;
        this.lane = lane;
        order = new RunOrderCheck(ring, uncompared);
    }

    void ran(ReplayJob job) {
        running.add(job);
        order.ranHere(job);
        long previous = lastRunOfEntity.put(job.trace.entity(), job.trace.key());
        if (previous != NONE && previous > job.trace.key()) {
            order.fifoBroken(job);
        }
    }

    /** A hardware fence signalled; when the hardware began with its job, which it works on one after the other. */
    long ended(long ranNs, long endedNs) {
        long beganNs = Math.max(ranNs, Math.min(lastEndNs, endedNs));
        lastEndNs = Math.max(lastEndNs, endedNs);
        return beganNs;
    }

    void ended(ReplayJob job) {
        if (running.peekFirst() == job) {
            running.removeFirst();
        } else {
            running.remove(job);
        }
    }
}
