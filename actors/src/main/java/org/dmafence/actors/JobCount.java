package org.dmafence.actors;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.dmafence.module.UnloadCertificate;

/** The jobs of all schedulers that a driver ever had, for its certificate. One thread at a time. */
final class JobCount {
    private static final int FEW = 8;

    /** Those that may still take or end jobs. */
    private final List<SchedulerGate> gates = new ArrayList<>();

    /** Of those that are let go of: each has ended. */
    private long settled;

    private int toSift = FEW;

    void add(SchedulerGate gate) {
        if (gates.size() >= toSift) { // not each time: a driver may have thousands of rings
            letGo();
            toSift = Math.max(FEW, 2 * gates.size());
        }
        gates.add(gate);
    }

    private void letGo() {
        for (Iterator<SchedulerGate> all = gates.iterator(); all.hasNext(); ) {
            SchedulerGate gate = all.next();
            if (gate.isClosed() && gate.host().isEmpty()) {
                settled += gate.stats().submitted();
                all.remove();
            }
        }
    }

    /** Whether each job that was taken has ended, its fences included. */
    boolean allEnded() {
        return gates.stream().allMatch(gate -> gate.host().isEmpty());
    }

    /** A number that grows while jobs end; for as long as no scheduler is let go of. */
    long progress() {
        return gates.stream().mapToLong(gate -> gate.host().progress()).sum();
    }

    UnloadCertificate.Jobs jobs() {
        long submitted = settled;
        long ended = settled;
        for (SchedulerGate gate : gates) {
            long endedThere = gate.host().endedWithFences(); // first, so that it is no more than the other
            ended += endedThere;
            submitted += Math.max(endedThere, gate.stats().submitted());
        }
        return new UnloadCertificate.Jobs(submitted, ended);
    }
}
