package org.dmafence.ftrace;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * Job numbers before 6.17. A scheduler counts its jobs as they are armed, so on one ring no number comes twice, and
 * none comes long after its time: jobs are pushed soon after. Events before 6.17 name no device. Where numbers do go
 * back, two devices have rings of one name, and nothing in the trace tells them apart.
 */
final class JobNumbers {
    /** How many jobs may be armed and not pushed yet. */
    private static final int LATE = 1024;

    private static final int MAX_RINGS = 4096;

    private static final class Ring {
        long highest;
        final LinkedHashSet<Long> latest = new LinkedHashSet<>();
    }

    private final Map<RingId, Ring> rings = new HashMap<>();

    /** Notes a job's number; true if one scheduler alone can't have given it. */
    boolean goesBack(RingId id, long number) {
        Ring ring = rings.size() < MAX_RINGS ? rings.computeIfAbsent(id, r -> new Ring()) : rings.get(id);
        if (ring == null) {
            return false;
        }
        boolean back = number + LATE < ring.highest || ring.latest.contains(number);
        if (back) { // from here on it is the other's turn, or the new driver's
            ring.highest = number;
            ring.latest.clear();
        }
        ring.latest.add(number);
        if (ring.latest.size() > LATE) {
            var oldest = ring.latest.iterator();
            oldest.next();
            oldest.remove();
        }
        ring.highest = Math.max(ring.highest, number);
        return back;
    }
}
